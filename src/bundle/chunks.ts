import type { ByteSource } from "../bytes/index.ts";

/** A source's chunks as a generator, whichever kind of iterable it has. */
export async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  yield* source.stream();
}
