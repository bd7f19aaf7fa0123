#!/bin/bash
# Needs root, python3, util-linux, and the memory controller of cgroups v1 or v2. Takes ten seconds.
. "$(dirname "$0")/../lib.sh"
in_node node-g
cp sessions.py /srv/

# A pod's container with a limit of 96 MB, in a control group named as Kubernetes' cgroupfs driver names it.
pod=3f1c0b9a-52d7-4c1e-9d0e-6b1a7c2e8f41
id=00119be04b51af27c753225cee6158f101418184e82cf03a3ff2a07ed6465f04
limited_container "$pod" "$id" 96

# in_container COMMAND…: in that control group, as a container's processes are.
in_container() {
  spawn sh -c "echo 0 >'$limited/cgroup.procs'; exec $1" 2>/dev/null
}
in_container 'sleep 60'
at_end "kill $!; wait $!"
before=$(dmesg | tail -n 1)
in_container 'python3 /srv/sessions.py'
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
victim=$!
wait "$victim" || true
finished=$(date -u +%Y-%m-%dT%H:%M:%SZ)
eventually "dmesg | grep -q 'Killed process $victim '"

out=bundle/node-g
mkdir -p "$out" bundle/cluster
# The machine's ring buffer may have begun anew: what is behind the last line of before.
dmesg | awk -v before="$before" 'seen; $0 == before { seen = 1 }' >"$out/dmesg"
uname -a >"$out/uname"
hostname >"$out/hostname"
sed -e "s/STARTED/$started/g; s/FINISHED/$finished/g; s/POD/$pod/g; s/CONTAINER/$id/g" pods.yaml >bundle/cluster/pods.yaml
neutral
