#!/bin/bash
# Needs root, golang-go, nodejs, iproute2, util-linux. Takes half a minute and a gigabyte of memory.
. "$(dirname "$0")/../lib.sh"
in_node master-1

# Under the package paths of Kubernetes, which are what a profile shows.
mkdir -p /srv/checkout/k8s /srv/checkout/api
cp -r cacher kube-apiserver /srv/checkout/k8s
cp -r api/. /srv/checkout/api
printf 'module k8s.io/api\n\ngo 1.19\n' >/srv/checkout/api/go.mod
printf 'module k8s.io/kubernetes\n\ngo 1.19\n\nrequire k8s.io/api v0.0.0\n\nreplace k8s.io/api => ../api\n' >/srv/checkout/k8s/go.mod
(cd /srv/checkout/k8s && go build -trimpath -o /srv/bin/kube-apiserver ./kube-apiserver)

node objects.mjs names >/srv/names
spawn /srv/bin/kube-apiserver /srv/names >/dev/null
eventually 'http_get 127.0.0.1 6443 /debug/pprof/ >/dev/null 2>&1'
out=bundle/master-1/kube-apiserver
mkdir -p "$out" bundle/cluster
http_get 127.0.0.1 6443 '/debug/pprof/heap?gc=1' >"$out/heap.pb.gz"
node objects.mjs table | gzip -9n >bundle/cluster/kubectl-get-rs-A.txt.gz
node objects.mjs deployments >bundle/cluster/deployments.json
