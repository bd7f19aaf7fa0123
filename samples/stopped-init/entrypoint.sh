#!/bin/bash
# A program that starts helpers and never looks at them again.
for _ in $(seq 40); do sleep 0.2 & done
sleep 100000 &
exec sleep 100000
