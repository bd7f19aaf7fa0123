#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-j
ulimit -n 8192
go_build ../thread-leak/scans scans
go_build ../tools/clients clients

spawn /srv/bin/scans
scans=$!
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
# Thirteen hundred requests wait for one scanner, which is slow.
spawn /srv/bin/clients -count 1300 -within 10s -every 0 -url 'http://127.0.0.1:8080/scan?scanner=hall'
load=$!
sleep 15
# Then it sends: whoever waits to open the pipe gets it open, and reads to its end.
timeout 5 bash -c 'echo page >/srv/scans/hall'
sleep 5
kill "$load"
wait "$load" || true
for _ in $(seq 10); do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 2
done

out=bundle/node-j
mkdir -p "$out/scans" "$out/proc/$scans"
http_get 127.0.0.1 6060 /debug/pprof/threadcreate >"$out/scans/threadcreate.pb.gz"
http_get 127.0.0.1 6060 /debug/pprof/goroutine >"$out/scans/goroutine.pb.gz"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' >"$out/scans/goroutine-debug2.txt"
cat "/proc/$scans/status" >"$out/proc/$scans/status"
