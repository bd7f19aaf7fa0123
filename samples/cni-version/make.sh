#!/bin/bash
# Needs root, go, python3, util-linux, procps. Takes a quarter of a minute.
. "$(dirname "$0")/../lib.sh"
in_node node-s

# The module v0.6.0 of the CNI library, in a proxy of files: see README.md.
module=github.com/containernetworking/cni
proxy=/srv/proxy/$module/@v
mkdir -p "$proxy" "/srv/zip/$module@v0.6.0/pkg/skel" /srv/plugin
cp library/skel.go "/srv/zip/$module@v0.6.0/pkg/skel/"
echo '{"Version":"v0.6.0"}' >"$proxy/v0.6.0.info"
echo "module $module" >"$proxy/v0.6.0.mod"
(cd /srv/zip && python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").write(sys.argv[2])' \
  "$proxy/v0.6.0.zip" "$module@v0.6.0/pkg/skel/skel.go")
cp plugin.go /srv/plugin/
printf 'module example.org/lab-ipam\n\ngo 1.13\n\nrequire %s v0.6.0\n' "$module" >/srv/plugin/go.mod
(
  cd /srv/plugin
  export GOPROXY=file:///srv/proxy GONOSUMDB='*' GOFLAGS='-mod=mod -modcacherw' GOMODCACHE=/srv/modules
  go build -trimpath -o lab-ipam .
)
mkdir -p /srv/opt/cni/bin
install -m 755 /srv/plugin/lab-ipam /srv/opt/cni/bin/lab-ipam

# A daemon that was started by hand asks its plugin for its version, and hands on the terminal that it has.
spawn python3 daemon.py
eventually 'plugin=$(pgrep -x lab-ipam)'
eventually 'grep -lqs n_tty_read /proc/$plugin/task/*/stack'

out=bundle/node-s
collect_tasks "$out/proc" "$plugin"
for task in "/proc/$plugin/task"/*; do
  cat "$task/syscall" >"$out/proc/$plugin/task/${task##*/}/syscall" || true
  cat "$task/status" >"$out/proc/$plugin/task/${task##*/}/status" || true
done
ls -l "/proc/$plugin/fd" | grep -E '^total| [0-5] ->' >"$out/proc/$plugin/fd"
tr '\0' '\n' <"/proc/$plugin/environ" | grep -E '^(CNI_|LANG=|HOME=)' >"$out/proc/$plugin/environ"
go version -m /srv/opt/cni/bin/lab-ipam >"$out/go-version.txt"
uname -a >"$out/uname"
hostname >"$out/hostname"
neutral
