#!/bin/bash
# Needs root, iproute2, iptables, python3, tcpdump, util-linux. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-s
cp server.py client.py /srv/

# Two clients' namespaces and three pods of the Deployment, of which the third comes later.
link web 10.244.3.9/24 10.244.3.1/24
link app 10.244.2.7/24 10.244.2.1/24
link one 10.244.4.20/24 10.244.4.1/24
link two 10.244.5.31/24 10.244.5.1/24
link three 10.244.6.12/24 10.244.6.1/24
sysctl -qw net.ipv4.ip_forward=1
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# serve NETNS: the program in a pod, until it listens.
serve() {
  spawn ip netns exec "$1" python3 /srv/server.py 8080
  eventually "ip netns exec $1 ss -lnt | grep -q 8080"
}

# service ADDRESS…: the Service's address, translated to any of the pods' as kube-proxy does it.
service() {
  local left=$# address
  iptables -t nat -F PREROUTING
  for address in "$@"; do
    iptables -t nat -A PREROUTING -d 10.96.41.7 -p tcp --dport 80 -m statistic --mode random \
      --probability "$(awk "BEGIN { print 1 / $left }")" -j DNAT --to-destination "$address:8080"
    left=$((left - 1))
  done
}

created=$(now)
serve one
serve two
ready=$(now)
service 10.244.4.20 10.244.5.31
spawn ip netns exec web python3 /srv/client.py 10.96.41.7 80 12 2
spawn ip netns exec app python3 /srv/client.py 10.96.41.7 80 12 2
sleep 8

# The third: ready, and one of the Service's from now on.
added_created=$(now)
serve three
sleep 2
added_ready=$(now)
service 10.244.4.20 10.244.5.31 10.244.6.12
sleep 6

capture bundle/node-s/any.pcap tcpdump -i any -s 96 tcp port 8080
sleep 15
end_capture

# pod NAME ADDRESS CREATED READY NODE: as kubectl get pods -o yaml lists it.
pod() {
  cat <<POD
- apiVersion: v1
  kind: Pod
  metadata:
    creationTimestamp: "$3"
    generateName: basket-7d94b6c8f5-
    labels:
      app: basket
      pod-template-hash: 7d94b6c8f5
    name: $1
    namespace: shop
    ownerReferences:
    - apiVersion: apps/v1
      blockOwnerDeletion: true
      controller: true
      kind: ReplicaSet
      name: basket-7d94b6c8f5
      uid: 5b0a7a52-6f2e-4f0e-9a5e-1f5f5a1d0c11
  spec:
    containers:
    - image: registry.example/basket:7
      name: basket
      ports:
      - containerPort: 8080
        protocol: TCP
      readinessProbe:
        tcpSocket:
          port: 8080
    nodeName: $5
  status:
    conditions:
    - lastProbeTime: null
      lastTransitionTime: "$4"
      status: "True"
      type: Ready
    containerStatuses:
    - name: basket
      ready: true
      state:
        running:
          startedAt: "$3"
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
  pod basket-7d94b6c8f5-x2lqk 10.244.4.20 "$created" "$ready" node-a
  pod basket-7d94b6c8f5-m8zvw 10.244.5.31 "$created" "$ready" node-b
  pod basket-7d94b6c8f5-q5tnd 10.244.6.12 "$added_created" "$added_ready" node-c
  echo 'kind: List'
} >bundle/cluster/pods.yaml
cp service.yaml bundle/cluster/
