import { InquestError } from "./errors.ts";

/** The bytes of one artifact, wherever they live. Decoders know artifacts by this alone. */
export interface ByteSource {
  /** Bytes in all; `undefined` where only reading to the end would tell. */
  readonly size: number | undefined;
  /**
   * Every byte once, in order. A chunk is valid only until the next one is asked for: a source may reuse its
   * buffer. May be called again only where {@link ByteSource.read} exists.
   */
  stream(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /**
   * Random access: up to `length` bytes from `position`, fewer only at the end. Absent where the bytes can only
   * be streamed.
   */
  read?(position: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** Bytes already in memory, as a source. Nothing is copied. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    stream: () => [bytes],
    read: (position, length) => bytes.subarray(position, position + length),
  };
}

/** Bytes or a source, as a source. */
export function toSource(input: Uint8Array | ByteSource): ByteSource {
  return input instanceof Uint8Array ? sourceOf(input) : input;
}

/**
 * Reads a source into memory.
 *
 * @param limit most bytes to hold
 * @returns the first `limit` bytes, and whether that was all of them
 */
export async function readAll(
  source: ByteSource,
  limit: number,
): Promise<{ bytes: Uint8Array; complete: boolean }> {
  if (!(limit >= 0)) throw new InquestError("misuse", `readAll needs a limit of at least 0, not ${limit}`);
  const { size } = source;
  if (size !== undefined && size <= limit) return readSized(source, size, limit);
  const parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of source.stream()) {
    const room = limit - held;
    if (chunk.length > room) {
      parts.push(chunk.slice(0, room));
      return { bytes: concat(parts, limit), complete: false };
    }
    parts.push(chunk.slice());
    held += chunk.length;
  }
  return { bytes: concat(parts, held), complete: true };
}

/** A stated size that is believed before the bytes have come: an archive may claim what it doesn't hold. */
const TRUSTED_SIZE = 256 * 1024 * 1024;

/** Fills one array of the stated size, so that no second copy is ever held; a source may turn out shorter or longer. */
async function readSized(
  source: ByteSource,
  size: number,
  limit: number,
): Promise<{ bytes: Uint8Array; complete: boolean }> {
  let bytes = new Uint8Array(Math.min(size, TRUSTED_SIZE));
  let held = 0;
  for await (const chunk of source.stream()) {
    const needed = Math.min(held + chunk.length, limit);
    if (needed > bytes.length) {
      const larger = new Uint8Array(Math.min(limit, Math.max(2 * bytes.length, needed)));
      larger.set(bytes.subarray(0, held));
      bytes = larger;
    }
    bytes.set(chunk.subarray(0, needed - held), held);
    if (needed < held + chunk.length) return { bytes: bytes.subarray(0, needed), complete: false };
    held = needed;
  }
  return { bytes: bytes.subarray(0, held), complete: true };
}

/** The chunks, end to end, in one array of `length` bytes. */
export function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first?.length === length) return first;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
