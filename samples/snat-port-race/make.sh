#!/bin/bash
# Needs root, two CPUs, conntrack, gcc, golang-go, iproute2, iptables, net-tools, procps, tcpdump, util-linux. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-p
go_build ../tools/web web
gcc -O2 -o /srv/bin/pair pair.c

# Two pods on the node's bridge, and a server in the network that the node is in.
ip link add cni0 type bridge
ip addr add 10.244.3.1/24 dev cni0
ip link set cni0 up
for pod in 11 12; do
  link "pod-$pod" "10.244.3.$pod/24" 10.244.3.1/24
  ip addr flush dev "veth-pod-$pod"
  ip link set "veth-pod-$pod" master cni0
done
link server 192.168.50.20/24 192.168.50.10/24
sysctl -qw net.ipv4.ip_forward=1
iptables -t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE
spawn ip netns exec server /srv/bin/web
eventually 'ip netns exec server ss -lnt | grep -q :8080'

out=bundle/node-p
mkdir -p "$out"
conntrack -S >"$out/conntrack-S.before.txt"
capture "$out/any.pcap" tcpdump -i any -s 128 'tcp port 8080 and tcp[tcpflags] & tcp-syn != 0'
/srv/bin/pair pod-11 pod-12 192.168.50.20 8080 21000 40
sleep 2
end_capture
conntrack -S >"$out/conntrack-S.after.txt"
iptables-save >"$out/iptables-save.txt"
network_facts "$out"
neutral
