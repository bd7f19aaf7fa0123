import type { Rule } from "../engine/index.ts";
import { abruptRollout } from "./abrupt-rollout.ts";
import { crashLoop } from "./crash-loop.ts";
import { evictions } from "./evictions.ts";
import { finalizerHeld } from "./finalizer-held.ts";
import { imagePull } from "./image-pull.ts";
import { kubeProxyNodeIps } from "./kube-proxy-node-ips.ts";
import { memoryLimitReached } from "./memory-limit-reached.ts";
import { namespaceTerminating } from "./namespace-terminating.ts";
import { needToKill } from "./need-to-kill.ts";
import { nodeLost } from "./node-lost.ts";
import { oomKilled } from "./oom-killed.ts";
import { podTerminating } from "./pod-terminating.ts";
import { probeKilled } from "./probe-killed.ts";
import { programExit } from "./program-exit.ts";
import { runtimeDeadline } from "./runtime-deadline.ts";
import { unschedulable } from "./unschedulable.ts";

/** Rules about Kubernetes' own programs and objects. */
export const KUBE_RULES: readonly Rule[] = [
  abruptRollout,
  crashLoop,
  evictions,
  finalizerHeld,
  imagePull,
  kubeProxyNodeIps,
  memoryLimitReached,
  namespaceTerminating,
  needToKill,
  nodeLost,
  oomKilled,
  podTerminating,
  probeKilled,
  programExit,
  runtimeDeadline,
  unschedulable,
];
