#!/bin/bash
# Needs root, dnsmasq-base, iproute2, libc-bin, net-tools, procps, tcpdump, util-linux. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-m
out=bundle/node-m
mkdir -p "$out"
printf 'nameserver 10.244.7.53\n' >/srv/resolv.conf
mount --bind /srv/resolv.conf /etc/resolv.conf

# Four pods on one node, and the node's cache that they ask.
ip addr add 10.244.7.53/32 dev lo
for pod in 1 2 3 4; do link "pod$pod" "10.244.7$pod.9/24" "10.244.7$pod.1/24"; done
spawn dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --no-hosts --no-resolv --bind-interfaces \
  --listen-address=10.244.7.53 --address=/example.net/203.0.113.30

ask() { ip netns exec "$1" getent ahostsv4 "$2.example.net." >/dev/null; }
capture "$out/dns.pcap" tcpdump -i any 'udp port 53 and inbound'
end=$((SECONDS + 12))
# One of them asks for each request that it serves, without a cache; the others now and then.
while [ $SECONDS -lt $end ]; do ask pod2 orders && sleep 1.1; done &
while [ $SECONDS -lt $end ]; do ask pod3 cart && sleep 1.3; done &
while [ $SECONDS -lt $end ]; do ask pod4 billing && sleep 1.7; done &
while [ $SECONDS -lt $end ]; do ask pod1 "tenant$((RANDOM % 40))" && sleep 0.03; done
sleep 2
end_capture
network_facts "$out"
neutral
