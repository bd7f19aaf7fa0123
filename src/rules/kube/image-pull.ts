import type { ClusterEvidence } from "../../evidence/index.ts";
import { clusterEvents, eventsAbout } from "../../evidence/index.ts";
import type { KubeEvent, Pod, Waiting } from "../../kube/index.ts";
import { waitingOf } from "../../kube/index.ts";
import type { Missing, Sighting } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { nameOf } from "./named.ts";
import type { Reason } from "./reasons.ts";
import { adviceOn, quoted, reasonsIn } from "./reasons.ts";

const PULLING =
  /^(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable)$/;
/** Without a listing of the pod: one failure may be followed by a pull that works. */
const MANY_FAILURES = 3;

/** In the words of registries, of Go, containerd and dockerd. What is more telling stands first. */
const REASONS: readonly Reason[] = [
  {
    pattern: /toomanyrequests|\b429 Too Many Requests|pull rate limit/i,
    says: "the registry limits how often images are pulled",
    remedy: "Pull with an account (imagePullSecrets), or through a mirror or cache of your own.",
    reference: "https://docs.docker.com/docker-hub/usage/pulls/",
  },
  {
    pattern: /x509: /,
    says: "the node does not trust the registry's certificate",
    remedy:
      "Give the registry a certificate that the node's runtime trusts, or the runtime the registry's authority; see to the node's clock where a certificate is not yet valid.",
    reference: "https://github.com/kubernetes/kubernetes/issues/43924",
  },
  {
    pattern: /no space left on device/,
    says: "the node's disk is full",
    remedy: "Make room where the runtime keeps its images: df -h and df -i on the node tell which it is.",
  },
  {
    pattern: /no match(?:ing manifest)? for (?:platform|linux)/i,
    says: "the image isn't built for the node's processor",
    remedy: "Build the image for it, or choose nodes by kubernetes.io/arch.",
  },
  {
    pattern:
      /unauthorized|authentication required|access denied|no basic auth credentials|\b40[13] (?:Forbidden|Unauthorized)|denied: /i,
    says: "the registry refuses it: no such repository, or no right to it",
    remedy: "See to the image's name, and to the pod's or its ServiceAccount's imagePullSecrets.",
    reference: "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
  },
  {
    pattern: /manifest unknown|manifest for \S+ not found|name unknown|: not found$|: not found"?$/i,
    says: "the registry has no such image or tag",
    remedy: "See to the image's name and tag: the tag may have been deleted, or never pushed.",
  },
  {
    pattern: /no such host|server misbehaving|Temporary failure in name resolution/,
    says: "the node can't resolve the registry's name",
    remedy: "Look at the node's own DNS: /etc/resolv.conf on the node, and the servers in it.",
  },
  {
    pattern:
      /i\/o timeout|connection refused|TLS handshake timeout|no route to host|deadline exceeded|network is unreachable/,
    says: "the node doesn't reach the registry",
    remedy:
      "Ask the registry from the node (curl -v https://REGISTRY/v2/), through the proxy that the runtime uses.",
  },
  {
    pattern: /^InvalidImageName/,
    says: "the image's name is none",
    remedy: "See to the image's name in the workload: capitals, blanks and https:// are not allowed in it.",
  },
];

/** An image that can't be pulled. */
export const imagePull = defineSymptom<readonly Reason[]>({
  id: "kube/image-pull",
  title: "an image can't be pulled",
  description:
    "A container waits with ErrImagePull, ImagePullBackOff or the like, or pulls of it fail again and again; the messages tell why: rate limits, certificates, credentials, a full " +
    "disk, a name that isn't there, a registry that can't be reached.",
  remedy: ["Ask for the pod's events: the message of `Failed to pull image` tells why."],
  references: ["https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff"],
  *detectInCluster(cluster) {
    const listed = new Set<string>();
    for (const pod of cluster.pods) {
      listed.add(pod.name);
      const waiting = waitingOf(pod.object).filter(({ reason }) => PULLING.test(reason));
      if (waiting.length > 0) yield ofPod(cluster, pod, waiting);
    }
    yield* ofEvents(cluster, listed);
  },
});

const isFailure = ({ message }: KubeEvent): boolean => message.startsWith("Failed to pull image ");

function ofPod(cluster: ClusterEvidence, pod: Pod, waiting: readonly Waiting[]): Sighting<readonly Reason[]> {
  const failures = eventsAbout(cluster, pod).filter(isFailure);
  const said = waiting.flatMap(({ reason, message = "" }) => [message, reason]);
  const cites = waiting.map(({ container, reason, message }) =>
    cluster.cite(
      pod.object,
      `${container === undefined ? `pod ${nameOf(pod)}` : `container ${container} of pod ${nameOf(pod)}`}: ${reason}${message === undefined ? "" : `: ${quoted(message)}`}`,
    ),
  );
  return sighting(cluster, pod, { said, cites, failures });
}

interface Told {
  readonly said: readonly string[];
  readonly cites: Sighting<unknown>["evidence"];
  readonly failures: readonly KubeEvent[];
}

type Named = Pick<Pod, "namespace" | "name" | "node">;

function sighting(
  cluster: ClusterEvidence,
  pod: Named,
  { said, cites, failures }: Told,
): Sighting<readonly Reason[]> {
  const reasons = reasonsIn([...failures.map(({ message }) => message), ...said], REASONS).slice(0, 1);
  const image = /image "([^"]+)"/.exec([...failures.map(({ message }) => message), ...said].join(" "))?.[1];
  const what = image === undefined ? "An image" : `Image ${image}`;
  const why = reasons[0] ? `: ${reasons[0].says}` : "; nothing that was collected says why";
  return {
    subject: { kind: "pod", name: nameOf(pod), namespace: pod.namespace, pod: pod.name },
    summary: `${what} of pod ${nameOf(pod)}${pod.node === undefined ? "" : ` on node ${pod.node}`} can't be pulled${why}.`,
    evidence: [
      ...cites,
      ...failures
        .slice(0, 3)
        .map((event) =>
          cluster.cite(event.object, `${count(event.count ?? 1, "time")}: ${quoted(event.message)}`),
        ),
    ],
    data: reasons,
    weight: 1,
    missing: reasons.length > 0 ? [] : [eventsOf(pod)],
    advice: adviceOn(reasons),
    namesItsCause: reasons.length > 0,
    node: pod.node,
  };
}

const eventsOf = ({ namespace, name }: Named): Missing => ({
  text: "the pod's events, which say why the pull failed",
  command: `kubectl ${namespace === "" ? "" : `-n ${namespace} `}describe pod ${name}`,
});

/** Pulls that failed again and again, of pods that nobody listed, and worked never after. */
function* ofEvents(
  cluster: ClusterEvidence,
  listed: ReadonlySet<string>,
): Generator<Sighting<readonly Reason[]>> {
  const told = new Set<string>();
  for (const { about, host } of clusterEvents(cluster).filter(isFailure)) {
    const { name, namespace = "", uid } = about;
    if (name === undefined || listed.has(name) || told.has(`${namespace}/${name}`)) continue;
    told.add(`${namespace}/${name}`);
    const events = eventsAbout(cluster, { name, namespace, uid });
    const failures = events.filter(isFailure);
    const times = failures.reduce((sum, { count: n = 1 }) => sum + n, 0);
    const works = events.some(({ reason }) => reason === "Pulled" || reason === "Started");
    if (works || times < MANY_FAILURES) continue;
    yield sighting(cluster, { namespace, name, node: host }, { said: [], cites: [], failures });
  }
}
