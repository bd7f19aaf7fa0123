import type { Missing } from "../engine/index.ts";

/** What rows of the table are about. */
export type Component =
  | "cni"
  | "containerd"
  | "go"
  | "k8s-dns-node-cache"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-proxy"
  | "kubelet"
  | "linux"
  | "miekg-dns"
  | "musl"
  | "s6-overlay";

interface ComponentText {
  /** As its project calls it. */
  readonly name: string;
  /** Numbers that a version must have: what has fewer, as the tag `1.15`, names several. */
  readonly parts: number;
  /** How to get its version. */
  readonly ask: Missing;
}

const ofImage = (label: string): string => `kubectl -n kube-system get pods -l ${label} -o wide -o yaml`;

/** What is known of each component as such. */
export const COMPONENTS: Readonly<Record<Component, ComponentText>> = {
  cni: {
    name: "the CNI library (github.com/containernetworking/cni)",
    parts: 3,
    ask: {
      text: "the modules that the plugin was built from",
      command: "go version -m /opt/cni/bin/PLUGIN",
    },
  },
  containerd: {
    name: "containerd",
    parts: 3,
    ask: { text: "the version of containerd", command: "crictl version; containerd --version" },
  },
  go: {
    name: "Go",
    parts: 2,
    ask: { text: "the Go version of the program", command: "go version -m /proc/PID/exe" },
  },
  "k8s-dns-node-cache": {
    name: "k8s-dns-node-cache",
    parts: 3,
    ask: { text: "the image of NodeLocal DNSCache", command: ofImage("k8s-app=node-local-dns") },
  },
  "kube-apiserver": {
    name: "kube-apiserver",
    parts: 3,
    ask: { text: "the version of kube-apiserver", command: "kubectl version" },
  },
  "kube-controller-manager": {
    name: "kube-controller-manager",
    parts: 3,
    ask: { text: "the version of kube-controller-manager", command: "kubectl version" },
  },
  "kube-proxy": {
    name: "kube-proxy",
    parts: 3,
    ask: { text: "the image of kube-proxy", command: ofImage("k8s-app=kube-proxy") },
  },
  kubelet: {
    name: "kubelet",
    parts: 3,
    ask: { text: "the version of the node's kubelet", command: "kubectl get nodes -o yaml" },
  },
  linux: {
    name: "Linux",
    parts: 2,
    ask: { text: "the kernel's release", command: "uname -a" },
  },
  "miekg-dns": {
    name: "miekg/dns",
    parts: 3,
    ask: {
      text: "the modules that the program was built from",
      command: "go version -m /proc/PID/exe",
    },
  },
  musl: {
    name: "musl",
    parts: 3,
    ask: { text: "the version of musl in the container", command: "apk info -v musl; /lib/ld-musl-*.so.1" },
  },
  "s6-overlay": {
    name: "s6-overlay",
    parts: 4,
    ask: {
      text: "the release of s6-overlay that the image was built with",
      command: "grep -r s6-overlay Dockerfile",
    },
  },
};
