#!/bin/bash
# Needs root, gcc, e2fsprogs, util-linux, procps. Takes half a minute, in which any sync(2) on this machine waits.
. "$(dirname "$0")/../lib.sh"
in_node node-d
gcc -O2 -o /srv/bin/s6-sync s6-sync.c
install -m 755 s6-svscan /srv/bin/s6-svscan

loop_mount() { # loop_mount IMAGE SIZE MOUNT-POINT
  truncate -s "$2" "$1"
  mkfs.ext4 -q -E lazy_itable_init=0 "$1"
  mkdir "$3"
  mount -o loop "$1" "$3"
}

# A volume whose image lies on another file system.
loop_mount /srv/images.img 160M /srv/images
loop_mount /srv/images/volume.img 64M /srv/volume

# The file system below is frozen while the volume has unwritten data; its umount waits for the write-back, and
# holds the volume's super block.
report_hung_tasks 10
dd if=/dev/urandom of=/srv/volume/data bs=1M count=8 status=none
freeze /srv/images
spawn umount /srv/volume
umount=$!
eventually '[ "$(state $umount)" = D ]'

# A container of another pod exits: its s6-sync syncs every file system of the node. After ten seconds its runtime
# kills it.
container /srv/bin/s6-svscan
sync=
eventually 'sync=$(pgrep -P "$container" s6-sync)'
eventually '[ "$(state $sync)" = D ]'
kill -KILL "$container"
eventually "kernel_log | grep -q 'INFO: task s6-sync:.*owned by'"

out=bundle/node-d
# shellcheck disable=SC2046 # pids
collect_tasks "$out/proc" "$starter" "$container" "$sync" "$umount" $(kernel_threads kthreadd khungtaskd \
  rcu_preempt ksoftirqd/\* kswapd0 kcompactd0 khugepaged oom_reaper kauditd kdevtmpfs jbd2/loop\* kworker/R-\*ext4\* \
  kworker/\*loop\* kworker/u\*)
kernel_log >"$out/dmesg"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
