import { defineFix } from "../fix.ts";

/** tcp_tw_recycle, which drops SYNs of clients that share an address. What was removed comes back with no vendor. */
export const TCP_TW_RECYCLE = defineFix({
  id: "linux/tcp-tw-recycle",
  component: "linux",
  defect:
    "net.ipv4.tcp_tw_recycle compares timestamps by address, and drops SYNs of clients behind one NAT address",
  affected: { fixedIn: ["4.12"], backports: "never" },
  upgrade: "Linux 4.12 and later have the setting no more.",
  workaround: [
    "Turn it off on the listener's node: sysctl -w net.ipv4.tcp_tw_recycle=0, and in /etc/sysctl.d.",
    "net.ipv4.tcp_tw_reuse, which concerns outgoing connections alone, may stay.",
  ],
  references: ["https://git.kernel.org/linus/4396e46187ca5070219b81773c4e65088dac50cc"],
});

/** Two packets of one socket that are translated at once; 5.0 mended a part of it. */
export const CONNTRACK_CLASH = defineFix({
  id: "linux/conntrack-clash",
  component: "linux",
  defect: "of two UDP packets of one socket that are translated at the same moment, the second is dropped",
  affected: { fixedIn: ["5.6"] },
  upgrade: "Upgrade to a kernel from 5.6 on, or to one that has the change from its vendor.",
  workaround: [
    "Run a DNS cache on each node (NodeLocal DNSCache): queries to it are not tracked, and it asks the service over TCP.",
    "For glibc, options single-request-reopen or use-vc in the pod's dnsConfig; musl ignores both.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/56903",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=6a757c07e51f80ac34325fcd558490d2d1439e1b",
  ],
});

/** Accounting of kernel memory in 3.10, whose caches and ids outlive their groups. dockerd calls it experimental before 4.0. */
export const KMEM_LEAK = defineFix({
  id: "linux/kmem-leak",
  component: "linux",
  defect: "with accounting of kernel memory on, a group's caches and ids are never freed",
  affected: {
    from: "3.10",
    fixedIn: ["4.0"],
    vendors: new Map([["el7", ["3.10.0-1062.4.1"]]]),
  },
  upgrade: "Upgrade: kernel-3.10.0-1062.4.1.el7 and later, or a kernel of 4.x.",
  workaround: [
    "Until then boot with cgroup.memory=nokmem, or use a runc and a kubelet that were built without accounting of kernel memory (build tag nokmem). Only a reboot gives back what has leaked.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/61937",
    "https://github.com/docker/for-linux/issues/841",
    "https://github.com/opencontainers/runc/issues/1725",
    "https://github.com/moby/moby/issues/35545",
  ],
});

/** Ids of memory control groups. It went into stable kernels from 3.19 on, which nobody has listed here. */
export const MEMCG_IDS = defineFix({
  id: "linux/memcg-ids",
  component: "linux",
  defect: "a memory control group that was removed keeps its id, of 65,535, while a page is charged to it",
  affected: { from: "3.19", fixedIn: ["4.8"], backports: "unlisted" },
  upgrade:
    "Upgrade to a kernel of 4.8 or later, which frees the id with the group; one of 5.x moves the pages to the parent.",
  workaround: [
    "echo 3 > /proc/sys/vm/drop_caches frees the pages that keep removed groups alive, and their ids with them; else reboot the node.",
  ],
  references: [
    "https://github.com/torvalds/linux/commit/73f576c04b9410ed19660f74f97521bb6e1c546d",
    "https://github.com/moby/moby/issues/24559",
  ],
});

/** net_mutex, under which network namespaces were made and ended one after the other. */
export const NET_MUTEX = defineFix({
  id: "linux/net-mutex",
  component: "linux",
  defect: "network namespaces are made and ended under one mutex",
  affected: { fixedIn: ["4.17"] },
  upgrade: "Upgrade to a kernel of 4.18 or later, where making namespaces shares the lock.",
  workaround: ["Start fewer containers at once."],
  references: ["https://github.com/kubernetes/kubernetes/issues/30363"],
});

/** A large iptables-restore that begins anew whenever somebody else changes the table. */
export const IPTABLES_RESTART = defineFix({
  id: "linux/iptables-restart",
  component: "linux",
  defect:
    "a large iptables-restore is restarted inside the kernel whenever other rules change, and holds the lock meanwhile",
  affected: { fixedIn: ["4.15"] },
  upgrade: "Upgrade to a kernel of 4.15 or later.",
  workaround: [],
  references: ["https://github.com/kubernetes/kubernetes/issues/48107"],
});

/** Statistics of IPVS, which one timer worked out for all services. */
export const IPVS_ESTIMATION = defineFix({
  id: "linux/ipvs-estimation",
  component: "linux",
  defect:
    "one timer works out the statistics of all services of IPVS, and holds a CPU the longer the more there are",
  affected: { fixedIn: ["6.2"] },
  upgrade: "Use a kernel of 6.2 or later, which does so in threads.",
  workaround: ["Turn it off with net.ipv4.vs.run_estimation=0, where the kernel has that setting."],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=705dd34440812735ece298eb5bc153fde9544d42",
  ],
});

/** A SYN on a used port, which IPVS schedules anew. Stable kernels and vendors' have the change under older numbers. */
export const IPVS_REUSE_DROP = defineFix({
  id: "linux/ipvs-reuse-drop",
  component: "linux",
  defect:
    "with net.ipv4.vs.conn_reuse_mode=1 a SYN on the port of a connection that has just ended is dropped to be rid of its old entry",
  affected: { fixedIn: ["5.9"], backports: "unlisted" },
  upgrade: "A kernel from 5.9 on, or one with the change from its vendor.",
  workaround: [
    "Until then net.ipv4.vs.conn_reuse_mode=0, as kube-proxy sets it on such kernels (kubernetes 71114); new connections on a used port then go to the old server, even if it is being drained (ipvs/drained-server).",
    "Have clients keep their connections: each new one then needs no port.",
  ],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=f0a5e4d7a594e0fe237d3dfafb069bb82f80f42f",
    "https://github.com/kubernetes/kubernetes/issues/70747",
    "https://github.com/kubernetes/kubernetes/pull/71114",
    "https://github.com/kubernetes/kubernetes/issues/93297",
  ],
});

/** Servers of weight 0, to which used ports still lead. */
export const IPVS_DRAINED = defineFix({
  id: "linux/ipvs-drained-server",
  component: "linux",
  defect:
    "with net.ipv4.vs.conn_reuse_mode=0 a new connection on a used port goes to its old server even if that is drained, and with expire_nodest_conn=1 too",
  affected: { fixedIn: ["5.16"], backports: "unlisted" },
  upgrade:
    "A kernel from 5.9 on with net.ipv4.vs.conn_reuse_mode=1, or one from 5.16 on with expire_nodest_conn=1.",
  workaround: [
    "Until then have clients keep their connections, or give them more addresses: a port is then not used again within two minutes.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/81775",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=c95c07836fa4c1767ed11d8eca0769c652760e32",
  ],
});

/** Slices of a group's CPU quota, which expired where a CPU had not used all of its own. */
export const CFS_SLICE_EXPIRY = defineFix({
  id: "linux/cfs-slice-expiry",
  component: "linux",
  defect:
    "what a CPU has not used of its slice of a control group's quota expires, and the group is throttled",
  affected: {
    fixedIn: ["4.14.154", "4.19.84", "5.3.9", "5.4"],
    vendors: new Map([
      ["el7", ["3.10.0-1062.8.1"]],
      ["el8", ["4.18.0-147.2.1"]],
      ["amzn2", ["4.14.154-128"]],
      ["generic", ["4.15.0-67", "5.3.0-24"]],
    ]),
  },
  upgrade:
    "Upgrade to a kernel with the change: 5.4, 5.3.9, 4.19.84, 4.14.154; RHEL's 3.10.0-1062.8.1 and 4.18.0-147.2.1; Ubuntu's 4.15.0-67 and 5.3.0-24.",
  workaround: [
    "Until then take the CPU limit off containers that are sensitive to it (requests alone still share the CPU fairly), or raise it.",
  ],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=de53fd7aedb100f03e5d2231cfce0e4993282425",
    "https://github.com/kubernetes/kubernetes/issues/67577",
  ],
});

/** The outer checksum of packets in VXLAN that were translated, which kernels left to the card after they had worked out a part. */
export const VXLAN_CHECKSUM = defineFix({
  id: "linux/vxlan-checksum",
  component: "linux",
  defect:
    "packets that were masqueraded with --random-fully leave in VXLAN with a wrong outer UDP checksum, where the overlay's interface offloads it",
  affected: { fixedIn: ["4.14.181", "4.19.123", "5.4.41", "5.6.13", "5.7"] },
  upgrade:
    "A kernel from 5.7 on (5.6.13, 5.4.41, 4.19.123, 4.14.181), and a kube-proxy that unmarks packets before it masquerades them (1.16.13, 1.17.9, 1.18.6).",
  workaround: [
    "Have the kernel compute it: ethtool -K flannel.1 tx-checksum-ip-generic off (or vxlan.calico, …) on every node; it is to be done again whenever the interface is made anew.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/88986",
    "https://github.com/kubernetes/kubernetes/pull/92035",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=ea64d8d6c675c0bb712689b13810301de9d8f77a",
  ],
});
