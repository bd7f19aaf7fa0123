export * from "./analyze.ts";
export type { Artifact, Bundle, BundleInput, FoundCollector } from "./bundle/index.ts";
export { openBundle } from "./bundle/index.ts";
export type { ByteSource } from "./bytes/index.ts";
export { InquestError, sourceOf } from "./bytes/index.ts";
export type {
  Change,
  ComparedHost,
  Comparison,
  Section,
  SeriesComparison,
  SeriesRow,
  SeriesSection,
} from "./compare/index.ts";
export type { HostInventory, Inventory, KindCount, Lack, Report, ReportedArtifact } from "./report/index.ts";
export { renderComparison, renderInventory, renderJson, renderSeries, renderText } from "./report/index.ts";
export * from "./rules/index.ts";
