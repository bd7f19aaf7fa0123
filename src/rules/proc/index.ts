import type { Rule } from "../engine/index.ts";
import { auditBacklog } from "./audit-backlog.ts";
import { autofsDaemonStuck } from "./autofs-daemon-stuck.ts";
import { blockDeviceStalled } from "./block-device-stalled.ts";
import { cephClusterUnreachable } from "./ceph-cluster-unreachable.ts";
import { cephTruncateNetnsGone } from "./ceph-truncate-netns-gone.ts";
import { cgroupForkConvoy } from "./cgroup-fork-convoy.ts";
import { coreDumpHandler } from "./core-dump-handler.ts";
import { fanotifyListenerStuck } from "./fanotify-listener-stuck.ts";
import { fileLockWait } from "./file-lock-wait.ts";
import { frozenCgroup } from "./frozen-cgroup.ts";
import { frozenFilesystem } from "./frozen-filesystem.ts";
import { fuseServerStuck } from "./fuse-server-stuck.ts";
import { hungBefore } from "./hung-before.ts";
import { javaDeadlock } from "./java-deadlock.ts";
import { memcgOomDisabled } from "./memcg-oom-disabled.ts";
import { memoryMapHeld } from "./memory-map-held.ts";
import { netnsCreationConvoy } from "./netns-creation-convoy.ts";
import { netnsTeardownStuck } from "./netns-teardown-stuck.ts";
import { nfsServerUnreachable } from "./nfs-server-unreachable.ts";
import { pidNamespaceZapHang } from "./pid-namespace-zap-hang.ts";
import { rcuStallConvoy } from "./rcu-stall-convoy.ts";
import { rtnlConvoy } from "./rtnl-convoy.ts";
import { s6Sync } from "./s6-sync.ts";
import { smbServerUnreachable } from "./smb-server-unreachable.ts";
import { stdinWait } from "./stdin-wait.ts";
import { stoppedInit } from "./stopped-init.ts";
import { uninterruptible } from "./uninterruptible.ts";
import { usermodeHelperStuck } from "./usermode-helper-stuck.ts";
import { xtablesLock } from "./xtables-lock.ts";
import { zfsPoolSuspended } from "./zfs-pool-suspended.ts";
import { zombieNotReaped } from "./zombie-not-reaped.ts";
import { zombies } from "./zombies.ts";

/** Rules about tasks of the kernel's process table. */
export const PROC_RULES: readonly Rule[] = [
  auditBacklog,
  autofsDaemonStuck,
  blockDeviceStalled,
  cephClusterUnreachable,
  cephTruncateNetnsGone,
  cgroupForkConvoy,
  coreDumpHandler,
  fanotifyListenerStuck,
  fileLockWait,
  frozenCgroup,
  frozenFilesystem,
  fuseServerStuck,
  hungBefore,
  javaDeadlock,
  memcgOomDisabled,
  memoryMapHeld,
  netnsCreationConvoy,
  netnsTeardownStuck,
  nfsServerUnreachable,
  pidNamespaceZapHang,
  rcuStallConvoy,
  rtnlConvoy,
  s6Sync,
  smbServerUnreachable,
  stdinWait,
  stoppedInit,
  uninterruptible,
  usermodeHelperStuck,
  xtablesLock,
  zfsPoolSuspended,
  zombieNotReaped,
  zombies,
];
