/** A program of a node or a control plane whose log is read. */
export type Component =
  | "kubelet"
  | "dockerd"
  | "containerd"
  | "cri-o"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kube-proxy"
  | "etcd"
  | "cni"
  /** k3s, RKE2's server, microk8s: several of them in one process. */
  | "all-in-one"
  /** Known to be none of these. */
  | "other";

/** Syslog tags, names of units, of containers and of programs. */
const NAMES: readonly (readonly [RegExp, Component])[] = [
  [/^(?:kubelet|kubenswrapper|hyperkube|origin-node|atomic-openshift-node|aos-node)(?:[._-].*)?$/, "kubelet"],
  [/^(?:dockerd(?:[._-].*)?|docker|docker-current|dockerd-current|docker\.dockerd)$/, "dockerd"],
  [/^(?:containerd|containerd[._-](?!shim).*)$/, "containerd"],
  [/^(?:crio|cri-o)(?:[._-].*)?$/, "cri-o"],
  [/^(?:kube-)?apiserver(?:[._-].*)?$/, "kube-apiserver"],
  [/^(?:kube-)?controller-manager(?:[._-].*)?$/, "kube-controller-manager"],
  [/^kube-scheduler(?:[._-].*)?$/, "kube-scheduler"],
  [/^kube-proxy(?:[._-].*)?$/, "kube-proxy"],
  [/^etcd(?:[._-](?!operator|backup).*)?$/, "etcd"],
  [
    /^(?:calico|cilium|flannel|kube-flannel|weave|aws-node|aws-vpc-cni|ipamd|multus|antrea|kube-router|kube-ovn|cni)(?:[._-].*)?$/,
    "cni",
  ],
  [/^(?:k3s|rke2|k0s|microk8s\.daemon-kubelite)(?:[._-].*)?$/, "all-in-one"],
];

/** The component that a tag, a unit or a container is called after. Any other name is another program's. */
export function componentNamed(name: string): Component {
  const plain = name.toLowerCase().replace(/\.service$/, "");
  const bare = plain.slice(plain.lastIndexOf("/") + 1);
  return NAMES.find(([pattern]) => pattern.test(bare))?.[1] ?? "other";
}

/** What is kept in names of files: `journalctl_--no-pager_--unit_kubelet`, `kubelet_service.log`, `containerd-log.txt`. */
const IN_FILE_NAME =
  /(?:^|[^a-z0-9])(kubelet|dockerd|docker(?=[._-]?(?:log|service|journal|daemon)?[._-]?(?:log|txt|journal|service)?(?:\.\d+)?$)|containerd(?![._-]shim)|crio|cri-o|kube-apiserver|apiserver|kube-controller-manager|controller-manager|kube-scheduler|kube-proxy|etcd|calico|cilium|flannel|aws-node|ipamd|multus|k3s|rke2)(?![a-z0-9])/;
/** A pod's log lies below its namespace, its own name and its container's, or has them in its own name. */
const OF_CONTAINER = [
  /(?:^|\/)pods\/[^/]+\/([^/]+)\/\d+\.log/,
  /(?:^|\/)pods\/[^/]+\/([^/]+)\/[^/]+\/logs\//,
  /(?:^|\/)containers\/[^/]+_[^/]+_([a-z0-9-]+)-[0-9a-f]{64}\.log/,
  /(?:^|\/)pods\/logs\/[^/]+\/[^/]+\/([^/]+?)(?:-previous)?\.log/,
];

/** The component that wrote a log, by where it lies and how it is called; `undefined` where that doesn't tell. */
export function componentOfPath(path: string): Component | undefined {
  const plain = path.toLowerCase();
  for (const pattern of OF_CONTAINER) {
    const container = pattern.exec(plain)?.[1];
    if (container !== undefined) return componentNamed(container);
  }
  const name = IN_FILE_NAME.exec(plain.slice(plain.lastIndexOf("/") + 1))?.[1];
  if (name !== undefined) return componentNamed(name);
  // `kube-system/kube-proxy-x7k2p/logs.txt`.
  const folder = plain.split("/").at(-2) ?? "";
  const inFolder = /^logs(?:\.|$)|^current\.log|^previous/.test(plain.slice(plain.lastIndexOf("/") + 1));
  const component = inFolder ? componentNamed(folder) : "other";
  return component === "other" ? undefined : component;
}

/** Files of Go sources that only one component has, as klog names them. */
const SOURCES: Readonly<Record<string, Component>> = {
  "kubelet.go": "kubelet",
  "pod_workers.go": "kubelet",
  "remote_runtime.go": "kubelet",
  "kubelet_node_status.go": "kubelet",
  "kubelet_volumes.go": "kubelet",
  "kuberuntime_manager.go": "kubelet",
  "kuberuntime_container.go": "kubelet",
  "kuberuntime_sandbox.go": "kubelet",
  "eviction_manager.go": "kubelet",
  "image_gc_manager.go": "kubelet",
  "prober.go": "kubelet",
  "volume_linux.go": "kubelet",
  "proxier.go": "kube-proxy",
};

/** The component of a line, by what only one of them writes. */
export function componentOfText(text: string): Component | undefined {
  const source = /^[IWEF]\d{4} \S+ +\d+ ([\w.]+\.go):\d+\]/.exec(text)?.[1];
  if (source !== undefined) return SOURCES[source];
  if (/^(?:time=|level=)/.test(text)) {
    if (
      /\bmodule=libcontainerd\b|\bnamespace=moby\b|msg="?(?:Loading containers|Daemon has completed)/.test(
        text,
      )
    )
      return "dockerd";
    if (/\bnamespace=k8s\.io\b|\bruntime=io\.containerd\.|\bio\.containerd\./.test(text)) return "containerd";
    return /\bfile="(?:server|oci|storage|resourcestore)\//.test(text) ? "cri-o" : undefined;
  }
  if (
    /^\{"level":"\w+","ts":"[^"]+","caller":"(?:etcd\w*|embed|rafthttp|mvcc|wal|traceutil|membership)\//.test(
      text,
    )
  )
    return "etcd";
  return /^\d{4}-\d\d-\d\d [\d:.]+ [CEWNID] \| (?:etcdserver|raft|rafthttp|mvcc|embed|wal|etcdmain)/.test(
    text,
  )
    ? "etcd"
    : undefined;
}
