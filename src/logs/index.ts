export type * from "./component-log.ts";
export type { Component } from "./component.ts";
export type { LogModels } from "./formats.ts";
export { logFormats } from "./formats.ts";
export { LogScanner } from "./log-scanner.ts";
export { type LogTime, readTime, secondsBetween } from "./log-time.ts";
export type { Signature } from "./signature.ts";
export { SIGNATURES, type SignatureId } from "./signatures/index.ts";
