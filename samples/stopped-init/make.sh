#!/bin/bash
# Needs root, util-linux, procps. Takes a few seconds.
. "$(dirname "$0")/../lib.sh"
in_node node-t
install -m 755 entrypoint.sh /srv/bin/

container /srv/bin/entrypoint.sh
at_end 'kill -KILL $container'
eventually '[ "$(pgrep -cP "$container")" -gt 40 ]'
# Somebody stops the container's init, to look at it.
kill -STOP "$container"
eventually '[ "$(state $container)" = T ]'
sleep 1

out=bundle/node-t
mkdir -p "$out"
# What an engineer takes first: one text of all tasks of the container.
# shellcheck disable=SC2046 # pids
(cd /proc && for pid in "$starter" "$container" $(pgrep -P "$container"); do
  for file in status stack; do echo "==> /proc/$pid/$file <=="; cat "$pid/$file"; done
done) | grep -vE '^(Uid|Gid|Groups|Vm|Rss|Huge|Cap|Seccomp|Spec|Speculation|Cpus|Mems|x86|untag|Ngid|FDSize|Umask|THP|NoNew|Core|NSsid|NSpgid|NStgid|Sig[BIC]|voluntary|nonvol)' >"$out/tasks.txt"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
