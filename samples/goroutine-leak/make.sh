#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes six minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-a
ulimit -n 8192
go_build orders orders
go_build ../tools/clients clients

spawn /srv/bin/orders -slow 60s
orders=$!
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
begin=$SECONDS

# One minute of load while prices are slow: about 36 quotes a second, none in time.
spawn /srv/bin/clients -count 18 -within 100ms -every 800ms -url 'http://127.0.0.1:8080/quote?item=teapot'
load=$!
# The profile of the heap asks for a collection, and a collection stamps the goroutines that wait.
while [ $((SECONDS - begin)) -lt 59 ]; do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 2
done
kill "$load"
wait "$load" || true

# Then the price service is well again, and customers come as usual.
spawn /srv/bin/clients -count 12 -every 4s -url 'http://127.0.0.1:8080/quote?item=kettle'
while [ $((SECONDS - begin)) -lt 330 ]; do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 2
done

out=bundle/node-a
mkdir -p "$out/orders" "$out/proc/$orders"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine' >"$out/orders/goroutine.pb.gz"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' >"$out/orders/goroutine-debug2.txt"
http_get 127.0.0.1 6060 '/debug/pprof/heap' >"$out/orders/heap.pb.gz"
cat "/proc/$orders/status" >"$out/proc/$orders/status"
