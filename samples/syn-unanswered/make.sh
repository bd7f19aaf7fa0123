#!/bin/bash
# Needs root, golang-go, iproute2, iptables, net-tools, procps, tcpdump, util-linux. Takes two minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-e
go_build ../tools/web web

# Two clients in one network with the server, which listens on two ports.
ip link add br0 type bridge
ip addr add 192.168.70.20/24 dev br0
ip link set br0 up
for client in 31 32; do
  link "client-$client" "192.168.70.$client/24" 192.168.70.1/24
  ip addr flush dev "veth-client-$client"
  ip link set "veth-client-$client" master br0
done
spawn /srv/bin/web
spawn /srv/bin/web -listen :8443 -debug 127.0.0.1:6061

# The one thing that is wrong.
iptables -A INPUT -s 192.168.70.32 -p tcp --dport 8443 -j DROP

out=bundle/node-e
capture "$out/server.pcap" tcpdump -i br0
for pause in 0.4 2.1 0.9 5.3 1.6 0.7 3.8 2.9; do
  http_from client-31 5 192.168.70.20 8443 /cart
  http_from client-32 5 192.168.70.20 8080 /health
  http_from client-32 9.5 192.168.70.20 8443 /cart &
  sleep "$pause"
  http_from client-31 5 192.168.70.20 8080 /health
  http_from client-32 5 192.168.70.20 8080 /health
  wait $!
done
sleep 5
end_capture
network_facts "$out"
neutral
