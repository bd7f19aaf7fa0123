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
import { listedOf } from "./listed-of.ts";

/** Something of the API that has a name. */
interface Named {
  readonly object: KubeObject;
  readonly name: string;
  readonly namespace?: string;
}

/** The cluster's Nodes; one that was listed several times as it was listed last. */
export const clusterNodes = ofCluster<ClusterNode>("Node", clusterNodeOf);

/** ReplicaSets, whether objects or a table list them. */
export const replicaSets = ofCluster<ReplicaSet>("ReplicaSet", replicaSetOf);

/** EndpointSlices, of objects alone: a table doesn't say what stands behind them. */
export const endpointSlices = ofCluster<EndpointSlice>("EndpointSlice", endpointSliceOf);

/** VerticalPodAutoscalers. */
export const verticalAutoscalers = ofCluster<VerticalAutoscaler>(
  "VerticalPodAutoscaler",
  verticalAutoscalerOf,
);

/** HorizontalPodAutoscalers. */
export const horizontalAutoscalers = ofCluster<HorizontalAutoscaler>(
  "HorizontalPodAutoscaler",
  horizontalAutoscalerOf,
);

function ofCluster<T extends Named>(
  kind: string,
  read: (object: KubeObject) => T | undefined,
): (cluster: ClusterEvidence) => readonly T[] {
  return memo((cluster: ClusterEvidence) =>
    latestOf(
      listedOf(cluster, kind).flatMap((object) => read(object) ?? []),
      ({ namespace = "", name }) => `${namespace}/${name}`,
    ),
  );
}
