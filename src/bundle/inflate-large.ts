import type { ByteSource } from "../bytes/index.ts";
import { isGzip } from "../bytes/index.ts";
import { gunzipSource } from "./gunzip-stream.ts";

/** Below this a file is inflated quicker at once than piece by piece. */
const LARGE = 16 * 1024 * 1024;
/** What a trailer claims is believed up to this ratio; real artifacts seldom shrink to a tenth. */
const BELIEVED_RATIO = 16;

/**
 * Inflates a large gzip file without ever holding what it was packed as.
 *
 * @param limit most bytes of output
 * @returns `undefined` where the file isn't large, isn't gzip, or isn't as it should be: the caller inflates it at once
 *   then, which keeps what can be read of a damaged one
 */
export async function inflateLarge(source: ByteSource, limit: number): Promise<Uint8Array | undefined> {
  const { size } = source;
  if (size === undefined || size < LARGE || !source.read || !isGzip(await source.read(0, 3)))
    return undefined;
  // ISIZE, the size of the last member modulo 2^32 (RFC 1952, 2.3.1).
  const trailer = await source.read(size - 4, 4);
  if (trailer.length < 4) return undefined;
  const claimed = new DataView(trailer.buffer, trailer.byteOffset).getUint32(0, true);
  if (claimed > Math.min(limit, size * BELIEVED_RATIO)) return undefined;
  const bytes = new Uint8Array(claimed);
  let length = 0;
  let damaged = false;
  const inflated = gunzipSource(source, () => {
    damaged = true;
  });
  for await (const chunk of inflated.stream()) {
    if (length + chunk.length > claimed) return undefined;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return damaged || length !== claimed ? undefined : bytes;
}
