#!/bin/bash
# Needs root, golang-go, iproute2, net-tools, util-linux. Takes four minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-w
ulimit -n 8192
go_build ../goroutine-leak/orders orders
go_build ../tools/clients clients

# Prices are slow all the time: each customer who gives up leaves a goroutine behind.
spawn /srv/bin/orders -slow 600s
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
spawn /srv/bin/clients -count 8 -within 100ms -every 1s -url 'http://127.0.0.1:8080/quote?item=teapot'
sleep 30

for take in 1 2 3; do
  out=bundle/take-$take
  mkdir -p "$out/orders"
  date -u +%FT%TZ >"$out/date.txt"
  cat /proc/sys/kernel/random/boot_id >"$out/boot_id"
  hostname >"$out/hostname"
  netstat -s >"$out/netstat-s.txt"
  http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' | gzip -9n >"$out/orders/goroutines.txt.gz"
  [ "$take" = 3 ] || sleep 90
done
neutral
