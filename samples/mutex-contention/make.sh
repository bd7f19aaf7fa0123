#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes two minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-m
go_build stock stock
go_build ../tools/clients clients

spawn /srv/bin/stock
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
spawn /srv/bin/clients -count 160 -within 5s -every 10ms -url 'http://127.0.0.1:8080/reserve?item=kettle'
# The profile of the heap asks for a collection, and a collection stamps the goroutines that wait.
for _ in $(seq 40); do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 2
done

out=bundle/node-m/stock
mkdir -p "$out"
http_get 127.0.0.1 6060 '/debug/pprof/mutex?seconds=10' >"$out/mutex-10s.pb.gz"
http_get 127.0.0.1 6060 '/debug/pprof/block?seconds=10' >"$out/block-10s.pb.gz"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' | gzip -n >"$out/goroutine-debug2.txt.gz"
