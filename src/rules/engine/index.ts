export * from "./answer.ts";
export * from "./diagnose.ts";
export { costOf } from "./differential.ts";
export { evaluateCause } from "./evaluate-cause.ts";
export type * from "./finding.ts";
export { subjectName } from "./fold.ts";
export * from "./needs.ts";
export * from "./rule.ts";
export type { Verdict } from "./verdict.ts";
