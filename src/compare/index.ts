export type { Change, Section } from "./change.ts";
export * from "./compare-cases.ts";
