import { gunzipSync } from "node:zlib";
import type { Gunzipped } from "./gunzipped.ts";
import { inflateGzip as inflateStepwise } from "./gunzip-browser.ts";

/** Deflate expands at most 1032 to 1 (zlib, "Maximum Expansion Factor"): a trailer that claims more lies. */
const MAX_RATIO = 1032;

/** Inflates with zlib; what zlib refuses goes the slower way, which keeps what can be read. */
export function inflateGzip(bytes: Uint8Array, limit: number): Gunzipped {
  const claimed = claimedSize(bytes);
  if (claimed > limit) return inflateStepwise(bytes, limit);
  try {
    const chunkSize = Math.max(64, Math.min(claimed, bytes.length * MAX_RATIO) + 64);
    const { buffer, byteOffset, length } = gunzipSync(bytes, { chunkSize, maxOutputLength: limit });
    // Not as a Buffer, whose views are costlier to make.
    return { bytes: new Uint8Array(buffer, byteOffset, length), diagnostics: [] };
  } catch {
    return inflateStepwise(bytes, limit);
  }
}

/** ISIZE, the trailer's size of the last member modulo 2^32 (RFC 1952, 2.3.1): a hint for the output buffer only. */
function claimedSize(bytes: Uint8Array): number {
  if (bytes.length < 18) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
}
