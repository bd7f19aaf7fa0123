import { memo } from "../bytes/index.ts";
import type { ContainerStatus } from "../kube/index.ts";
import { containerStatusesOf } from "../kube/index.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";
import { listedOf } from "./listed-of.ts";

/** Every container that the cluster lists or describes, as often as it does. */
export const containers: (cluster: ClusterEvidence) => readonly ContainerStatus[] = memo((cluster) =>
  listedOf(cluster, "Pod").flatMap(containerStatusesOf),
);
