#!/bin/sh
cat /srv/objects/report.bin &
sleep 100000 &
wait
