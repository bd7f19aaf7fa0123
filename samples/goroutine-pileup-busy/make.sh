#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-g
ulimit -n 16384
go_build ../tools/web gateway
go_build ../tools/clients clients

spawn /srv/bin/gateway
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
spawn /srv/bin/clients -count 3000 -within 15s -every 16s
for _ in $(seq 20); do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 2
done

out=bundle/node-g/gateway
mkdir -p "$out"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine' >"$out/goroutine.pb.gz"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' | gzip -9n >"$out/goroutine-debug2.txt.gz"
