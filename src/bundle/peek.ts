import type { ByteSource } from "../bytes/index.ts";
import { HEAD_LENGTH, concat } from "../bytes/index.ts";
import { chunksOf } from "./chunks.ts";

/**
 * Looks at the beginning of a source that may be streamed only once.
 *
 * @returns the first {@link HEAD_LENGTH} bytes or fewer at the end, and a source of the same bytes from the start,
 *   which may be streamed once, and must be streamed or closed
 */
export async function peek(
  source: ByteSource,
): Promise<{ head: Uint8Array; source: ByteSource; close: () => Promise<void> }> {
  const chunks = chunksOf(source);
  const held: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < HEAD_LENGTH) {
    const next = await chunks.next();
    if (next.done === true) {
      ended = true;
      break;
    }
    // The chunk is copied because the source may reuse its buffer for the next.
    held.push(next.value.slice());
    length += next.value.length;
  }
  const start = concat(held, length);
  const close = async (): Promise<void> => {
    await chunks.return(undefined);
  };
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      if (length > 0) yield start;
      if (!ended) yield* chunks;
    } finally {
      await close();
    }
  }
  return {
    head: start.subarray(0, HEAD_LENGTH),
    source: { size: ended ? length : source.size, stream },
    close,
  };
}
