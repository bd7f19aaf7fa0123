import type { ByteSource } from "../bytes/index.ts";
import { concat } from "../bytes/index.ts";
import { chunksOf } from "./chunks.ts";

/** Takes a stream apart front to back: so many bytes as an array, so many as a stream, so many passed over. */
export class ChunkReader {
  /** Bytes taken so far. */
  position = 0;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: ByteSource) {
    this.#chunks = chunksOf(source);
  }

  /** The next `length` bytes as a copy; fewer only at the end. */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let held = 0;
    while (held < length) {
      const part = await this.#next(length - held);
      if (part === undefined) break;
      parts.push(part.slice());
      held += part.length;
    }
    return concat(parts, held);
  }

  /** Passes over the next bytes. */
  async skip(length: number): Promise<void> {
    await this.section(length).finish();
  }

  /** The next `length` bytes as a stream that may be left early. `finish` passes over the rest, and tells how many are missing. */
  section(length: number): { stream: () => AsyncIterable<Uint8Array>; finish: () => Promise<number> } {
    let left = length;
    const next = async (): Promise<Uint8Array | undefined> => {
      if (left === 0) return undefined;
      const part = await this.#next(left);
      left -= part?.length ?? 0;
      return part;
    };
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (let part = await next(); part !== undefined; part = await next()) yield part;
    }
    async function finish(): Promise<number> {
      while ((await next()) !== undefined);
      return left;
    }
    return { stream, finish };
  }

  /** Whatever comes next, valid until the next call; `undefined` at the end. */
  some(): Promise<Uint8Array | undefined> {
    return this.#next(Number.MAX_SAFE_INTEGER);
  }

  /** Puts back the last bytes that were taken. */
  unread(bytes: Uint8Array): void {
    this.position -= bytes.length;
    if (bytes.length <= this.#at) {
      // They still stand there: all that was taken since the chunk came is of it.
      this.#at -= bytes.length;
      return;
    }
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = concat([bytes, rest], bytes.length + rest.length);
    this.#at = 0;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  /** A piece of at most `most` bytes, valid until the next call; `undefined` at the end. */
  async #next(most: number): Promise<Uint8Array | undefined> {
    while (this.#at === this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#chunk = next.value;
      this.#at = 0;
    }
    const part = this.#chunk.subarray(this.#at, this.#at + most);
    this.#at += part.length;
    this.position += part.length;
    return part;
  }
}
