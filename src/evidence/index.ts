export * from "./case.ts";
export type * from "./cite.ts";
export { ClusterEvidence, type PodListing } from "./cluster-evidence.ts";
export * from "./cluster-state.ts";
export { containers } from "./containers.ts";
export { HostEvidence } from "./host-evidence.ts";
export type { Heap, Process } from "./process.ts";
export { isOfOneMoment } from "./process.ts";
export { allocationFailures, kernelEvents, oomKills, type Logged, type LoggedKind } from "./kernel-events.ts";
