import { inflateGzip } from "#gunzip";
import type { Gunzipped } from "./gunzipped.ts";

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
