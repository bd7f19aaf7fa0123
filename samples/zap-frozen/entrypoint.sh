#!/bin/sh
/srv/bin/ledger /srv/volume/ledger.log &
sleep 100000 &
wait
