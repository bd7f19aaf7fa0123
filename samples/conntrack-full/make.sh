#!/bin/bash
# Needs root, gcc, conntrack, iptables, procps, iproute2. Takes half a minute, and 100 MB of kernel memory.
. "$(dirname "$0")/../lib.sh"
in_node node-i
gcc -O2 -o /srv/bin/crawler crawler.c

# A rule that looks at states has the node track connections, as kube-proxy's do.
iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
out=bundle/node-i
mkdir -p "$out"
conntrack -S >"$out/conntrack-S-before.txt"
before=$(dmesg | tail -n 1)
/srv/bin/crawler $(($(sysctl -n net.netfilter.nf_conntrack_max) + 1000))
sleep 1
conntrack -S >"$out/conntrack-S-after.txt"
sysctl net.netfilter 2>/dev/null >"$out/sysctl.txt"
dmesg | awk -v before="$before" 'seen; $0 == before { seen = 1 }' >"$out/dmesg"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
