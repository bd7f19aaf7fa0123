import { type ByteSource, concat, sourceOf } from "../bytes/index.ts";
import { iteratorOf } from "./merge.ts";

/** What is no longer is read at once, where only reading tells how long it is. */
const SMALL = 1 << 20;

/** The same source, with its size if that is small: tables are made as large as a file can fill. May be streamed once. */
export async function withSize(source: ByteSource): Promise<ByteSource> {
  if (source.size !== undefined) return source;
  const chunks = iteratorOf(source.stream());
  const head: Uint8Array[] = [];
  let length = 0;
  while (length <= SMALL) {
    const next = await chunks.next();
    if (next.done === true) return sourceOf(concat(head, length));
    // The source may use its chunk again.
    head.push(next.value.slice());
    length += next.value.length;
  }
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      yield concat(head, length);
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  return { size: undefined, stream };
}
