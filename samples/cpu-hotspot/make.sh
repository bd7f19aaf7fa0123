#!/bin/bash
# Needs root, golang-go, iproute2, util-linux. Takes half a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-h
go_build checkout checkout
go_build ../tools/clients clients

spawn /srv/bin/checkout
eventually 'http_get 127.0.0.1 6060 / >/dev/null 2>&1'
spawn /srv/bin/clients -count 24 -every 20ms -url 'http://127.0.0.1:8080/price'
sleep 3

mkdir -p bundle/node-h/checkout
http_get 127.0.0.1 6060 '/debug/pprof/profile?seconds=15' >bundle/node-h/checkout/cpu.pb.gz
http_get 127.0.0.1 6060 '/debug/pprof/goroutine' >bundle/node-h/checkout/goroutine.pb.gz
