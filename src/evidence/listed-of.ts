import { groupBy, memo } from "../bytes/index.ts";
import type { KubeObject } from "../kube/index.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";

const byKind = memo((cluster: ClusterEvidence) => groupBy(cluster.listed, ({ kind }) => kind));

/** The listed objects of one kind, as often as they were listed: most of a cluster's are of few kinds, which most readers don't want. */
export const listedOf = (cluster: ClusterEvidence, kind: string): readonly KubeObject[] =>
  byKind(cluster).get(kind) ?? [];
