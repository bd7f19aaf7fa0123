#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes four minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-d
go_build depot depot
go_build ../tools/clients clients

spawn /srv/bin/depot
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
spawn /srv/bin/clients -count 150 -within 20s -every 100ms -url 'http://127.0.0.1:8080/ship'
# The profile of the heap asks for a collection, and a collection stamps the goroutines that wait.
for _ in $(seq 110); do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 2
done

mkdir -p bundle/node-d/depot
http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' | gzip -n >bundle/node-d/depot/goroutine-debug2.txt.gz
