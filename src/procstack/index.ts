export * from "./blocked.ts";
export * from "./cgroup.ts";
export {
  parseDescriptors,
  type Descriptor,
  type DescriptorKind,
  type DescriptorList,
} from "./descriptors.ts";
export { parseEnviron, type EnvironFile } from "./environ.ts";
export { parseFileLocks, type FileLock, type FileLocks } from "./file-locks.ts";
export { loopWorker } from "./device-links.ts";
export { blockingChains, waitsFor, zappedInits, type BlockingChain } from "./chains.ts";
export * from "./formats.ts";
export type * from "./allocation-failure.ts";
export type * from "./frame.ts";
export { parseGoBuilds, type GoBuild, type GoBuilds, type GoModule } from "./go-build.ts";
export * from "./join-tasks.ts";
export { kernelFileFormats, type KernelFileModels } from "./kernel-file-formats.ts";
export { parseKernelFiles, type KernelFile, type KernelFileName, type KernelFiles } from "./kernel-files.ts";
export * from "./kernel-log.ts";
export { parseLimits, type Limit, type LimitsFile } from "./limits.ts";
export type * from "./link.ts";
export type { CpuBacktrace, Lockup, RcuStall } from "./cpu-reports.ts";
export type { HeldLock, HeldLocks } from "./held-locks.ts";
export type { LockupLine, StallLine } from "./log-cpu.ts";
export type * from "./log-events.ts";
export type { EventKind } from "./log-event-table.ts";
export { hungReport, sameName, sinceBoot, withLogs } from "./log-tasks.ts";
export type * from "./log-note.ts";
export type * from "./log-place.ts";
export type * from "./oom-kill.ts";
export type * from "./log-task.ts";
export { parseMaps, type MapsFile } from "./maps.ts";
export type * from "./membership.ts";
export { parseMounts, type Mount, type MountList } from "./mounts.ts";
export { parseNamespaces, type NamespaceLink, type NamespaceLinks } from "./namespaces.ts";
export { parseStack, type StackTrace } from "./stack.ts";
export { rootOf, rootsOf, type Root } from "./roots.ts";
export type { ListedTask } from "./ps-listing.ts";
export { renderStacks } from "./render-stacks.ts";
export * from "./stack-groups.ts";
export * from "./stacks-view.ts";
export * from "./stat.ts";
export { parseStatus, type StatusFile, type StatusMember, type TaskState } from "./status.ts";
export { foldSymbol } from "./symbol.ts";
export { parseSyscall, readDescriptor, type SyscallFile } from "./syscall-file.ts";
export * from "./task.ts";
export * from "./thread-tasks.ts";
export type { TaskPart } from "./task-part.ts";
export { waitSite, waitSiteOfListed, waitSiteOfWchan, waitingFrame, type WaitSite } from "./wait-site.ts";
export * from "./wait-sites/index.ts";
export { parseUserStacks } from "./user-stacks.ts";
export type {
  DeadlockedThread,
  JavaDeadlock,
  JavaLock,
  UserFrame,
  UserStacks,
  UserThread,
} from "./user-thread.ts";
export * from "./wait-graph.ts";
export * from "./where.ts";
export * from "./words.ts";
