import { defineFix } from "../fix.ts";

/** Goroutines of requests that the API server timed out. They send a result at all since panics are passed on: from 1.10.12, 1.11.6 and 1.12.4 on. */
export const APISERVER_TIMEOUT = defineFix({
  id: "kube-apiserver/timeout-goroutines",
  component: "kube-apiserver",
  defect: "a request that times out leaves a goroutine behind, which waits for ever to send its result",
  affected: { from: "1.10.12", fixedIn: ["1.14.8", "1.15.5", "1.16.2"] },
  upgrade:
    "Upgrade kube-apiserver to 1.14.8, 1.15.5, 1.16.2 or later: pull request 83333 ends these goroutines.",
  workaround: [
    "Until then find what makes requests time out, and restart kube-apiserver before its memory is gone.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/pull/83333",
    "https://github.com/kubernetes/kubernetes/pull/83371",
    "https://github.com/kubernetes/kubernetes/pull/83372",
    "https://github.com/kubernetes/kubernetes/pull/83373",
  ],
});

/** Watches of events in etcd's old store, which Kubernetes 1.13 removed. */
export const ETCD2_WATCH = defineFix({
  id: "kube-apiserver/etcd2-watch",
  component: "kube-apiserver",
  defect: "watches of events that are kept in etcd's version 2 store never end",
  affected: { fixedIn: ["1.13.0"] },
  upgrade: "Move to etcd's version 3 as the store: version 2 went from Kubernetes with 1.13.",
  workaround: ["Until then, find who watches events from resourceVersion 0."],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/70207",
    "https://github.com/kubernetes/kubernetes/issues/65732",
  ],
});

/** Labels of Endpoints that are compared with those of their Service, which lacks one. */
export const HEADLESS_LABEL_RESYNC = defineFix({
  id: "kube-controller-manager/headless-label-resync",
  component: "kube-controller-manager",
  defect:
    "the label service.kubernetes.io/headless of Endpoints counts as a change of labels, so that each resync writes them all",
  affected: { from: "1.16.0", fixedIn: ["1.17.13", "1.18.10", "1.19.3"] },
  upgrade:
    "Upgrade kube-controller-manager to 1.17.13, 1.18.10, 1.19.3 or 1.20: pull request 94112 compares labels without this one.",
  workaround: [
    "Until then raise --concurrent-endpoint-syncs and the controller manager's --kube-api-qps and --kube-api-burst, so that a storm is over sooner.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/pull/94112",
    "https://github.com/kubernetes/kubernetes/pull/94935",
    "https://github.com/kubernetes/kubernetes/pull/94934",
    "https://github.com/kubernetes/kubernetes/pull/94937",
    "https://github.com/kubernetes/kubernetes/pull/81612",
  ],
});

/** Addresses of the node, which IPVS mode listed for each service with a node port. */
export const PROXY_NODE_IPS = defineFix({
  id: "kube-proxy/node-ips",
  component: "kube-proxy",
  defect:
    "in IPVS mode the node's addresses are listed once for every service with a node port, in every sync",
  affected: { fixedIn: ["1.16.0"] },
  upgrade:
    "Upgrade Kubernetes to 1.16 or later. A newer one that still burns it there has very many addresses: see pull request 138927.",
  workaround: [
    "Until then make syncs rarer: raise --ipvs-min-sync-period, and have fewer NodePort services.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/pull/79444",
    "https://github.com/kubernetes/kubernetes/issues/73382",
    "https://github.com/kubernetes/kubernetes/issues/88212",
    "https://github.com/kubernetes/kubernetes/pull/138927",
  ],
});

/** Ports of translated connections, which were counted up and not picked at random. */
export const PROXY_RANDOM_FULLY = defineFix({
  id: "kube-proxy/random-fully",
  component: "kube-proxy",
  defect: "MASQUERADE rules pick translated ports one after the other, so that connections race for them",
  affected: { fixedIn: ["1.16.0"] },
  upgrade:
    "Have ports picked at random: MASQUERADE --random-fully (iptables 1.6.2, Linux 3.14), as kube-proxy does from 1.16 on where iptables has it.",
  workaround: [
    "Let a load balancer reach pods by their own addresses in place of NodePorts, so that nothing is translated.",
  ],
  references: ["https://github.com/kubernetes/kubernetes/pull/78547"],
});

/** Connections to the API server that are dead and stay in the pool. */
export const DEAD_HTTP2 = defineFix({
  id: "kubelet/dead-http2-connection",
  component: "kubelet",
  defect:
    "a connection to the API server that died stays in the client's pool, and each request is given to it",
  affected: { fixedIn: ["1.18.18", "1.19.5", "1.20.0"] },
  upgrade:
    "Upgrade to Kubernetes 1.18.18, 1.19.5, 1.20.0 or later, whose clients check their connections by HTTP/2 pings (HTTP2_READ_IDLE_TIMEOUT_SECONDS).",
  workaround: ["Restart the component: it connects anew."],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/87615",
    "https://github.com/kubernetes/kubernetes/pull/95981",
    "https://github.com/kubernetes/kubernetes/pull/96778",
    "https://github.com/kubernetes/kubernetes/pull/100376",
  ],
});

/** The freezer, which libcontainer as it is built into kubelet left closed. runc itself had the fault not. */
export const FROZEN_POD_CGROUP = defineFix({
  id: "kubelet/frozen-pod-cgroup",
  component: "kubelet",
  defect:
    "with the systemd driver and version 1 of control groups, kubelet may leave a pod's group frozen when it changes it",
  affected: { from: "1.21.0", fixedIn: ["1.21.5", "1.22.2"] },
  upgrade:
    "Upgrade kubelet to 1.21.5, 1.22.2 or later: with the systemd driver, versions that have runc 1.0.1 or older built in could leave pods frozen.",
  workaround: [
    "Thaw it: echo THAWED > freezer.state, or echo 0 > cgroup.freeze, in the task's control group; docker unpause for what docker paused.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/104280",
    "https://github.com/kubernetes/kubernetes/pull/104529",
    "https://github.com/kubernetes/kubernetes/pull/104530",
    "https://github.com/opencontainers/runc/pull/3081",
    "https://github.com/opencontainers/runc/pull/3173",
  ],
});

/** Rules that kube-proxy writes anew as a whole for each change. */
export const PROXY_FULL_RESTORE = defineFix({
  id: "kube-proxy/full-restore",
  component: "kube-proxy",
  defect: "in iptables mode every sync writes the rules of all services, whatever changed",
  affected: { fixedIn: ["1.27.0"] },
  upgrade:
    "Use kube-proxy in IPVS or nftables mode, or Kubernetes 1.27 and later, which writes only what changed (MinimizeIPTablesRestore).",
  workaround: ["See who holds the lock of iptables, and how many rules there are: iptables-save | wc -l."],
  references: [
    "https://kubernetes.io/docs/reference/networking/virtual-ips/",
    "https://github.com/kubernetes/enhancements/issues/3453",
    "https://github.com/kubernetes/kubernetes/pull/115138",
  ],
});

/** Segments that connection tracking takes for invalid, and passes on as they are. */
export const PROXY_INVALID = defineFix({
  id: "kube-proxy/invalid-forwarded",
  component: "kube-proxy",
  defect:
    "packets that connection tracking takes for invalid are forwarded untranslated, and clients reset their connections",
  affected: { fixedIn: ["1.15.0"] },
  upgrade:
    "Drop what is invalid before it is forwarded: iptables -I FORWARD -m conntrack --ctstate INVALID -j DROP; kube-proxy does from 1.15 on.",
  workaround: [
    "Or set net.netfilter.nf_conntrack_tcp_be_liberal=1 on the nodes: segments outside of the window are then translated, too.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/74839",
    "https://github.com/kubernetes/kubernetes/pull/74840",
  ],
});
