import type { Cite, ClusterEvidence, PodListing } from "../../evidence/index.ts";
import { CLOCK_DOUBT } from "../../evidence/index.ts";
import type { Pod } from "../../kube/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import { timeOf } from "../words.ts";

/** A node whose kubelet is silent is known for it by then, and its pods are no longer ready. */
const NODE_MONITOR = 60;
/** A pod that was told to stop, or ended, so long before has let go of its address: another may have had it since. */
const LONGEST_DRAIN = 120;
/** A list that was taken so long before or after tells less: the address may have been given away again, or taken back. */
const HOUR = 3600;
const DEFAULT_GRACE = 30;
const NAMED = 4;

/** When an address fell silent, and until when it was asked in vain, in seconds since 1970. */
export interface Silent {
  readonly address: string;
  readonly since: number;
  readonly until: number;
}

/** Whether the pod that had an address is gone, by the cluster's objects. */
export function answerPods(cluster: ClusterEvidence, silent: Silent): Answer {
  if (cluster.podListings.length === 0) return cantTell("absent");
  const { address } = silent;
  if (isOther(cluster, address)) return cantTell("uncovered");
  const pods = cluster.podsAt(address);
  const answers = pods.map((pod) => fateOf(cluster, pod, silent));
  const lives = answers.find((answer) => answer.is === "fails");
  const open = answers.find((answer) => answer.is === "cant-tell");
  const gone = answers.find((answer) => answer.is === "holds");
  // One pod that was there is enough; one of which nobody knows leaves it open.
  const answer = lives ?? open ?? gone ?? answerAbsence(cluster, silent);
  return answer.is === "holds"
    ? { ...answer, cites: [...answer.cites, ...stillListed(cluster, address)] }
    : answer;
}

/** Whether the address is a Service's or a node's, of which pods say nothing. */
function isOther(cluster: ClusterEvidence, address: string): boolean {
  return (
    cluster.services.some(
      ({ clusterIPs, loadBalancers }) =>
        clusterIPs.includes(address) || loadBalancers.some(({ ip }) => ip === address),
    ) ||
    cluster.pods.some(
      ({ hostIP, hostNetwork, addresses }) =>
        hostIP === address || (hostNetwork && addresses.includes(address)),
    )
  );
}

/** What a pod that has the address, or had it, says of the silence. */
function fateOf(cluster: ClusterEvidence, pod: Pod, { address, since, until }: Silent): Answer {
  const name = `pod ${pod.namespace}/${pod.name}`;
  const cite = (says: string): Cite[] => [cluster.cite(pod.object, `${name}, ${address}, ${says}`)];
  const { created, deletionTimestamp, finished, readySince } = pod;
  if (created !== undefined && created > since + CLOCK_DOUBT) {
    return holds(
      cite(`was created at ${timeOf(created)}, after the silence began: the address had been set free`),
      near(created, since),
    );
  }
  if (pod.phase === "Succeeded" || pod.phase === "Failed") {
    if (finished === undefined) return holds(cite(`is ${pod.phase}`), { atMost: "weak" });
    if (finished > since + CLOCK_DOUBT) return cantTell("uncovered");
    const isLast = finished > since - LONGEST_DRAIN;
    return holds(
      cite(`is ${pod.phase}, and its containers ended by ${timeOf(finished)}`),
      isLast ? {} : { atMost: "weak" },
    );
  }
  if (deletionTimestamp !== undefined) {
    const grace = pod.deletionGracePeriodSeconds ?? DEFAULT_GRACE;
    const told = deletionTimestamp - grace;
    // Told to stop after it had fallen silent: its node may have been lost, or it was stuck.
    if (told > since + CLOCK_DOUBT) return cantTell("uncovered");
    const isLast = told > since - grace - LONGEST_DRAIN;
    return holds(cite(`was told to stop at ${timeOf(told)}`), isLast ? {} : { atMost: "weak" });
  }
  if (readySince === undefined || readySince > since) return cantTell("uncovered");
  const listed = listingOf(cluster, pod)?.latest ?? Number.NEGATIVE_INFINITY;
  if (listed < until - CLOCK_DOUBT) return cantTell("uncovered");
  const says = `has been ready since ${timeOf(readySince)}, and was listed at ${timeOf(listed)} or later`;
  return fails(cite(says), listed < until + NODE_MONITOR ? { atMost: "strong" } : {});
}

const listingOf = (cluster: ClusterEvidence, pod: Pod): PodListing | undefined =>
  cluster.podListings.find(({ pods }) => pods.includes(pod));

const near = (a: number, b: number): { atMost?: "weak" } =>
  Math.abs(a - b) <= HOUR ? {} : { atMost: "weak" };

/** No pod with the address was listed: in a list of all pods, among pods of the same node. */
function answerAbsence(cluster: ClusterEvidence, { address, since }: Silent): Answer {
  const block = blockOf(address);
  const whole = cluster.podListings.filter(
    ({ isWhole, pods }) =>
      isWhole &&
      pods.some((pod) => !pod.hostNetwork && pod.addresses.some((each) => blockOf(each) === block)),
  );
  const [first] = whole;
  if (!first) return cantTell("uncovered");
  const cites = whole.slice(0, NAMED).map(({ artifact, pods }): Cite => {
    const text = `none of ${pods.length} pods of all namespaces has the address ${address}; others of ${block} have theirs`;
    return { artifact: artifact.path, text };
  });
  // Where nodes and others have addresses among the pods', as in some clouds, it need not have been a pod's.
  const isShared = cluster.pods.some(
    ({ hostIP, hostNetwork, addresses }) =>
      (hostIP !== undefined && blockOf(hostIP) === block) ||
      (hostNetwork && addresses.some((each) => blockOf(each) === block)),
  );
  const isKnown = stillListed(cluster, address).length > 0;
  const isTimely = whole.some(
    ({ latest }) => latest !== undefined && near(latest, since).atMost === undefined,
  );
  return holds(cites, (isShared && !isKnown) || !isTimely ? { atMost: "weak" } : {});
}

/** Endpoints that send traffic there all the same. */
function stillListed(cluster: ClusterEvidence, address: string): Cite[] {
  return cluster.endpoints
    .filter(({ ready }) => ready.includes(address))
    .slice(0, NAMED)
    .map(({ object, namespace, service }) =>
      cluster.cite(object, `${object.kind} of Service ${namespace}/${service} list ${address} as ready`),
    );
}

/** The addresses that a node gives its pods: a /24 as a rule, or a /64. */
function blockOf(address: string): string {
  if (!address.includes(":")) return `${address.split(".", 3).join(".")}.0/24`;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array.from({ length: Math.max(zeros, 0) }, () => "0"), ...rest];
  return `${all.slice(0, 4).join(":")}::/64`;
}
