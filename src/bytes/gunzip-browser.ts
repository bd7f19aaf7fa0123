import { ZStream, zlibInflate, zlibInflateInit2, zlibInflateReset } from "pako";
import { concat } from "./byte-source.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Gunzipped } from "./gunzipped.ts";
import { gzipCorrupt, gzipCut, gzipLimit, gzipTrailingBytes } from "./gunzip-diagnostics.ts";

const STEP = 256 * 1024;
/** zlib's window bits for 32 KB, plus 16: gzip wrapping only. */
const GZIP_WINDOW = 15 + 16;
const Z_SYNC_FLUSH = 2;
const Z_OK = 0;
const Z_STREAM_END = 1;
const Z_BUF_ERROR = -5;

/** Inflates step by step, so that what stands before damage or a limit is kept. Slower than the host's own zlib. */
export function inflateGzip(bytes: Uint8Array, limit: number): Gunzipped {
  const parts: Uint8Array[] = [];
  let length = 0;
  const finish = (...diagnostics: Diagnostic[]): Gunzipped => ({ bytes: concat(parts, length), diagnostics });

  const stream = new ZStream();
  stream.input = bytes;
  stream.avail_in = bytes.length;
  zlibInflateInit2(stream, GZIP_WINDOW);
  for (;;) {
    stream.output = new Uint8Array(STEP);
    stream.next_out = 0;
    stream.avail_out = STEP;
    const status = zlibInflate(stream, Z_SYNC_FLUSH);
    // What the step wrote before it failed is still good.
    const kept = Math.min(stream.next_out, limit - length);
    if (kept > 0) parts.push(stream.output.subarray(0, kept));
    length += kept;
    if (kept < stream.next_out) return finish(gzipLimit(limit));
    if (status === Z_STREAM_END) {
      if (stream.avail_in === 0) return finish();
      if (bytes[stream.next_in] !== 0x1f || bytes[stream.next_in + 1] !== 0x8b)
        return finish(...trailing(bytes, stream.next_in));
      zlibInflateReset(stream);
    } else if (status === Z_BUF_ERROR || (status === Z_OK && stream.avail_in === 0 && stream.avail_out > 0)) {
      return finish(gzipCut(length));
    } else if (status !== Z_OK) {
      return finish(gzipCorrupt(length, stream.msg));
    }
  }
}

/** Zeros after the last member are padding (gzip pads to a block on tape); anything else is named. */
function trailing(bytes: Uint8Array, from: number): Diagnostic[] {
  return bytes.subarray(from).every((byte) => byte === 0) ? [] : [gzipTrailingBytes()];
}
