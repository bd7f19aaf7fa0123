import { inflateGzip } from "#gunzip";
import type { Diagnostic } from "./diagnostic.ts";

/** What came out of a gzip file. */
export interface Gunzipped {
  readonly bytes: Uint8Array;
  /** `gzip-cut`, `gzip-corrupt`, `gzip-trailing-bytes` or `gzip-limit`, each `partial` or `note`; empty when whole. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether the bytes begin as a gzip member with deflate does (RFC 1952, section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * Inflates all members of a gzip file, keeping what could be read of a damaged one.
 *
 * @param limit most bytes of output: a bomb stops there with a diagnostic
 */
export function gunzip(bytes: Uint8Array, limit: number): Gunzipped {
  return inflateGzip(bytes, limit);
}
