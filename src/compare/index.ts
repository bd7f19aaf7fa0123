export type { Change, Section } from "./change.ts";
export { compareCases, type ComparedHost, type Comparison } from "./compare-cases.ts";
export * from "./series.ts";
