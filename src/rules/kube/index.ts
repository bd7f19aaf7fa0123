import type { Rule } from "../engine/index.ts";
import { abruptRollout } from "./abrupt-rollout.ts";
import { certificateExpired } from "./certificate-expired.ts";
import { cgroupDriverMismatch } from "./cgroup-driver-mismatch.ts";
import { clientThrottled } from "./client-throttled.ts";
import { crashLoop } from "./crash-loop.ts";
import { endpointResyncStorm } from "./endpoint-resync-storm.ts";
import { endpointWriteStorm } from "./endpoint-write-storm.ts";
import { etcdLeaderChanges } from "./etcd-leader-changes.ts";
import { etcdNoSpace } from "./etcd-no-space.ts";
import { etcdSlow } from "./etcd-slow.ts";
import { etcdSlowDisk } from "./etcd-slow-disk.ts";
import { etcdSlowSync } from "./etcd-slow-sync.ts";
import { evictions } from "./evictions.ts";
import { finalizerHeld } from "./finalizer-held.ts";
import { fsgroupChownSlow } from "./fsgroup-chown-slow.ts";
import { hpaNoMetrics } from "./hpa-no-metrics.ts";
import { imagePull } from "./image-pull.ts";
import { killedForMemory } from "./killed-for-memory.ts";
import { kubeProxyNodeIps } from "./kube-proxy-node-ips.ts";
import { kubeletCertificate } from "./kubelet-certificate.ts";
import { kubeletCutOff } from "./kubelet-cut-off.ts";
import { kubeletDeadConnection } from "./kubelet-dead-connection.ts";
import { memoryLimitReached } from "./memory-limit-reached.ts";
import { namespaceTerminating } from "./namespace-terminating.ts";
import { needToKill } from "./need-to-kill.ts";
import { nodeLost } from "./node-lost.ts";
import { nodeNotReady } from "./node-not-ready.ts";
import { objectPileup } from "./object-pileup.ts";
import { oomByLeak } from "./oom-by-leak.ts";
import { oomKilled } from "./oom-killed.ts";
import { orphanedVolumes } from "./orphaned-volumes.ts";
import { pdbBlocksDrain } from "./pdb-blocks-drain.ts";
import { podTerminating } from "./pod-terminating.ts";
import { podUnkillable } from "./pod-unkillable.ts";
import { probeKilled } from "./probe-killed.ts";
import { programExit } from "./program-exit.ts";
import { replicasetPileup } from "./replicaset-pileup.ts";
import { requestsRejected } from "./requests-rejected.ts";
import { runtimeDeadline } from "./runtime-deadline.ts";
import { serviceWithoutEndpoints } from "./service-without-endpoints.ts";
import { slowProxySync } from "./slow-proxy-sync.ts";
import { topologyBlackhole } from "./topology-blackhole.ts";
import { topologyConflict } from "./topology-conflict.ts";
import { unschedulable } from "./unschedulable.ts";
import { volumeMountTimeout } from "./volume-mount-timeout.ts";
import { volumeStuck } from "./volume-stuck.ts";
import { vpaReclaimable } from "./vpa-reclaimable.ts";
import { webhookFailing } from "./webhook-failing.ts";
import { workqueueBacklog } from "./workqueue-backlog.ts";
import { xtablesLockContention } from "./xtables-lock-contention.ts";

/** Rules about Kubernetes' own programs and objects. */
export const KUBE_RULES: readonly Rule[] = [
  abruptRollout,
  certificateExpired,
  cgroupDriverMismatch,
  clientThrottled,
  crashLoop,
  endpointResyncStorm,
  endpointWriteStorm,
  etcdLeaderChanges,
  etcdNoSpace,
  etcdSlow,
  etcdSlowDisk,
  etcdSlowSync,
  evictions,
  finalizerHeld,
  fsgroupChownSlow,
  hpaNoMetrics,
  imagePull,
  killedForMemory,
  kubeProxyNodeIps,
  kubeletCertificate,
  kubeletCutOff,
  kubeletDeadConnection,
  memoryLimitReached,
  namespaceTerminating,
  needToKill,
  nodeLost,
  nodeNotReady,
  objectPileup,
  oomByLeak,
  oomKilled,
  orphanedVolumes,
  pdbBlocksDrain,
  podTerminating,
  podUnkillable,
  probeKilled,
  programExit,
  replicasetPileup,
  requestsRejected,
  runtimeDeadline,
  serviceWithoutEndpoints,
  slowProxySync,
  topologyBlackhole,
  topologyConflict,
  unschedulable,
  volumeMountTimeout,
  volumeStuck,
  vpaReclaimable,
  webhookFailing,
  workqueueBacklog,
  xtablesLockContention,
];
