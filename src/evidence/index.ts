export * from "./case.ts";
export type * from "./cite.ts";
export { ClusterEvidence, type PodListing } from "./cluster-evidence.ts";
export { HostEvidence } from "./host-evidence.ts";
export type { Heap, Process } from "./process.ts";
export { isOfOneMoment } from "./process.ts";
export * from "./texts.ts";
