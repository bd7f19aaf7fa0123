#!/bin/bash
# Needs root, gcc, iproute2, net-tools, procps, tcpdump, util-linux. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-q
gcc -O2 -o /srv/bin/till till.c

link shop 192.168.80.31/24 192.168.80.20/24
# The one thing that is wrong: the till takes 100 ms a customer and has room for 5 who wait.
spawn /srv/bin/till 8080 5 100
eventually 'ss -lnt | grep -q :8080'

out=bundle/node-q
mkdir -p "$out"
netstat -s >"$out/netstat-s.before.txt"
capture "$out/server.pcap" tcpdump -i veth-shop -s 96 'tcp port 8080'
for rush in 0 0 25 0 0 0 25 0 0; do
  for _ in $(seq "$rush"); do
    http_from shop 12 192.168.80.20 8080 /pay &
  done
  [ "$rush" = 0 ] || { sleep 0.2; ss -lnt >"$out/ss-lnt.txt"; sleep 5; }
  for _ in 1 2 3; do
    http_from shop 12 192.168.80.20 8080 /pay
    sleep 0.6
  done
done
sleep 2
end_capture
network_facts "$out"
ip addr >"$out/ip-addr.txt"
neutral
