#!/bin/bash
# Needs root, golang-go, iproute2, iptables, tcpdump, util-linux. Takes half a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-d
go_build ../tools/web web

# A pod, the node that routes for it, and a server behind the node.
link pod 10.244.2.15/24 10.244.2.1/24
link server 192.168.60.20/24 192.168.60.1/24
sysctl -qw net.ipv4.ip_forward=1
spawn ip netns exec server /srv/bin/web

# 9001 is closed. 9002 and 9003 are rejected by the server's firewall, one host by the node's routes.
ip netns exec server iptables -A INPUT -p tcp --dport 9002 -j REJECT --reject-with icmp-port-unreachable
ip netns exec server iptables -A INPUT -p tcp --dport 9003 -j REJECT --reject-with icmp-admin-prohibited
ip route add unreachable 192.168.60.77

capture bundle/pod/pod.pcap ip netns exec pod tcpdump -i eth0
for round in 1 2 3 4; do
  http_from pod 5 192.168.60.20 8080 "/items/$round"
  for refused in 192.168.60.20:9001 192.168.60.20:9002 192.168.60.20:9003 192.168.60.77:8080; do
    http_from pod 5 "${refused%:*}" "${refused#*:}" /
    sleep 1.2 # a host sends one such ICMP message a second
    http_from pod 5 192.168.60.20 8080 "/items/$round"
  done
done
end_capture
