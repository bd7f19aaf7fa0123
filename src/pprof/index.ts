export { callNodes, type CallNodes } from "./call-nodes.ts";
export * from "./formats.ts";
export type { Frame, GoroutineGroup, GoroutineSet, Wait, WaitedLock } from "./goroutine-set.ts";
export * from "./goroutine-text.ts";
export * from "./goroutines-in.ts";
export * from "./goroutines-of.ts";
export { heapSites, type HeapSite, type HeapSites } from "./heap-sites.ts";
export type { Header, ValueType } from "./header.ts";
export type { Int64Column } from "./int64.ts";
export * from "./is-profile.ts";
export type { Labels } from "./labels.ts";
export { isLibraryFunction } from "./library-functions.ts";
export * from "./parse-profile.ts";
export type { Profile } from "./profile.ts";
export type { MemStats } from "./legacy/mem-stats.ts";
export { readProfile } from "./read-profile.ts";
export type { Samples } from "./sample-columns.ts";
export type { FunctionTable, LineTable, LocationTable, MappingTable, Tables } from "./tables.ts";
export { isPlumbing, userFrames } from "./user-frames.ts";
export * from "./wait-reason.ts";
export { renderGoroutines, type GoroutineTextOptions } from "./render-goroutines.ts";
export { renderTop } from "./render-top.ts";
export { renderTree } from "./render-tree.ts";
export { renderTags } from "./render-tags.ts";
export { renderTraces } from "./render-traces.ts";
export { tags, type Tag, type Tags, type TagValue } from "./tags.ts";
export { top, type Top, type TopRow } from "./top.ts";
export { peek, tree, type Tree, type TreeEdge, type TreeNode } from "./tree.ts";
export { sampleColumn, type SourceOptions } from "./view-source.ts";
export type { ViewOptions, ViewTotals } from "./weigh.ts";
export {
  traces,
  type Trace,
  type TraceFrame,
  type TraceLabel,
  type TraceOptions,
  type Traces,
} from "./traces.ts";
export type { NodeOptions } from "./call-nodes.ts";
export type { FilterOptions } from "./filter-profile.ts";
export { mergeProfiles, type Part, ratiosTo } from "./merge-profiles.ts";
export type { Granularity } from "./node-info.ts";
export { compare, type Change, type CompareRow, type Comparison } from "./compare.ts";
export { encodeProfile } from "./encode-profile.ts";
export { flame, type Flame, type FlameNode, type FlameOptions } from "./flame.ts";
export { folded } from "./folded.ts";
export { list, type List, type ListFunction, type ListLine } from "./list.ts";
export { renderCompare } from "./render-compare.ts";
export { renderFlameHtml } from "./render-flame-html.ts";
export { renderFlameSvg } from "./render-flame-svg.ts";
export { renderList } from "./render-list.ts";
export { renderSeries, type SeriesTextOptions } from "./render-series.ts";
export {
  goroutineSnapshot,
  profileSnapshot,
  series,
  type Series,
  type SeriesRow,
  type Snapshot,
  type SnapshotStack,
  type Trend,
} from "./series.ts";
export { vdsoAddress } from "./vdso.ts";
export { percentage, scaledLabel } from "./measurement.ts";
export { binaryName } from "./binary-name.ts";
