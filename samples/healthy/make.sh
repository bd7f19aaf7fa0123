#!/bin/bash
# Needs root, golang-go, dnsmasq-base, iproute2, net-tools, procps, tcpdump, util-linux. Takes five minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-f
go_build ../tools/web web
go_build ../tools/clients clients
out=bundle/node-f
mkdir -p "$out/web" "$out/pod"

# A pod; its resolver and the service it talks to are on the node.
link pod 10.244.5.8/24 10.244.5.1/24
cat >"$out/pod/resolv.conf" <<'CONF'
nameserver 10.244.5.1
search shop.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
CONF
mount --bind "$out/pod/resolv.conf" /etc/resolv.conf
spawn dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --no-hosts --no-resolv --bind-interfaces \
  --listen-address=10.244.5.1 --local=/cluster.local/ --host-record=cart.shop.svc.cluster.local,10.96.20.31 \
  --host-record=web.shop.svc.cluster.local,10.244.5.1 --host-record=db.example.com,203.0.113.10,2001:db8::10
dnsmasq=$!
spawn /srv/bin/web
web=$!
spawn sh -c 'sleep 100000; true'
shell=$!

# Forty connections stay idle for minutes, as an idle pool's do.
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
spawn ip netns exec pod /srv/bin/clients -count 40 -every 0 -url http://10.244.5.1:8080/
clients=$!
for _ in $(seq 80); do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 3
done

capture "$out/pod/pod.pcap" ip netns exec pod tcpdump -i eth0
for round in $(seq 25); do
  for name in cart web db.example.com.; do
    ip netns exec pod getent ahosts "$name" >/dev/null
  done
  http_from pod 5 10.244.5.1 8080 "/items/$round"
  sleep 1
done
end_capture

http_get 127.0.0.1 6060 '/debug/pprof/goroutine' >"$out/web/goroutine.pb.gz"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' >"$out/web/goroutine-debug2.txt"
http_get 127.0.0.1 6060 '/debug/pprof/heap' >"$out/web/heap.pb.gz"
# shellcheck disable=SC2046 # pids
collect_tasks "$out/proc" "$web" "$dnsmasq" "$clients" "$shell" "$(pgrep -P "$shell")" $(kernel_threads kthreadd \
  khungtaskd rcu_preempt ksoftirqd/\* kswapd0 kcompactd0 khugepaged oom_reaper kauditd kdevtmpfs ksmd kworker/R-netns \
  kworker/u\*)
kernel_log >"$out/dmesg"
network_facts "$out"
neutral
