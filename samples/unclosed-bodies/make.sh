#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes three minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-u
ulimit -n 8192
go_build feeds feeds

spawn /srv/bin/feeds -supplier
eventually 'http_get 127.0.0.1 8090 / >/dev/null 2>&1'
spawn /srv/bin/feeds -every 250ms
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'

out=bundle/node-u/feeds
mkdir -p "$out"
for shot in 1 2 3 4; do
  sleep 40
  http_get 127.0.0.1 6060 '/debug/pprof/goroutine' >"$out/goroutine-$shot.pb.gz"
done
