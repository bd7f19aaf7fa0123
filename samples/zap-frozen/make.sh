#!/bin/bash
# Needs root, gcc, e2fsprogs, util-linux, procps. Takes half a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-c
gcc -O2 -o /srv/bin/ledger ledger.c
install -m 755 entrypoint.sh /srv/bin/entrypoint.sh

# The volume.
truncate -s 64M /srv/volume.img
mkfs.ext4 -q -E lazy_itable_init=0 /srv/volume.img
mkdir /srv/volume
mount -o loop /srv/volume.img /srv/volume

container /srv/bin/entrypoint.sh
eventually '[ -s /srv/volume/ledger.log ]'
ledger=$(pgrep -P "$container" ledger)

# Somebody freezes the volume for a backup and forgets it; then the pod is deleted.
report_hung_tasks 10
freeze /srv/volume
eventually '[ "$(state $ledger)" = D ]'
kill -KILL "$container"
eventually "kernel_log | grep -q 'INFO: task ledger:'"

out=bundle/node-c
# shellcheck disable=SC2046 # pids
collect_tasks "$out/proc" "$starter" "$container" "$ledger" $(kernel_threads kthreadd khungtaskd \
  rcu_preempt ksoftirqd/\* kswapd0 kcompactd0 khugepaged oom_reaper kauditd kdevtmpfs jbd2/loop\* kworker/R-\*ext4\* \
  kworker/\*loop\* kworker/u\*)
kernel_log >"$out/dmesg"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
