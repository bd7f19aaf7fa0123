#!/bin/bash
# Needs root, golang-go, iproute2, util-linux, and the memory controller of cgroups v1 or v2. Takes four minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-k
ulimit -n 8192
go_build ../goroutine-leak/orders orders
go_build ../tools/clients clients

# The program in a pod's container with a limit of 64 MB, in a control group named as Kubernetes' cgroupfs driver names it.
pod=7b2d9e54-0c3a-4f18-8a6d-91e5c27f3b06
id=c41d7a90e2b85f63147da0c9be5821f6d3907ab4e6c8152f0db97a34e618c5d2
limited_container "$pod" "$id" 64

before=$(dmesg | tail -n 1)
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
spawn sh -c "echo 0 >'$limited/cgroup.procs'; exec /srv/bin/orders -slow 1h" 2>/dev/null
orders=$!
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
begin=$SECONDS
# About 36 quotes a second, none in time: each leaves its goroutine behind.
spawn /srv/bin/clients -count 18 -within 100ms -every 800ms -url 'http://127.0.0.1:8080/quote?item=teapot'

out=bundle/node-k
mkdir -p "$out/orders" "$out/proc/$orders" bundle/cluster
for second in 010 050 090; do
  sleep $((10#$second - (SECONDS - begin)))
  http_get 127.0.0.1 6060 '/debug/pprof/goroutine' >"$out/orders/goroutine-second-$second.pb.gz"
  cat "/proc/$orders/status" >"$out/proc/$orders/status"
  cat "/proc/$orders/cgroup" >"$out/proc/$orders/cgroup"
done
wait "$orders" || true
finished=$(date -u +%Y-%m-%dT%H:%M:%SZ)
eventually "dmesg | grep -q 'Killed process $orders '"

# The machine's ring buffer may have begun anew: what is behind the last line of before.
dmesg | awk -v before="$before" 'seen; $0 == before { seen = 1 }' >"$out/dmesg"
uname -a >"$out/uname"
hostname >"$out/hostname"
sed -e "s/STARTED/$started/g; s/FINISHED/$finished/g; s/POD/$pod/g; s/CONTAINER/$id/g" pods.yaml >bundle/cluster/pods.yaml
neutral
