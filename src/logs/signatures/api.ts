import type { Component } from "../component.ts";
import type { Signature } from "../signature.ts";

/** An application's peers, and their certificates, are no part of the cluster. */
const OF_CLUSTER: readonly Component[] = [
  "kubelet",
  "dockerd",
  "containerd",
  "cri-o",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
  "etcd",
  "cni",
  "all-in-one",
];

/** What the API server and its clients say of webhooks and of certificates. */
export const apiSignatures = [
  {
    id: "webhook-failed",
    means: "a webhook that has to be asked could not be asked",
    literals: ["failed calling webhook", "failed calling admission webhook"],
    pattern:
      /failed calling (?:admission )?webhook "(?<webhook>[^"\s]{1,253})".{0,800}?(?<why>context deadline exceeded|Client\.Timeout exceeded|connection refused|no endpoints available|no service port|i\/o timeout|no route to host|x509: [\w ]{1,60}|EOF|not found)/,
  },
  {
    id: "certificate-expired",
    means: "a certificate is out of its time",
    of: OF_CLUSTER,
    literals: ["certificate has expired or is not yet valid"],
    pattern:
      /certificate has expired or is not yet valid(?:: current time (?<now>\S{10,40}) is (?<which>after|before) (?<limit>[\dTZ:+-]{10,40}))?/,
    keys: ["which", "limit"],
  },
  {
    id: "certificate-expired",
    means: "a certificate is out of its time",
    of: ["kubelet", "all-in-one"],
    literals: ["existing bootstrap client certificate"],
    pattern: /is expired: (?<limit>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)/,
    fixed: { which: "after" },
    keys: ["which", "limit"],
  },
  {
    id: "certificate-expired",
    means: "a certificate is out of its time",
    of: ["kubelet", "all-in-one"],
    literals: ["currently active client certificate has expired"],
    fixed: { which: "after" },
    keys: ["which", "limit"],
  },
] as const satisfies readonly Signature[];
