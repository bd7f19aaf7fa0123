import { groupBy, memo } from "../../bytes/index.ts";
import type { Cite, ClusterEvidence, Logged } from "../../evidence/index.ts";
import { containers, oomKills } from "../../evidence/index.ts";
import type { ContainerStatus, Termination } from "../../kube/index.ts";
import type { OomKill } from "../../procstack/index.ts";
import type { About, Missing, Subject } from "../engine/index.ts";
import { subjectName } from "../engine/index.ts";
import { count } from "../words.ts";

/** What tells whether a container, a pod or the node was out of memory. */
export const LOG_OF_KILL: Missing = {
  text: "the kernel log of the node, which says whose limit was reached",
  command: "dmesg -T   # or journalctl -k",
};

/** Processes of one container, pod or control group that were killed for want of memory. */
export interface OomCase {
  readonly subject: Subject;
  /** As the kernel told it; empty where only the pod's status says so. */
  readonly kills: readonly Logged<OomKill>[];
  /** The container as the cluster lists it. */
  readonly container: ContainerStatus | undefined;
  /** Where its status says so. */
  readonly status: Cite | undefined;
}

/** The end of a container that was killed for want of memory. */
export function oomTermination({ terminations }: ContainerStatus): Termination | undefined {
  return terminations.find(({ reason }) => reason === "OOMKilled");
}

export function statusCite(cluster: ClusterEvidence, container: ContainerStatus): Cite | undefined {
  const end = oomTermination(container);
  if (!end) return undefined;
  const { namespace, pod, name, restarts } = container;
  const code = end.exitCode === undefined ? "" : `, exit code ${end.exitCode}`;
  const often = restarts === undefined ? "" : `, ${count(restarts, "restart")}`;
  return cluster.cite(
    container.object,
    `container ${name} of ${namespace}/${pod}: reason OOMKilled${code}${often}`,
  );
}

export const containerSubject = ({ namespace, pod, name }: ContainerStatus): Subject => ({
  kind: "container",
  name: `${namespace}/${pod}/${name}`,
});

/** Containers by the ids that they have or had, the first that was listed, and by their pods. */
const indexOf = memo((cluster: ClusterEvidence) => {
  const all = containers(cluster);
  const byId = new Map<string, ContainerStatus>();
  for (const each of all)
    for (const id of [each.containerId, ...each.terminations.map((end) => end.containerId)])
      if (id !== undefined && !byId.has(id)) byId.set(id, each);
  return { byId, byPod: groupBy(all, ({ podUid }) => podUid) };
});

/** The container of a kill: by its id, else as the only one of its pod that was killed so. */
export function containerOfKill(cluster: ClusterEvidence, kill: OomKill): ContainerStatus | undefined {
  const { containerId, podUid } = kill;
  const known = indexOf(cluster);
  const byId = containerId === undefined ? undefined : known.byId.get(containerId);
  if (byId || podUid === undefined) return byId;
  const ofPod = known.byPod.get(podUid) ?? [];
  const names = new Set(ofPod.map(({ name }) => name));
  if (names.size === 1) return ofPod[0];
  const killed = ofPod.filter((each) => oomTermination(each) !== undefined);
  return new Set(killed.map(({ name }) => name)).size === 1 ? killed[0] : undefined;
}

/** The kills of a case: where a pod's status told of it, those that its node's kernel logged of that container. */
export function killsOf({ seen, host }: About<OomCase>): readonly Logged<OomKill>[] {
  const container = seen?.container;
  if (!seen || seen.kills.length > 0 || !container) return seen?.kills ?? [];
  const name = subjectName(containerSubject(container));
  return oomKills(host).filter(({ event }) => {
    const own = containerOfKill(host.cluster, event);
    return own !== undefined && subjectName(containerSubject(own)) === name;
  });
}

/** What a kill is about where the cluster doesn't list its container. */
export function subjectOfKill(kill: OomKill): Subject {
  const { containerId, podUid, victimCgroup, limitCgroup, victim } = kill;
  const pod = podUid === undefined ? {} : { podUid };
  if (containerId !== undefined)
    return { kind: "container", name: containerId.slice(0, 12), containerId, ...pod };
  if (podUid !== undefined) return { kind: "pod", name: podUid, podUid };
  const cgroup = victimCgroup ?? limitCgroup;
  if (cgroup !== undefined && cgroup !== "/") return { kind: "cgroup", name: cgroup };
  return { kind: "process", name: victim.comm };
}

/** Whose limit was reached: the innermost group that Kubernetes makes. */
export function limitOf({
  scope,
  limitCgroup,
}: OomKill): "container" | "pod" | "all pods" | "other" | undefined {
  if (scope !== "memcg" || limitCgroup === undefined) return undefined;
  if (/[0-9a-f]{64}/.test(limitCgroup)) return "container";
  if (/pod[0-9a-f]{8}[-_]|pod[0-9a-f]{32}/.test(limitCgroup)) return "pod";
  return /(?:^|\/)(?:kubepods|kubelet)[^/]*(?:\/(?:kubepods-)?(?:burstable|besteffort)[^/]*)?$/.test(
    limitCgroup,
  )
    ? "all pods"
    : "other";
}
