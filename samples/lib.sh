# What the make.sh scripts share; each one sources this file. Needs root.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "$0")"

# in_node NAME: runs the script again in UTS, network and mount namespaces of its own. What it names,
# mounts and connects there is out of everybody else's sight and goes away with it.
in_node() {
  if [ "${SAMPLE_NODE:-}" != "$1" ]; then
    SAMPLE_NODE=$1 exec unshare --uts --net --mount --propagation private bash "./$(basename "$0")"
  fi
  hostname "$1"
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /srv
  mkdir -p /srv/bin
  ip link set lo up
  kernel_log_start=$(dmesg | wc -l)
  trap finish EXIT
  trap 'exit 1' INT TERM HUP
  rm -rf bundle
}

started=()
undo=()

# spawn COMMAND…: a process in the background that does not outlive the script. Its pid is $!.
spawn() {
  "$@" &
  started+=("$!")
}

# at_end COMMAND: runs however the script ends, the latest first.
at_end() { undo=("$1" "${undo[@]}"); }

finish() {
  local status=$? command
  trap - EXIT
  set +e
  for command in "${undo[@]}"; do eval "$command"; done
  [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null
  wait
  [ -z "${group:-}" ] || (cd "$group_root" && rmdir -p "$group")
  exit "$status"
}

# eventually COMMAND: tries for a minute until it succeeds.
eventually() {
  local try
  for try in $(seq 300); do
    if eval "$1"; then return; fi
    sleep 0.2
  done
  echo "$0: after $try tries still not: $1" >&2
  return 1
}

# go_build DIRECTORY NAME: as /srv/bin/NAME, with shop/NAME/… as the paths in its symbols.
go_build() {
  mkdir -p "/srv/checkout/$2"
  cp "$1"/*.go "/srv/checkout/$2"
  printf 'module shop\n\ngo 1.19\n' >/srv/checkout/go.mod
  (cd /srv/checkout && go build -trimpath -o "/srv/bin/$2" "./$2")
}

# link NETNS ADDRESS/BITS PEER-ADDRESS/BITS: a namespace whose eth0 hangs on this node's interface veth-NETNS.
link() {
  ip netns add "$1"
  ip link add "veth-$1" type veth peer name "tmp-$1"
  ip link set "tmp-$1" netns "$1"
  ip -n "$1" link set "tmp-$1" name eth0
  ip -n "$1" link set lo up
  ip -n "$1" addr add "$2" dev eth0
  ip -n "$1" link set eth0 up
  ip addr add "$3" dev "veth-$1"
  ip link set "veth-$1" up
  ip -n "$1" route add default via "${3%/*}"
}

# capture FILE COMMAND…: what COMMAND… (tcpdump -i …, in a namespace or not) sees, from now until end_capture.
capture() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  sleep 3 # the new links' own chatter
  spawn "$@" -Z root -U -w "$file" 2>/dev/null
  capturing=$!
  eventually "[ -s '$file' ]"
}

end_capture() {
  sleep 1
  kill -INT "$capturing"
  wait "$capturing" || true
}

# http_get HOST PORT PATH: the body. HTTP/1.0, so that it is never chunked.
http_get() (
  exec 3<>"/dev/tcp/$1/$2"
  printf 'GET %s HTTP/1.0\r\n\r\n' "$3" >&3
  LC_ALL=C sed '1,/^\r$/d' <&3
)

# http_from NETNS SECONDS HOST PORT PATH: the same from a namespace, given up after so many seconds.
http_from() {
  ip netns exec "$1" timeout "$2" bash -c "$(declare -f http_get); http_get $3 $4 $5" >/dev/null 2>&1 || true
}

# kernel_threads NAME…: the pids of the kernel threads whose names match one of the patterns.
kernel_threads() {
  local dir name pattern
  for dir in /proc/[0-9]*; do
    name=$(cat "$dir/comm" 2>/dev/null) || continue
    grep -qs '^PPid:[[:space:]]*2$' "$dir/status" || [ "$dir" = /proc/2 ] || continue
    for pattern in "$@"; do
      # shellcheck disable=SC2254
      case $name in $pattern) echo "${dir#/proc/}" ;; esac
    done
  done
}

# collect_tasks DIRECTORY PID…: what an engineer copies of each.
collect_tasks() {
  local out=$1 pid file task
  shift
  for pid in "$@"; do
    [ -d "/proc/$pid" ] || continue
    mkdir -p "$out/$pid"
    for file in cgroup cmdline comm stack stat status wchan; do
      cat "/proc/$pid/$file" >"$out/$pid/$file" 2>/dev/null || true
    done
    ls -l "/proc/$pid/ns" >"$out/$pid/ns" 2>&1 || true
    for task in "/proc/$pid/task"/*; do
      mkdir -p "$out/$pid/task/${task##*/}"
      cat "$task/comm" >"$out/$pid/task/${task##*/}/comm" 2>/dev/null || true
      cat "$task/stack" >"$out/$pid/task/${task##*/}/stack" 2>/dev/null || true
    done
  done
}

# kernel_log: what the kernel has said since the script began.
kernel_log() { dmesg | tail -n "+$((kernel_log_start + 1))"; }

# network_facts DIRECTORY: the node's name, kernel, settings and counters; not the settings that are the machine's own
# (its ids, and how many tasks ever hung on it: other samples' do).
network_facts() {
  mkdir -p "$1"
  hostname >"$1/hostname"
  uname -a >"$1/uname.txt"
  sysctl -a 2>/dev/null | grep -E '^(net|kernel|vm)\.' | grep -vE '^kernel\.(random\.|hung_task_detect_count)' >"$1/sysctl.txt"
  netstat -s >"$1/netstat-s.txt"
}

# in_texts STRING SED-COMMAND: changes the texts of the bundle that hold the string, if any does.
in_texts() {
  { grep -rIlF "$1" bundle || [ $? = 1 ]; } | xargs -r sed -i "$2"
}

# neutral: takes out of the bundle's texts the local part of the kernel's release, and the control group of
# the shell that ran the script.
neutral() {
  local release own
  release=$(uname -r)
  in_texts "$release" "s/${release//./\\.}/${release%%-*}/g"
  while read -r own; do
    [ "${own:-/}" = / ] || in_texts "$own" "s#:$own\$#:/#"
  done < <(cut -d: -f3 /proc/self/cgroup | sort -u)
}

# report_hung_tasks SECONDS: has the kernel report tasks that are blocked for so long; put back at the end.
report_hung_tasks() {
  local key
  for key in kernel.hung_task_timeout_secs kernel.hung_task_warnings; do
    at_end "sysctl -qw $key=$(sysctl -n $key)"
  done
  sysctl -qw kernel.hung_task_timeout_secs="$1"
}

# freeze MOUNT-POINT: thawed at the end, or in three minutes, even if the script is killed.
freeze() {
  fsfreeze -f "$1"
  at_end "fsfreeze -u $1"
  setsid bash -c "sleep 180; fsfreeze -u $1" &
  at_end "kill -- -$!"
}

# container COMMAND: a pid namespace whose init is COMMAND, in a control group named as Kubernetes names them.
# Its init's pid on the node is $container, that of the process that started it $starter.
container() {
  group_root=$(findmnt -nt cgroup2 -o TARGET | head -n 1)
  group=kubepods.slice/kubepods-burstable.slice
  group+=/kubepods-burstable-pod5e1f0c7a_93d2_4b86_a1c4_0d7be8a2f635.slice
  group+=/cri-containerd-c81f3ea6d59047b2c4ab17f09e6d3c58b2e07194fd6a35c8e1907b4d2f6ac013.scope
  mkdir -p "$group_root/$group"
  spawn sh -c "echo 0 >$group_root/$group/cgroup.procs; exec unshare --pid --fork --mount-proc $1" 2>/dev/null
  starter=$! container=
  eventually 'container=$(pgrep -P "$starter")'
  echo "$starter" >"$group_root/cgroup.procs"
}

# state PID: R, S, D, …
state() { sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status"; }

# limited_container POD ID MEGABYTES: a control group for a pod's container with a memory limit, named as Kubernetes' cgroupfs
# driver names it, in cgroups v1 or v2. Its folder is $limited; what writes 0 into its cgroup.procs is in it.
limited_container() {
  local root file slice=kubepods/burstable/pod$1/$2
  root=$(findmnt -nt cgroup -O memory -o TARGET | head -n 1)
  file=memory.limit_in_bytes
  if [ -z "$root" ]; then
    root=$(findmnt -nt cgroup2 -o TARGET | head -n 1)
    file=memory.max
  fi
  limited=$root/$slice
  mkdir -p "$limited"
  at_end "cd '$root' && rmdir -p '$slice'"
  echo $(($3 << 20)) >"$limited/$file"
}
