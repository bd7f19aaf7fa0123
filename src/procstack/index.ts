export * from "./blocked.ts";
export * from "./cgroup.ts";
export { blockingChains, waitsFor, type BlockingChain } from "./chains.ts";
export * from "./formats.ts";
export type * from "./allocation-failure.ts";
export type * from "./frame.ts";
export * from "./join-tasks.ts";
export * from "./kernel-log.ts";
export type * from "./link.ts";
export type { CpuBacktrace, Lockup, RcuStall } from "./cpu-reports.ts";
export type { HeldLock, HeldLocks } from "./held-locks.ts";
export type { LockupLine, StallLine } from "./log-cpu.ts";
export { hungReport, sinceBoot } from "./log-tasks.ts";
export type * from "./log-events.ts";
export type { EventKind } from "./log-event-table.ts";
export type * from "./log-note.ts";
export type * from "./oom-kill.ts";
export type * from "./log-task.ts";
export type * from "./membership.ts";
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
export * from "./task.ts";
export * from "./thread-tasks.ts";
export type { TaskPart } from "./task-part.ts";
export { waitSite, waitSiteOfListed, waitSiteOfWchan, type WaitSite } from "./wait-site.ts";
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
