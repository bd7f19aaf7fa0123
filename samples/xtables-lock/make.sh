#!/bin/bash
# Needs root, iptables (its legacy tools), util-linux, procps. Takes a few seconds.
. "$(dirname "$0")/../lib.sh"
in_node node-u

# kube-proxy's restore has the lock, and what should feed it its rules has stopped.
mkfifo /srv/rules
spawn sh -c 'exec iptables-legacy-restore --noflush --wait </srv/rules' 
holder=$!
exec 9>/srv/rules
printf '*filter\n' >&9
eventually 'grep -q "FLOCK.* $holder " /proc/locks'
for chain in INPUT FORWARD OUTPUT; do
  spawn iptables-legacy --wait --list "$chain"
done >/dev/null
spawn iptables-legacy --wait --table nat --list >/dev/null
eventually '[ "$(grep -c -e "-> FLOCK" /proc/locks)" = 4 ]'

out=bundle/node-u
mkdir -p "$out/proc"
collect_tasks "$out/proc" "${started[@]}"
# Without the output, which is wherever the script's is.
for pid in "${started[@]}"; do ls -l "/proc/$pid/fd" | grep -E '^total| [03] ->' >"$out/proc/$pid/fd"; done
inode=$(stat -c %i /run/xtables.lock)
grep ":$inode " /proc/locks >"$out/proc/locks"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
exec 9>&-
