#!/bin/bash
# Needs nodejs.
set -euo pipefail
cd "$(dirname "$0")"
rm -rf bundle
mkdir -p bundle/prometheus bundle/controller-manager bundle/apiserver bundle/cluster
node simulate.mjs series >bundle/prometheus/workqueue_depth.json
node simulate.mjs scrapes >bundle/controller-manager/metrics.txt
node simulate.mjs requests | gzip -9n >bundle/apiserver/kube-apiserver.log.gz
node simulate.mjs objects >bundle/cluster/checkout-services-endpoints.json
cat >bundle/apiserver/metrics.txt <<'END'
# HELP etcd_object_counts [ALPHA] Number of stored objects at the time of last check split by kind.
# TYPE etcd_object_counts gauge
etcd_object_counts{resource="endpoints"} 6007
etcd_object_counts{resource="services"} 6010
END
