#!/bin/bash
# Needs root, iproute2, python3, tcpdump, util-linux. Takes half a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-c
cp server.py /srv/

# A client's namespace and two pods of the Deployment, the old one and the new one.
link client 10.244.3.9/24 10.244.3.1/24
link old 10.244.4.20/24 10.244.4.1/24
link new 10.244.5.31/24 10.244.5.1/24
sysctl -qw net.ipv4.ip_forward=1
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
in_seconds() { date -u -d "+$1 seconds" +%Y-%m-%dT%H:%M:%SZ; }

# run NETNS SECONDS: the program, which listens after so many seconds. Its pid is $!.
run() {
  mkdir -p "/srv/www-$1"
  echo basket >"/srv/www-$1/index.html"
  spawn ip netns exec "$1" sh -c "cd /srv/www-$1 && exec python3 /srv/server.py 8080 $2" 2>/dev/null
}

old_created=$(now)
run old 0
old_pid=$!
eventually 'http_from client 2 10.244.4.20 8080 / && ip netns exec old ss -lnt | grep -q 8080'

capture bundle/client/client.pcap ip netns exec client tcpdump -i eth0
for _ in 1 2 3 4 5; do http_from client 2 10.244.4.20 8080 /; sleep 0.4; done

# The rollout. The new pod's container runs, so it is ready: nothing asks whether it listens.
new_created=$(now)
run new 6
new_started=$(now)
# What balances the load sends to both until it hears of the change.
for _ in 1 2 3 4 5; do
  http_from client 2 10.244.5.31 8080 /
  http_from client 2 10.244.4.20 8080 /
  sleep 0.6
done
deletion=$(in_seconds 30)
pkill -TERM -P "$old_pid" 2>/dev/null || kill "$old_pid"
eventually '! ip netns exec old ss -lnt | grep -q 8080'
for _ in 1 2 3 4 5 6; do
  http_from client 2 10.244.4.20 8080 /
  sleep 0.5
done
eventually 'ip netns exec new ss -lnt | grep -q 8080'
for _ in 1 2 3 4 5; do http_from client 2 10.244.5.31 8080 /; sleep 0.4; done
end_capture

# pod NAME ADDRESS CREATED STARTED NODE [DELETION]: as kubectl get pods -o yaml lists it.
pod() {
  local deleted=
  if [ -n "${6:-}" ]; then
    deleted=$(printf '    deletionGracePeriodSeconds: 30\n    deletionTimestamp: "%s"' "$6")
  fi
  cat <<POD
- apiVersion: v1
  kind: Pod
  metadata:
    creationTimestamp: "$3"
$deleted
    labels:
      app: basket
      pod-template-hash: ${1:7:9}
    name: $1
    namespace: shop
    ownerReferences:
    - apiVersion: apps/v1
      controller: true
      kind: ReplicaSet
      name: ${1%-*}
      uid: 5b0a7a52-6f2e-4f0e-9a5e-1f5f5a1d0c11
  spec:
    containers:
    - image: registry.example/basket:${1:7:1}
      name: basket
      ports:
      - containerPort: 8080
    nodeName: $5
  status:
    conditions:
    - lastTransitionTime: "$4"
      status: "True"
      type: Ready
    containerStatuses:
    - name: basket
      ready: true
      state:
        running:
          startedAt: "$4"
    phase: Running
    podIP: $2
    podIPs:
    - ip: $2
POD
}

mkdir -p bundle/cluster
{
  echo 'apiVersion: v1'
  echo 'items:'
  pod basket-58c9d7f64b-x2lqk 10.244.4.20 "$old_created" "$old_created" node-d "$deletion"
  pod basket-7d94b6c8f5-m8zvw 10.244.5.31 "$new_created" "$new_started" node-e
  echo 'kind: List'
} | grep -v '^$' >bundle/cluster/pods.yaml
cp deployment.yaml service.yaml bundle/cluster/
