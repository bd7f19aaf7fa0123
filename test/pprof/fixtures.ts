import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const FOLDER = new URL("../fixtures/pprof/", import.meta.url);

/** The profiles that Go wrote, by their names without `.pb.gz`. */
export const PROFILES = [
  "block",
  "cpu",
  "goroutine",
  "heap",
  "mutex",
  "threadcreate",
  "goroutine.rewritten",
  "heap.rewritten",
];

/** A fixture's bytes, as they are. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

/** A gzipped fixture's content. */
export function gunzipped(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(fixture(name)));
}

/** A fixture's text. */
export function text(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

export const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);
export const codesOf = (diagnostics: readonly { code: string }[]): string[] => diagnostics.map((d) => d.code);
export const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
