#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes half a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-k

# The addresses of a thousand services, as kube-proxy binds them in IPVS mode, and those of a dozen pods' interfaces.
ip link add kube-ipvs0 type veth peer name ipvs-peer
for i in $(seq 0 999); do echo "addr add 10.96.$((i / 250)).$((i % 250 + 1))/32 dev kube-ipvs0"; done | ip -batch -
for i in $(seq 12); do
  ip link add "veth$i" type veth peer name "eth$i"
  ip addr add "10.244.$i.1/32" dev "veth$i"
done

# Under kube-proxy's own package paths, which are what a profile shows.
mkdir -p /srv/checkout/pkg/proxy/ipvs /srv/checkout/cmd/kube-proxy
cp kube-proxy/main.go /srv/checkout/cmd/kube-proxy
cp ipvs/proxier.go /srv/checkout/pkg/proxy/ipvs
printf 'module k8s.io/kubernetes\n\ngo 1.19\n' >/srv/checkout/go.mod
(cd /srv/checkout && go build -trimpath -o /srv/bin/kube-proxy ./cmd/kube-proxy)

spawn /srv/bin/kube-proxy -node-ports 500 -pause 100ms
eventually 'http_get 127.0.0.1 10249 / >/dev/null 2>&1'
mkdir -p bundle/node-k/kube-proxy
http_get 127.0.0.1 10249 '/debug/pprof/profile?seconds=15' >bundle/node-k/kube-proxy/cpu.pb.gz
