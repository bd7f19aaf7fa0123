import type { Component } from "../component.ts";
import type { Signature } from "../signature.ts";

const KUBELET: readonly Component[] = ["kubelet", "all-in-one"];
/** The clients of the API whose server is known to be no other. */
const CLIENTS: readonly Component[] = [
  "kubelet",
  "kube-proxy",
  "kube-scheduler",
  "kube-controller-manager",
  "cni",
  "all-in-one",
];

const MOUNT_TIMEOUT = {
  id: "volume-mount-timeout",
  means: "kubelet gave up waiting for a pod's volumes, to try again",
  of: KUBELET,
  keys: ["pod"],
} as const;

/** What kubelet says of the runtime, of volumes, of images, and of its connection to the API. */
export const kubeletSignatures = [
  {
    // Before the first relisting after a start it reads `pleg has yet to be successful`, which means nothing.
    id: "pleg-unhealthy",
    means: "kubelet could not list the containers for more than three minutes",
    of: KUBELET,
    literals: ["PLEG is not healthy: pleg was last seen active"],
    pattern: /pleg was last seen active (?<ago>[\d.hms]{2,24}) ago/,
    keys: [],
    amount: "ago",
  },
  {
    // A probe whose command takes long ends in the same way, and is nothing that the runtime does wrong.
    id: "runtime-deadline",
    means: "the container runtime did not answer a call of kubelet in time",
    of: KUBELET,
    literals: ["from runtime service failed"],
    pattern:
      /\] "?(?!ExecSync|StopContainer)(?<call>[A-Z][A-Za-z]{4,40}) .{0,600}?from runtime service failed.{0,200}?(?:code = DeadlineExceeded|context deadline exceeded)/,
    keys: ["call"],
  },
  {
    // Streams of `kubectl exec` and `port-forward` end so every day: only requests to the API count, which name their URL.
    id: "dead-connection",
    means: "a client of the API went on using a connection that was closed",
    of: CLIENTS,
    literals: ["use of closed network connection"],
    pattern:
      /\b(?:Get|Put|Post|Patch|Delete|List|Watch) "?https:\/\/[^\s"]{1,800}"?: .{0,120}?(?:read|write) tcp \S{3,64}->(?<server>\S{3,64}): use of closed network connection/,
    keys: ["server"],
  },
  {
    id: "client-throttled",
    means: "a client of the API held its own request back, as its limit of requests per second says",
    literals: ["Throttling request took ", "due to client-side throttling"],
    pattern: /(?:Throttling request took|Waited for) (?<waited>[\d.hmsu\u00b5\u03bc]{2,24})/,
    keys: [],
    amount: "waited",
  },
  {
    id: "client-throttle-deadline",
    means: "a client of the API gave a request up, since its own limit would not let it go in time",
    literals: [" would exceed context deadline"],
    pattern: /rate: Wait\(n=\d{1,6}\) would exceed context deadline/,
    keys: [],
  },
  {
    id: "orphaned-pod",
    means: "kubelet can't clean up after a pod that is gone, since something is still there of its volumes",
    of: KUBELET,
    literals: [" are still present on disk"],
    pattern:
      /rphaned pod "(?<pod>[^"\s]{1,64})" found, but (?:error .{0,80}|volume (?:sub)?paths are still present on disk)(?:.{0,40}?total of (?<pods>\d{1,6}) errors)?/,
    keys: ["pod"],
    amount: "pods",
  },
  {
    id: "fsgroup-chown",
    means: "kubelet gives all files of a volume to the pod's fsGroup, one by one",
    of: KUBELET,
    literals: ["then setting volume ownership could be slow"],
    pattern: /Setting volume ownership for (?<volume>\/\S{1,500}) and fsGroup set/,
  },
  {
    ...MOUNT_TIMEOUT,
    literals: ["Unable to mount volumes for pod", "Unable to attach or mount volumes for pod"],
    pattern:
      /mount volumes for pod "(?<pod>[^"\s(]{1,300})\((?<uid>[0-9a-f-]{8,36})\)": .{0,2000}?(?:timed out waiting for the condition|timeout expired waiting for volumes)/,
  },
  {
    ...MOUNT_TIMEOUT,
    literals: ["unmounted volumes=["],
    pattern:
      /(?:Unable to attach or mount volumes for pod; skipping pod|Error syncing pod, skipping)" err="unmounted volumes=\[.{0,2000}?(?:timed out waiting for the condition|context deadline exceeded)" pod="(?<pod>[^"\s]{1,300})"(?: podUID="?(?<uid>[0-9a-f-]{8,36}))?/,
  },
  {
    id: "image-gc-failed",
    means: "kubelet could not free as much of the images' disk as it wanted to",
    of: KUBELET,
    literals: ["arbage collect required amount of image"],
    pattern:
      /(?:Wanted|Attempted) to free (?<wanted>\d{1,20}) bytes, but (?:only found|freed) (?<freed>\d{1,20}) bytes/i,
    keys: [],
    amount: "wanted",
  },
  {
    // pkg/kubelet/eviction/eviction_manager.go; before 1.19 the resource stands in the words. That it could do without evictions it says in others.
    id: "eviction-needed",
    means: "kubelet ran short of a resource of the node and could free enough of it by evicting pods alone",
    of: KUBELET,
    literals: ["must evict pod(s) to reclaim"],
    pattern: /must evict pod\(s\) to reclaim(?:" resourceName="| )(?<resource>[a-z][a-z.-]{2,40})/,
    keys: ["resource"],
  },
  {
    id: "cgroup-driver-mismatch",
    means: "kubelet and the container runtime manage cgroups in different ways",
    of: KUBELET,
    literals: ["is different from docker cgroup driver"],
    pattern:
      /kubelet cgroup driver: "(?<kubelet>\w{1,32})" is different from docker cgroup driver: "(?<runtime>\w{1,32})"/,
  },
  {
    id: "cgroup-driver-mismatch",
    means: "kubelet and the container runtime manage cgroups in different ways",
    literals: ["expected cgroupsPath to be of format "],
    pattern: /for systemd cgroups, got "\/kubepods/,
    fixed: { kubelet: "cgroupfs", runtime: "systemd" },
  },
] as const satisfies readonly Signature[];
