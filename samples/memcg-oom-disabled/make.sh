#!/bin/bash
# Needs root, gcc, util-linux, procps, and the v1 memory controller at /sys/fs/cgroup/memory. Takes a few seconds.
. "$(dirname "$0")/../lib.sh"
in_node node-r
gcc -O1 -o /srv/bin/hoard hoard.c

group=docker/8f2d1c7be0a94563f1e27d08c5b6a9341fe08d7c62b5a1903e4f7d28c6b10a95
memory=/sys/fs/cgroup/memory/$group
mkdir -p "$memory"
at_end 'echo 0 >'"$memory"'/memory.oom_control; sleep 1; (cd /sys/fs/cgroup/memory && rmdir -p '"$group"'); group='
echo 64M >"$memory/memory.limit_in_bytes"
# docker run --memory 64m --oom-kill-disable
echo 1 >"$memory/memory.oom_control"
spawn sh -c "echo 0 >$memory/cgroup.procs; exec /srv/bin/hoard"
hoard=$!
eventually 'grep -q "under_oom 1" $memory/memory.oom_control'
eventually 'grep -q mem_cgroup /proc/$hoard/stack'
sleep 1

out=bundle/node-r
# shellcheck disable=SC2046 # pids
collect_tasks "$out/proc" "$hoard" $(kernel_threads kthreadd kswapd0 oom_reaper)
tail -n +1 "$memory/memory.oom_control" /sys/fs/cgroup/memory/memory.oom_control >"$out/oom_control.txt"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
