#!/bin/bash
# Needs root, conntrack, iproute2, iptables, net-tools, procps, python3, tcpdump, util-linux. Takes half a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-i
cp download.py /srv/bin/

# A pod of the node asks a Service, which the node translates to a pod of another one.
link pod-21 10.244.3.21/24 10.244.3.1/24
link backend 10.244.7.31/24 10.244.7.1/24
sysctl -qw net.ipv4.ip_forward=1
iptables -t nat -N KUBE-SERVICES
iptables -t nat -A PREROUTING -j KUBE-SERVICES
iptables -t nat -A KUBE-SERVICES -d 10.96.12.7/32 -p tcp -m comment --comment "shop/files cluster IP" -m tcp --dport 8080 -j DNAT --to-destination 10.244.7.31:8080
iptables -N KUBE-FORWARD
iptables -A FORWARD -j KUBE-FORWARD
iptables -A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
spawn ip netns exec backend python3 /srv/bin/download.py serve 8080
eventually 'ip netns exec backend ss -lnt | grep -q :8080'

out=bundle/node-i
mkdir -p "$out"
conntrack -S >"$out/conntrack-S.before.txt"
capture "$out/pod-21.pcap" ip netns exec pod-21 tcpdump -i eth0 -s 96 'tcp port 8080'
ip netns exec pod-21 python3 /srv/bin/download.py download 10.96.12.7 8080 8
end_capture
conntrack -S >"$out/conntrack-S.after.txt"
iptables-save >"$out/iptables-save.txt"
network_facts "$out"
neutral
