#!/bin/bash
# Needs root, util-linux, procps, and the v1 freezer at /sys/fs/cgroup/freezer. Takes a few seconds.
. "$(dirname "$0")/../lib.sh"
in_node node-q
install -m 755 entrypoint.sh /srv/bin/

container /srv/bin/entrypoint.sh
eventually 'worker=$(pgrep -P "$container" sleep | head -n 1)'
freezer=/sys/fs/cgroup/freezer/$group
mkdir -p "$freezer"
at_end 'echo THAWED >'"$freezer"'/freezer.state; sleep 0.5; (cd /sys/fs/cgroup/freezer && rmdir -p '"$group"')'
for pid in "$container" $(pgrep -P "$container"); do echo "$pid" >"$freezer/cgroup.procs"; done

# The runtime freezes the container to change its devices and does not come back; then the pod is deleted.
echo FROZEN >"$freezer/freezer.state"
eventually '[ "$(cat $freezer/freezer.state)" = FROZEN ]'
# shellcheck disable=SC2046 # pids
kill -KILL "$container" $(pgrep -P "$container")
sleep 2

out=bundle/node-q
# shellcheck disable=SC2046 # pids
collect_tasks "$out/proc" "$starter" "$container" $(pgrep -P "$container") $(kernel_threads kthreadd kswapd0)
(cd /sys/fs/cgroup/freezer && tail -n +1 "$group/freezer.state" "$group/freezer.self_freezing" "$group/freezer.parent_freezing") |
  sed 's#^==> #&/sys/fs/cgroup/freezer/#' >"$out/freezer.txt"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
