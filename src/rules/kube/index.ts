import type { Rule } from "../engine/index.ts";
import { abruptRollout } from "./abrupt-rollout.ts";
import { kubeProxyNodeIps } from "./kube-proxy-node-ips.ts";
import { memoryLimitReached } from "./memory-limit-reached.ts";
import { oomKilled } from "./oom-killed.ts";

/** Rules about Kubernetes' own programs and objects. */
export const KUBE_RULES: readonly Rule[] = [abruptRollout, kubeProxyNodeIps, memoryLimitReached, oomKilled];
