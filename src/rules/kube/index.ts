import type { Rule } from "../engine/index.ts";
import { abruptRollout } from "./abrupt-rollout.ts";
import { endpointResyncStorm } from "./endpoint-resync-storm.ts";
import { endpointWriteStorm } from "./endpoint-write-storm.ts";
import { kubeProxyNodeIps } from "./kube-proxy-node-ips.ts";
import { objectPileup } from "./object-pileup.ts";
import { replicasetPileup } from "./replicaset-pileup.ts";
import { topologyBlackhole } from "./topology-blackhole.ts";
import { topologyConflict } from "./topology-conflict.ts";
import { vpaReclaimable } from "./vpa-reclaimable.ts";
import { workqueueBacklog } from "./workqueue-backlog.ts";

/** Rules about Kubernetes' own programs and objects. */
export const KUBE_RULES: readonly Rule[] = [
  abruptRollout,
  endpointResyncStorm,
  endpointWriteStorm,
  kubeProxyNodeIps,
  objectPileup,
  replicasetPileup,
  topologyBlackhole,
  topologyConflict,
  vpaReclaimable,
  workqueueBacklog,
];
