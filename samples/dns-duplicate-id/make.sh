#!/bin/bash
# Needs root, golang-go, musl-tools, iproute2, tcpdump, util-linux; x86-64. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-c
go_build resolver resolver
musl-gcc -O2 -s -o /srv/bin/shop lookups.c coarse-clock.c

# The node-local resolver, and a pod whose way to it is one hop without address translation.
link pod 10.244.1.23/24 10.244.1.1/24
ip addr add 169.254.20.10/32 dev lo
spawn /srv/bin/resolver 169.254.20.10:53

out=bundle/pod
mkdir -p "$out"
cat >"$out/resolv.conf" <<'CONF'
nameserver 169.254.20.10
search shop.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
CONF
mount --bind "$out/resolv.conf" /etc/resolv.conf

# The container's file system, as small as an image can be.
image=/srv/image
mkdir "$image"
mount -t tmpfs tmpfs "$image"
mkdir -p "$image"/{lib,etc,usr/bin,proc,.old}
cp "$(readlink -f /lib/ld-musl-x86_64.so.1)" "$image/lib/ld-musl-x86_64.so.1"
cp /srv/bin/shop "$image/usr/bin/shop"
cp "$out/resolv.conf" "$image/etc/resolv.conf"

capture "$out/pod.pcap" ip netns exec pod tcpdump -i eth0 'udp port 53 or icmp'
spawn ip netns exec pod unshare --mount sh -c \
  "cd $image && pivot_root . .old && exec /usr/bin/shop 8 orders cart billing search" >/srv/log
shop=$!

# The pod's second container, on glibc and with a fine clock, has no trouble.
for _ in $(seq 25); do
  ip netns exec pod getent ahosts catalog >/dev/null
  sleep 0.7
done
eventually '[ "$(wc -l </srv/log)" = 32 ]'
end_capture
mkdir -p "$out/proc/$shop"
cat "/proc/$shop/maps" >"$out/proc/$shop/maps"
cat /srv/log
