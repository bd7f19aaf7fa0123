#!/bin/bash
# Needs root, docker.io, busybox-static, e2fsprogs, util-linux. Takes half a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-h

# The node's disk for container data, of 300 MB.
mount -t tmpfs tmpfs /var/lib
mkdir /var/lib/docker
truncate -s 300M /srv/data.img
mkfs.ext4 -q /srv/data.img
mount -o loop /srv/data.img /var/lib/docker
spawn dockerd --iptables=false --bridge=none --storage-driver=vfs >/srv/dockerd.log 2>&1
dockerd=$!
at_end "kill $dockerd; wait $dockerd; umount /var/lib/docker"
eventually 'docker version >/dev/null 2>&1'

mkdir -p /srv/image/bin
cp "$(command -v busybox)" /srv/image/bin/busybox
ln -s busybox /srv/image/bin/sh
tar -C /srv/image -c . | docker import - registry.example/checkout:7 >/dev/null

# run NAME COMMAND: a container of that image.
run() { docker run -d --network none --name "$1" registry.example/checkout:7 /bin/sh -c "$2" >/dev/null; }
run k8s_reports_reports-5f7c9_shop 'exec /bin/busybox dd if=/dev/zero of=/cache bs=1M count=24'
# A program that somebody left at level debug.
run k8s_checkout_checkout-7d4bf_shop 'while :; do echo "level=debug msg=\"basket of visitor looked up\" basket=empty took=0.31ms cache=miss"; done'
eventually '[ "$(df --output=avail /var/lib/docker | tail -n 1)" -lt 64 ]'
refused=$(run k8s_basket_basket-66d9c_shop true 2>&1) || true
docker kill k8s_checkout_checkout-7d4bf_shop >/dev/null 2>&1 || true

out=bundle/node-h
mkdir -p "$out" bundle/cluster
df / /run /var/lib/docker >"$out/df.txt"
df -i / /run /var/lib/docker >"$out/df-i.txt"
docker system df -v >"$out/docker-system-df-v.txt"
# shellcheck disable=SC2046 # ids
docker inspect $(docker ps -aq) >"$out/docker-inspect.json"
du -a /var/lib/docker/containers | sort -n | tail -n 20 >"$out/du.txt"
uname -a >"$out/uname"
hostname >"$out/hostname"
message=$(head -n 1 <<<"${refused#docker: Error response from daemon: }")
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sed -e "s#MESSAGE#${message//[\\#&\"]/}#; s/NOW/$now/g" events.yaml >bundle/cluster/events.yaml
neutral
