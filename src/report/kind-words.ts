import type { ModelOf } from "../bundle/index.ts";
import type { Missing } from "../rules/index.ts";

const OBJECTS: Missing = {
  text: "the cluster's objects",
  command: "kubectl get pods,services,endpoints,deployments,replicasets,nodes,events -A -o yaml",
};
const TASKS: Missing = {
  text: "kernel stacks and states of the tasks",
  command:
    'for d in /proc/[0-9]*/task/*; do echo "== $d"; cat $d/stack $d/status $d/wchan; ls -l $d/ns; done',
};
const PROFILES: Missing = {
  text: "profiles of the program, and a dump of its goroutines",
  command:
    "for p in heap mutex threadcreate 'goroutine?debug=2' 'profile?seconds=30'; do curl -s \"http://localhost:PORT/debug/pprof/$p\" > \"${p%%\\?*}\"; done",
};
const STACK_COUNTERS: Missing = { text: "counters of the network stack", command: "nstat -az; netstat -s" };

/** What the kinds of artifacts are called, and a command that collects each; kinds that come with others have the others'. */
const WORDS: Partial<Record<keyof ModelOf, Missing>> = {
  "api-access-log": {
    text: "requests that the API server logged",
    command: "kubectl logs -n kube-system -l component=kube-apiserver --prefix --tail=-1",
  },
  "audit-log": { text: "the API server's audit log", command: "cat /var/log/kubernetes/audit/audit.log" },
  buddyinfo: { text: "free memory by size", command: "cat /proc/buddyinfo" },
  cgroups: { text: "the number of control groups", command: "cat /proc/cgroups" },
  clock: {
    text: "the machine's clock, its zone, and since when it runs",
    command: "timedatectl; date -u; uptime; cat /proc/sys/kernel/random/boot_id",
  },
  "component-log": {
    text: "logs of the kubelet, the runtime and the control plane",
    command: "journalctl --no-pager -u kubelet -u containerd -u docker -u crio",
  },
  "conntrack-S": { text: "counters of connection tracking", command: "conntrack -S" },
  "coredns-log": {
    text: "the log of CoreDNS",
    command: "kubectl logs -n kube-system -l k8s-app=kube-dns --prefix --tail=-1",
  },
  df: { text: "how full the disks are", command: "df -h; df -i" },
  "docker-inspect": { text: "the containers' state", command: "docker inspect $(docker ps -aq)" },
  "docker-system-df": { text: "what containers and images take on disk", command: "docker system df -v" },
  du: { text: "what takes the room on disk", command: "du -xh --max-depth=3 /var/lib /var/log" },
  "file-locks": { text: "who holds and waits for file locks", command: "cat /proc/locks" },
  goroutines: PROFILES,
  hostname: { text: "the host's name", command: "hostname" },
  "hosts-file": { text: "the hosts file", command: "cat /etc/hosts" },
  ipvsadm: { text: "the virtual servers of IPVS", command: "ipvsadm -Ln" },
  "ip-addr": { text: "the host's addresses", command: "ip addr" },
  "ip-route-local": { text: "the host's local routes", command: "ip route show table local" },
  "iptables-save": { text: "rules of the packet filter", command: "iptables-save -c" },
  "kernel-files": {
    text: "the state and counters of containers' control groups",
    command:
      "grep -r . /sys/fs/cgroup/kubepods* --include=cpu.stat --include=cpu.max --include=cgroup.freeze",
  },
  "kernel-log": { text: "the kernel log", command: "dmesg -T" },
  "kube-objects": OBJECTS,
  "kubectl-describe": OBJECTS,
  "kubectl-get": OBJECTS,
  meminfo: { text: "the memory in use", command: "cat /proc/meminfo" },
  metrics: {
    text: "metrics of the control plane, twice some minutes apart",
    command:
      "for i in 1 2; do date -u +%FT%TZ; kubectl get --raw /metrics; sleep 300; done > apiserver-metrics.txt",
  },
  mounts: { text: "what is mounted", command: "cat /proc/1/mountinfo" },
  "netstat-s": STACK_COUNTERS,
  nsswitch: { text: "where names are looked up", command: "cat /etc/nsswitch.conf" },
  nstat: STACK_COUNTERS,
  "node-metrics": {
    text: "metrics of kube-proxy, twice some minutes apart",
    command:
      "for i in 1 2; do date -u +%FT%TZ; curl -s http://127.0.0.1:10249/metrics; sleep 300; done > kube-proxy-metrics.txt",
  },
  "os-release": { text: "the distribution", command: "cat /etc/os-release" },
  packages: { text: "the installed packages", command: "dpkg -l || rpm -qa" },
  pcap: { text: "a packet capture", command: "tcpdump -i any -s 0 -w node.pcap" },
  pprof: PROFILES,
  "proc-net-snmp": STACK_COUNTERS,
  "proc-ps": {
    text: "the processes, with what they wait for",
    command: "ps axo pid,ppid,stat,wchan:32,args",
  },
  "proc-stack": TASKS,
  "proc-status": TASKS,
  "program-version": {
    text: "the versions of the runtime and of kubelet",
    command: "containerd --version; runc --version; crictl version; docker version; kubelet --version",
  },
  "resolv-conf": { text: "the resolver's configuration", command: "cat /etc/resolv.conf" },
  sockets: { text: "the host's sockets", command: "ss -tanp" },
  sysctl: { text: "the kernel's parameters", command: "sysctl -a" },
  uname: { text: "the kernel's release", command: "uname -a" },
  "user-stacks": {
    text: "the program's own stacks",
    command: "jstack -l PID, or gdb -p PID -batch -ex 'thread apply all bt'",
  },
};

/** A kind in words, with what collects it; the kind's own name where it has none. */
export function wordsOf(kind: string): { readonly text: string; readonly command: string | null } {
  const words = Object.hasOwn(WORDS, kind) ? WORDS[kind as keyof ModelOf] : undefined;
  return words ?? { text: kind, command: null };
}
