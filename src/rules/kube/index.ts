import type { Rule } from "../engine/index.ts";
import { abruptRollout } from "./abrupt-rollout.ts";
import { certificateExpired } from "./certificate-expired.ts";
import { cgroupDriverMismatch } from "./cgroup-driver-mismatch.ts";
import { clientThrottled } from "./client-throttled.ts";
import { etcdNoSpace } from "./etcd-no-space.ts";
import { etcdSlow } from "./etcd-slow.ts";
import { etcdSlowDisk } from "./etcd-slow-disk.ts";
import { fsgroupChownSlow } from "./fsgroup-chown-slow.ts";
import { kubeProxyNodeIps } from "./kube-proxy-node-ips.ts";
import { kubeletDeadConnection } from "./kubelet-dead-connection.ts";
import { memoryLimitReached } from "./memory-limit-reached.ts";
import { oomKilled } from "./oom-killed.ts";
import { orphanedVolumes } from "./orphaned-volumes.ts";
import { volumeMountTimeout } from "./volume-mount-timeout.ts";
import { webhookFailing } from "./webhook-failing.ts";
import { xtablesLockContention } from "./xtables-lock-contention.ts";

/** Rules about Kubernetes' own programs and objects. */
export const KUBE_RULES: readonly Rule[] = [
  abruptRollout,
  certificateExpired,
  cgroupDriverMismatch,
  clientThrottled,
  etcdNoSpace,
  etcdSlow,
  etcdSlowDisk,
  fsgroupChownSlow,
  kubeProxyNodeIps,
  kubeletDeadConnection,
  memoryLimitReached,
  oomKilled,
  orphanedVolumes,
  volumeMountTimeout,
  webhookFailing,
  xtablesLockContention,
];
