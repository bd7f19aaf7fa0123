import type { Artifact } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import type { KubeObject } from "../kube/index.ts";
import { clusterNodeOf } from "../kube/index.ts";
import { listedEvents } from "./cluster-events.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";

/**
 * The latest time that each artifact of the cluster names, in seconds since 1970: it was taken then or later. Tables, which tell ages
 * alone, name none.
 */
export const latestTimes: (cluster: ClusterEvidence) => ReadonlyMap<Artifact, number> = memo((cluster) => {
  const latest = new Map<Artifact, number>();
  const note = (object: KubeObject, time: number | undefined): void => {
    const artifact = object.isWhole ? cluster.artifactOf(object) : undefined;
    if (artifact === undefined || time === undefined) return;
    latest.set(artifact, Math.max(time, latest.get(artifact) ?? time));
  };
  for (const { pods } of cluster.podListings) for (const pod of pods) note(pod.object, pod.latest);
  for (const event of listedEvents(cluster)) note(event.object, event.last);
  for (const object of cluster.objects)
    for (const { heartbeat } of clusterNodeOf(object)?.conditions ?? []) note(object, heartbeat);
  return latest;
});
