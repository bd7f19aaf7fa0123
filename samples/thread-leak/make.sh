#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes four minutes.
. "$(dirname "$0")/../lib.sh"
in_node node-i
ulimit -n 8192
go_build scans scans
go_build ../tools/clients clients

spawn /srv/bin/scans
scans=$!
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
# One request a client, each for a scanner that is switched off: nobody ever writes into its pipe.
spawn /srv/bin/clients -count 1300 -within 20s -every 0 -url 'http://127.0.0.1:8080/scan?scanner=hall'
# The profile of the heap asks for a collection, and a collection stamps the goroutines that wait.
for _ in $(seq 90); do
  http_get 127.0.0.1 6060 '/debug/pprof/heap?gc=1' >/dev/null
  sleep 2
done

out=bundle/node-i
mkdir -p "$out/scans" "$out/proc/$scans"
http_get 127.0.0.1 6060 /debug/pprof/threadcreate >"$out/scans/threadcreate.pb.gz"
http_get 127.0.0.1 6060 /debug/pprof/goroutine >"$out/scans/goroutine.pb.gz"
http_get 127.0.0.1 6060 '/debug/pprof/goroutine?debug=2' | gzip -9n >"$out/scans/goroutine-debug2.txt.gz"
cat "/proc/$scans/status" >"$out/proc/$scans/status"
