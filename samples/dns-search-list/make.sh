#!/bin/bash
# Needs root, dnsmasq-base, iproute2, libc-bin, net-tools, procps, tcpdump, util-linux. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-l
out=bundle/node-l
etc=$out/pods/kubectl/rootfs/etc
mkdir -p "$etc"

# What an image from alpine has in its /etc, with what the kubelet mounts there.
printf '3.9.6\n' >"$etc/alpine-release"
printf 'root:x:0:0:root:/root:/bin/ash\n' >"$etc/passwd"
printf 'kubectl-5d8c\n' >"$etc/hostname"
cat >"$etc/resolv.conf" <<'CONF'
nameserver 10.244.6.1
search ops.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
CONF
printf '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n10.244.6.9\tkubectl-5d8c\n\n# Entries added by HostAliases.\n172.16.0.11\tapi.example.net\n' \
  >"$etc/hosts"

# Go's resolver of 1.15 takes an absent nsswitch.conf for this one.
printf 'hosts: dns files\n' >/srv/nsswitch.conf
mount --bind /srv/nsswitch.conf /etc/nsswitch.conf
mount --bind "$etc/resolv.conf" /etc/resolv.conf
mount --bind "$etc/hosts" /etc/hosts

link pod 10.244.6.9/24 10.244.6.1/24
spawn dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --no-hosts --no-resolv --bind-interfaces \
  --listen-address=10.244.6.1 --local=/cluster.local/ --local=/example.net/ \
  --host-record=registry.example.net,203.0.113.20 --host-record=charts.example.net,203.0.113.21 \
  --host-record=metrics.ops.svc.cluster.local,10.96.20.8
capture "$out/pods/kubectl/pod.pcap" ip netns exec pod tcpdump -i eth0 'udp port 53'
for _ in $(seq 4); do
  for name in api.example.net registry.example.net metrics charts.example.net; do
    ip netns exec pod getent ahosts "$name" >/dev/null || true
    sleep 0.5
  done
done
end_capture
network_facts "$out"
neutral
