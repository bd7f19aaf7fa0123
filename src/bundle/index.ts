export type * from "./artifact.ts";
export { KINDS, isClusterWide, type ModelOf } from "./formats.ts";
export * from "./open-bundle.ts";
export { isOfContainer } from "./stated-names.ts";
export { readSingle } from "./read-single.ts";
export { collectorsOf, type FoundCollector } from "./collectors.ts";
export type * from "./text-search.ts";
