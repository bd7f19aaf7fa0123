export * from "./byte-source.ts";
export * from "./diagnostic.ts";
export * from "./errors.ts";
export * from "./format.ts";
export * from "./gunzip.ts";
export type * from "./gunzipped.ts";
export * from "./lines.ts";
export * from "./memo.ts";
export * from "./varint.ts";
