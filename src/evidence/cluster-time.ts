import type { Artifact } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import { clusterNodeOf, eventOf, podOf } from "../kube/index.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";

/**
 * The latest time that each artifact of the cluster names, in seconds since 1970: it was taken then or later. Tables, which tell ages
 * alone, name none.
 */
export const latestTimes: (cluster: ClusterEvidence) => ReadonlyMap<Artifact, number> = memo((cluster) => {
  const latest = new Map<Artifact, number>();
  for (const object of cluster.listed) {
    if (!object.isWhole) continue;
    const artifact = cluster.artifactOf(object);
    const times = [
      podOf(object)?.latest,
      eventOf(object)?.last,
      ...(clusterNodeOf(object)?.conditions.map(({ heartbeat }) => heartbeat) ?? []),
    ];
    for (const time of times) {
      if (artifact === undefined || time === undefined) continue;
      latest.set(artifact, Math.max(time, latest.get(artifact) ?? time));
    }
  }
  return latest;
});
