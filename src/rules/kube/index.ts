import type { Rule } from "../engine/index.ts";
import { abruptRollout } from "./abrupt-rollout.ts";
import { crashLoop } from "./crash-loop.ts";
import { evictions } from "./evictions.ts";
import { finalizerHeld } from "./finalizer-held.ts";
import { hpaNoMetrics } from "./hpa-no-metrics.ts";
import { imagePull } from "./image-pull.ts";
import { kubeProxyNodeIps } from "./kube-proxy-node-ips.ts";
import { memoryLimitReached } from "./memory-limit-reached.ts";
import { namespaceTerminating } from "./namespace-terminating.ts";
import { needToKill } from "./need-to-kill.ts";
import { nodeLost } from "./node-lost.ts";
import { oomKilled } from "./oom-killed.ts";
import { pdbBlocksDrain } from "./pdb-blocks-drain.ts";
import { podTerminating } from "./pod-terminating.ts";
import { probeKilled } from "./probe-killed.ts";
import { programExit } from "./program-exit.ts";
import { runtimeDeadline } from "./runtime-deadline.ts";
import { serviceWithoutEndpoints } from "./service-without-endpoints.ts";
import { unschedulable } from "./unschedulable.ts";
import { volumeStuck } from "./volume-stuck.ts";

/** Rules about Kubernetes' own programs and objects. */
export const KUBE_RULES: readonly Rule[] = [
  abruptRollout,
  crashLoop,
  evictions,
  finalizerHeld,
  hpaNoMetrics,
  imagePull,
  kubeProxyNodeIps,
  memoryLimitReached,
  namespaceTerminating,
  needToKill,
  nodeLost,
  oomKilled,
  pdbBlocksDrain,
  podTerminating,
  probeKilled,
  programExit,
  runtimeDeadline,
  serviceWithoutEndpoints,
  unschedulable,
  volumeStuck,
];
