import type { Rule } from "../engine/index.ts";
import { abruptRollout } from "./abrupt-rollout.ts";
import { finalizerHeld } from "./finalizer-held.ts";
import { kubeProxyNodeIps } from "./kube-proxy-node-ips.ts";
import { memoryLimitReached } from "./memory-limit-reached.ts";
import { needToKill } from "./need-to-kill.ts";
import { nodeLost } from "./node-lost.ts";
import { oomKilled } from "./oom-killed.ts";
import { podTerminating } from "./pod-terminating.ts";
import { runtimeDeadline } from "./runtime-deadline.ts";

/** Rules about Kubernetes' own programs and objects. */
export const KUBE_RULES: readonly Rule[] = [
  abruptRollout,
  finalizerHeld,
  kubeProxyNodeIps,
  memoryLimitReached,
  needToKill,
  nodeLost,
  oomKilled,
  podTerminating,
  runtimeDeadline,
];
