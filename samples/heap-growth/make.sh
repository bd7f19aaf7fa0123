#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes twenty minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-h
go_build baskets baskets
go_build ../tools/clients clients

spawn /srv/bin/baskets
baskets=$!
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
begin=$SECONDS
# About two dozen visits a second, all the time.
spawn /srv/bin/clients -count 24 -every 2s -url http://127.0.0.1:8080/visit

out=bundle/node-h
mkdir -p "$out/baskets" "$out/proc/$baskets"
for minute in 01 12 16 20; do
  sleep $((10#$minute * 60 - (SECONDS - begin)))
  http_get 127.0.0.1 6060 /debug/pprof/heap >"$out/baskets/heap-minute-$minute.pb.gz"
done
cat "/proc/$baskets/status" >"$out/proc/$baskets/status"
