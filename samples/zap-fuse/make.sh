#!/bin/bash
# Needs root, python3, util-linux, procps. Takes a quarter of a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-p
install -m 755 entrypoint.sh objectfs.py /srv/bin/
mkdir /srv/objects

# The node's own program serves the mount; the container only uses it.
spawn python3 /srv/bin/objectfs.py /srv/objects
server=$!
eventually 'mountpoint -q /srv/objects'
connection=$(stat -c %d /srv/objects)
at_end 'kill -CONT $server; echo 1 >/sys/fs/fuse/connections/'"$connection"'/abort; umount -l /srv/objects'
mount -t fusectl fusectl /sys/fs/fuse/connections 2>/dev/null || true

container /srv/bin/entrypoint.sh
eventually 'reader=$(pgrep -P "$container" cat)'
eventually 'grep -q request_wait_answer /proc/$reader/stack'

# Somebody stops the server to look at it; then the pod is deleted.
kill -STOP "$server"
kill -KILL "$container"
eventually 'grep -q zap_pid_ns_processes /proc/$container/stack'
sleep 1

out=bundle/node-p
# shellcheck disable=SC2046 # pids
collect_tasks "$out/proc" "$server" "$starter" "$container" "$reader" $(kernel_threads kthreadd kswapd0 kauditd)
# Without the output, which is wherever the script's is.
for pid in "$server" "$reader"; do ls -l "/proc/$pid/fd" | grep -E '^total| [03] ->' >"$out/proc/$pid/fd"; done
grep -E ' /(proc|srv|srv/objects|sys/fs/fuse/connections) ' /proc/self/mountinfo >"$out/proc/$server/mountinfo"
mkdir -p "$out/sys/fs/fuse/connections/$connection"
cat "/sys/fs/fuse/connections/$connection/waiting" >"$out/sys/fs/fuse/connections/$connection/waiting"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
