export * from "./case.ts";
export { type CounterKind, GAUGES, NETWORK_COUNTERS } from "./counters.ts";
export type * from "./cite.ts";
export { ClusterEvidence, type PodListing } from "./cluster-evidence.ts";
export * from "./cluster-events.ts";
export * from "./cluster-state.ts";
export * from "./cluster-time.ts";
export { containers } from "./containers.ts";
export { interfaceCounters, type InterfaceCounter } from "./interface-counters.ts";
export { HostEvidence } from "./host-evidence.ts";
export type { Heap, Process } from "./process.ts";
export { isOfOneMoment } from "./process.ts";
export * from "./endpoint-labels.ts";
export * from "./kube-version.ts";
export * from "./timelines.ts";
export * from "./service-reach.ts";
export { allocationFailures, kernelEvents, oomKills, type Logged, type LoggedKind } from "./kernel-events.ts";
export * from "./clocks.ts";
export { clockOf, secondsAfter } from "./log-age.ts";
export { isOfLivesBefore, type PastHang, pastHangs, presentLogs } from "./present-logs.ts";
export { processFilesOf, taskPartsOf, type ProcessFiles, type Told } from "./process-files.ts";
export { citeOfTask } from "./cite-task.ts";
export type { Lasting } from "./lasting.ts";
export { citeNote, type OpenNote, openNotes } from "./open-notes.ts";
export { type StuckGroup, stuckGroupsOf, type StuckTask } from "./stuck-tasks.ts";
export { freezerOf, oomControlOf } from "./cgroup-files.ts";
export * from "./histogram.ts";
export * from "./texts.ts";
export {
  citeKillTimeout,
  isSameContainer,
  type KillTimeout,
  killTimeoutOf,
  killTimeoutsOf,
} from "./kill-timeouts.ts";
export { listedOf } from "./listed-of.ts";
export { imagesOn, imageVersionsOn, type RunImage } from "./images-on.ts";
export { imageParts } from "./image-name.ts";
export { goVersionsIn, moduleVersions, type ToldVersion, versionsOn } from "./told-versions.ts";
export * from "./address-names.ts";
export { processText, socketProcesses, type SocketProcess } from "./socket-holders.ts";
export {
  type Flow,
  type FoundSocket,
  hasAddress,
  isElsewhere,
  lacksAddress,
  isOnAny,
  listenersAt,
  socketCite,
  socketsOfFlow,
  socketTables,
  type SocketTable,
  tablesWith,
} from "./socket-tables.ts";
export { type ProcessSockets, socketsOfProcess } from "./process-sockets.ts";
export { COUNTED_BY_KERNEL } from "./sysctl-reading.ts";
export * from "./takes.ts";
export type { Growth } from "./counters.ts";
export * from "./ipvs.ts";
export { VMSTAT_GAUGE } from "./host-counters.ts";
export { type Filling, fillingOf } from "./filling.ts";
export { type QuotaUse, quotaUses } from "./cpu-quota.ts";
export { folderOf } from "./folder-of.ts";
