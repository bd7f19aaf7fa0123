import { crc32 } from "node:zlib";
import type { ChunkReader } from "./chunk-reader.ts";
import { Lzma2Decoder, XzProblem } from "./lzma2.ts";
import type { XzCheck } from "./xz-check.ts";
import { xzCheck } from "./xz-check.ts";

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
/** Copies that reach back further need more memory than evidence is worth; `xz -9` reaches back 64 MiB. */
const MOST_DICTIONARY = 128 * 1024 * 1024;
const LZMA2 = 0x21;
/** A number has at most so many bytes of seven bits (section 1.2). */
const LONGEST_NUMBER = 9;

/** Whether bytes begin as an xz stream does (The .xz File Format, section 2.1.1.1). */
export function isXz(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

/** The input ended inside the stream. */
export class XzCut extends Error {}

/**
 * Takes an xz file apart: all streams and blocks of it, one after the other. Memory is bounded by how far its copies reach back.
 *
 * @returns what each chunk holds, valid until the next one is asked for
 * @throws XzProblem where it is corrupt or of a form that isn't read; XzCut where it ends early
 */
export async function* xzChunks(reader: ChunkReader): AsyncGenerator<Uint8Array> {
  for (let isFirst = true; ; isFirst = false) {
    const check = await nextStream(reader, isFirst);
    if (check === undefined) return;
    for (let size = await blockSize(reader); size > 0; size = await blockSize(reader))
      yield* block(reader, size, xzCheck(check));
    await passIndex(reader);
    const footer = await taken(reader, 12);
    if (footer[10] !== 0x59 || footer[11] !== 0x5a) throw new XzProblem("a stream's footer is not one");
  }
}

/** Passes over the padding between streams. @returns the number of the next one's check; nothing at the end */
async function nextStream(reader: ChunkReader, isFirst: boolean): Promise<number | undefined> {
  for (;;) {
    const word = await reader.take(4);
    if (word.length === 0 && !isFirst) return undefined;
    if (word.length < 4) throw new XzCut();
    if (!isFirst && word.every((byte) => byte === 0)) continue;
    const rest = await taken(reader, 8);
    const header = Uint8Array.of(...word, ...rest);
    if (!isXz(header)) throw new XzProblem("what follows a stream is none");
    if (crc32(header.subarray(6, 8)) !== le32(header, 8) || header[6] !== 0)
      throw new XzProblem("a stream's header is corrupt");
    return (header[7] ?? 0) & 15;
  }
}

/** The first byte of a block's header tells how long that is; 0 is the index behind the last block. */
const blockSize = async (reader: ChunkReader): Promise<number> => (await taken(reader, 1))[0] ?? 0;

async function* block(reader: ChunkReader, size: number, check: XzCheck): AsyncGenerator<Uint8Array> {
  const decoder = new Lzma2Decoder(dictionaryOf(await blockHeader(reader, size)));
  const begin = reader.position;
  for (;;) {
    const [control = 0] = await taken(reader, 1);
    if (control === 0) break;
    const head = await taken(reader, Lzma2Decoder.headLength(control));
    const length = Lzma2Decoder.bodyLength(control, head);
    const body = await reader.take(length);
    const chunk = decoder.decode(control, head, body);
    check.update(chunk);
    yield chunk;
    if (body.length < length) throw new XzCut();
  }
  await taken(reader, padding(reader.position - begin));
  if (!check.matches(await taken(reader, check.length)))
    throw new XzProblem("a checksum is wrong: some of what stands before it was changed");
}

/** @returns the header without its own length and checksum */
async function blockHeader(reader: ChunkReader, size: number): Promise<Uint8Array> {
  const rest = await taken(reader, (size + 1) * 4 - 1);
  const header = Uint8Array.of(size, ...rest);
  const body = header.subarray(0, -4);
  if (crc32(body) !== le32(header, body.length)) throw new XzProblem("a block's header is corrupt");
  return body.subarray(1);
}

/** How far back copies reach, from the only filter that is read (section 5.3.1). */
function dictionaryOf(header: Uint8Array): number {
  const [flags = 0] = header;
  let at = 1;
  const number = (): number => {
    let value = 0;
    for (let i = 0; i < LONGEST_NUMBER; i++) {
      const byte = header[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) break;
    }
    return value;
  };
  if (flags & 0x40) number();
  if (flags & 0x80) number();
  const filter = number();
  if ((flags & 3) !== 0 || filter !== LZMA2)
    throw new XzProblem("it was packed with a filter for programs, which isn't read");
  number();
  const bits = header[at] ?? 0;
  const dictionary = bits >= 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
  if (dictionary > MOST_DICTIONARY)
    throw new XzProblem(`it needs a window of ${dictionary} bytes, more than ${MOST_DICTIONARY}`);
  return dictionary;
}

/** The index lists the blocks, which have been read. */
async function passIndex(reader: ChunkReader): Promise<void> {
  const begin = reader.position - 1;
  const number = async (): Promise<number> => {
    let value = 0;
    for (let i = 0; i < LONGEST_NUMBER; i++) {
      const [byte = 0] = await taken(reader, 1);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) break;
    }
    return value;
  };
  // A lie about how many there are runs into the end of the file.
  for (let left = 2 * (await number()); left > 0; left--) await number();
  await taken(reader, padding(reader.position - begin) + 4);
}

async function taken(reader: ChunkReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw new XzCut();
  return bytes;
}

const padding = (length: number): number => (4 - (length % 4)) % 4;

function le32(b: Uint8Array, at: number): number {
  return new DataView(b.buffer, b.byteOffset + at, 4).getUint32(0, true);
}
