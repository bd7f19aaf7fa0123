import type { ModelOf } from "../bundle/index.ts";
import type { Missing } from "../rules/index.ts";

/** What the kinds of artifacts are called, and a command that collects each. */
const WORDS: Partial<Record<keyof ModelOf, Missing>> = {
  "conntrack-S": { text: "counters of connection tracking", command: "conntrack -S" },
  "coredns-log": {
    text: "the log of CoreDNS",
    command: "kubectl logs -n kube-system -l k8s-app=kube-dns --prefix --tail=-1",
  },
  goroutines: {
    text: "a goroutine dump",
    command: "curl -s 'http://localhost:PORT/debug/pprof/goroutine?debug=2' > goroutine.txt",
  },
  hostname: { text: "the host's name", command: "hostname" },
  "ip-addr": { text: "the host's addresses", command: "ip addr" },
  "iptables-save": { text: "rules of the packet filter", command: "iptables-save" },
  "kernel-log": { text: "the kernel log", command: "dmesg -T" },
  "kube-objects": {
    text: "the cluster's objects",
    command: "kubectl get pods,services,endpoints,deployments,replicasets,nodes,events -A -o yaml",
  },
  meminfo: { text: "the memory in use", command: "cat /proc/meminfo" },
  df: { text: "how full the disks are", command: "df -h; df -i" },
  buddyinfo: { text: "free memory by size", command: "cat /proc/buddyinfo" },
  "netstat-s": { text: "counters of the network stack", command: "netstat -s" },
  nstat: { text: "counters of the network stack", command: "nstat -az" },
  pcap: { text: "a packet capture", command: "tcpdump -i any -s 0 -w node.pcap" },
  pprof: {
    text: "a profile of the program",
    command: "curl -s 'http://localhost:PORT/debug/pprof/heap' > heap.pb.gz",
  },
  "proc-stack": {
    text: "kernel stacks of the tasks",
    command:
      'for d in /proc/[0-9]*/task/*; do echo "== $d"; cat $d/stack $d/status $d/wchan; ls -l $d/ns; done',
  },
  "proc-status": { text: "states of the tasks", command: "cat /proc/[0-9]*/status" },
  "resolv-conf": { text: "the resolver's configuration", command: "cat /etc/resolv.conf" },
  sockets: { text: "the host's sockets", command: "ss -tanp" },
  sysctl: { text: "the kernel's parameters", command: "sysctl -a" },
  uname: { text: "the kernel's release", command: "uname -a" },
};

/** A kind in words, with what collects it; the kind's own name where it has no words. */
export function wordsOf(kind: string): { readonly text: string; readonly command: string | null } {
  const words = Object.hasOwn(WORDS, kind) ? WORDS[kind as keyof ModelOf] : undefined;
  return words ?? { text: `an artifact of the kind ${kind}`, command: null };
}
