import { memo } from "../bytes/index.ts";
import type {
  ClusterNode,
  EndpointSlice,
  HorizontalAutoscaler,
  KubeObject,
  ReplicaSet,
  VerticalAutoscaler,
} from "../kube/index.ts";
import {
  clusterNodeOf,
  endpointSliceOf,
  horizontalAutoscalerOf,
  replicaSetOf,
  verticalAutoscalerOf,
} from "../kube/index.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";
import { latestOf } from "./latest-of.ts";

/** Something of the API that has a name. */
interface Named {
  readonly object: KubeObject;
  readonly name: string;
  readonly namespace?: string;
}

/** The cluster's Nodes; one that was listed several times as it was listed last. */
export const clusterNodes = ofCluster<ClusterNode>(clusterNodeOf);

/** ReplicaSets, whether objects or a table list them. */
export const replicaSets = ofCluster<ReplicaSet>(replicaSetOf);

/** EndpointSlices, of objects alone: a table doesn't say what stands behind them. */
export const endpointSlices = ofCluster<EndpointSlice>(endpointSliceOf);

/** VerticalPodAutoscalers. */
export const verticalAutoscalers = ofCluster<VerticalAutoscaler>(verticalAutoscalerOf);

/** HorizontalPodAutoscalers. */
export const horizontalAutoscalers = ofCluster<HorizontalAutoscaler>(horizontalAutoscalerOf);

function ofCluster<T extends Named>(
  read: (object: KubeObject) => T | undefined,
): (cluster: ClusterEvidence) => readonly T[] {
  return memo((cluster: ClusterEvidence) =>
    latestOf(
      cluster.listed.flatMap((object) => read(object) ?? []),
      ({ namespace = "", name }) => `${namespace}/${name}`,
    ),
  );
}
