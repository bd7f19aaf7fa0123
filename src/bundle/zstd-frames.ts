/** Frames that say how far back they refer are taken up to this, as by `zstd` without `--long=31`. */
const MAX_WINDOW = 128 * 1024 * 1024;
/** RFC 8878, section 3.1.1.2.4. */
const MAX_BLOCK = 128 * 1024;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** Magic number, descriptor, window, dictionary, content size. */
const LONGEST_HEADER = 4 + 1 + 1 + 4 + 8;

/**
 * Whether bytes begin as Zstandard does (RFC 8878, section 3.1). Frames without content may come first, as `pzstd` puts them;
 * those of LZ4 look the same.
 */
export function isZstd(head: Uint8Array): boolean {
  let at = 0;
  while (at + 8 <= head.length && isSkippable(le32(head, at))) at += 8 + le32(head, at + 4);
  return at + 4 <= head.length && le32(head, at) === MAGIC;
}

/** What decodes the blocks of one frame. */
export interface FrameDecoder {
  push(piece: Uint8Array, final: boolean): unknown;
}

/** Why a stream could not be read on. */
class ZstdProblem extends Error {}

/** The parts of a stream, each of a length that the one before it tells. */
const Part = { magic: 0, header: 1, skipped: 2, block: 3, body: 4, checksum: 5, trailing: 6 } as const;

/**
 * Takes a Zstandard stream apart (RFC 8878): each frame goes to a decoder of its own, frames without content are passed over,
 * and what would need more memory than evidence is worth is refused before a decoder sees it.
 */
export class ZstdFrames {
  readonly #decoderOf: () => FrameDecoder;
  #decoder: FrameDecoder | undefined;
  #part: number = Part.magic;
  /** The small fields, put together from chunks. */
  readonly #head = new Uint8Array(LONGEST_HEADER);
  #held = 0;
  /** Bytes of the part that is passed on or over. */
  #left = 0;
  #isLast = false;
  #hasChecksum = false;
  #frames = 0;
  /** Blocks that were given to a decoder. */
  #blocks = 0;

  constructor(decoderOf: () => FrameDecoder) {
    this.#decoderOf = decoderOf;
  }

  /** Whether the stream may end here. */
  get isWhole(): boolean {
    return (this.#part === Part.magic && this.#held === 0 && this.#frames > 0) || this.hasTrailingBytes;
  }

  /** Whether bytes that are no frame follow the last one; they are left out. */
  get hasTrailingBytes(): boolean {
    return this.#part === Part.trailing;
  }

  /**
   * Takes the next bytes of the stream, which may be kept, up to the end of a block: one may hold thousands of times as much
   * as it takes.
   *
   * @returns where it stopped
   * @throws ZstdProblem, or what the decoder throws, where the stream is corrupt or asks for too much
   */
  push(chunk: Uint8Array, from: number): number {
    const before = this.#blocks;
    let at = from;
    while (at < chunk.length && this.#blocks === before) {
      if (this.hasTrailingBytes) return chunk.length;
      at = this.#step(chunk, at);
    }
    return at;
  }

  #step(chunk: Uint8Array, at: number): number {
    switch (this.#part) {
      case Part.magic:
      case Part.header:
        return this.#gather(chunk, at, this.#headerLength());
      case Part.block:
        return this.#gather(chunk, at, 3);
      default:
        return this.#pass(chunk, at);
    }
  }

  /** Takes bytes of a small field, and acts on it once it is whole. */
  #gather(chunk: Uint8Array, from: number, wanted: number): number {
    let at = from;
    while (this.#held < wanted && at < chunk.length) this.#head[this.#held++] = chunk[at++] as number;
    if (this.#held < wanted) return at;
    if (this.#part === Part.block) this.#block();
    else this.#header();
    return at;
  }

  #headerLength(): number {
    const { descriptor } = this;
    if (this.#part === Part.magic) return 4;
    if (isSkippable(le32(this.#head, 0))) return 8;
    if (this.#held < 5) return 5;
    return 5 + (descriptor.single ? 0 : 1) + descriptor.dictionary + descriptor.contentSize;
  }

  /** The frame header's descriptor: which fields follow, and how long they are. */
  private get descriptor(): { single: boolean; dictionary: number; contentSize: number } {
    const byte = this.#head[4] as number;
    const single = (byte & 0x20) !== 0;
    const size = byte >> 6;
    return {
      single,
      dictionary: [0, 1, 2, 4][byte & 3] ?? 0,
      contentSize: size === 0 ? (single ? 1 : 0) : 1 << size,
    };
  }

  #header(): void {
    const magic = le32(this.#head, 0);
    if (this.#part === Part.magic) {
      if (magic !== MAGIC && !isSkippable(magic)) {
        if (this.#frames === 0) throw new ZstdProblem("it does not begin with a frame");
        this.#part = Part.trailing;
        return;
      }
      this.#part = Part.header;
      return;
    }
    if (isSkippable(magic)) {
      this.#frames++;
      return this.#enter(Part.skipped, le32(this.#head, 4));
    }
    // The descriptor has come, and tells how much more there is to the header.
    if (this.#held < this.#headerLength()) return;
    this.#begin();
  }

  #begin(): void {
    const { single, dictionary, contentSize } = this.descriptor;
    const byte = this.#head[4] as number;
    const window = single
      ? contentOf(this.#head, 5 + dictionary, contentSize)
      : windowOf(this.#head[5] as number);
    if ((byte & 0x08) !== 0) throw new ZstdProblem("a reserved bit of a frame header is set");
    if (
      dictionary > 0 &&
      this.#head
        .subarray(single ? 5 : 6)
        .subarray(0, dictionary)
        .some((b) => b !== 0)
    )
      throw new ZstdProblem("it was made with a dictionary");
    if (window > MAX_WINDOW)
      throw new ZstdProblem(`a frame needs a window of ${window} bytes, more than ${MAX_WINDOW}`);
    this.#frames++;
    this.#hasChecksum = (byte & 0x04) !== 0;
    this.#decoder = this.#decoderOf();
    const header = this.#head.slice(0, this.#held);
    // The decoder need not know of the checksum, which it would pass over.
    header[4] = byte & ~0x04;
    this.#decoder.push(header, false);
    this.#enter(Part.block, 0);
  }

  #block(): void {
    const [a = 0, b = 0, c = 0] = this.#head;
    const type = (a >> 1) & 3;
    const size = (a >> 3) | (b << 5) | (c << 13);
    if (type === 3 || size > MAX_BLOCK) throw new ZstdProblem("a block has an impossible type or size");
    this.#isLast = (a & 1) !== 0;
    const body = type === 1 ? 1 : size;
    this.#decoder?.push(this.#head.slice(0, 3), this.#isLast && body === 0);
    this.#enter(Part.body, body);
    if (body === 0) this.#behind();
  }

  #pass(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    this.#left -= taken;
    const isEnd = this.#left === 0;
    if (this.#part === Part.body) this.#decoder?.push(chunk.subarray(at, at + taken), isEnd && this.#isLast);
    if (isEnd) this.#behind();
    return at + taken;
  }

  /** Goes on behind a part that was passed on or over. */
  #behind(): void {
    if (this.#part === Part.body) this.#blocks++;
    if (this.#part === Part.body && !this.#isLast) this.#enter(Part.block, 0);
    else if (this.#part === Part.body && this.#hasChecksum) this.#enter(Part.checksum, 4);
    else this.#enter(Part.magic, 0);
  }

  #enter(part: number, left: number): void {
    this.#part = part;
    this.#held = 0;
    this.#left = left;
    if (part === Part.magic) this.#decoder = undefined;
    if (part === Part.skipped && left === 0) this.#part = Part.magic;
  }
}

function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === SKIPPABLE;
}

/** RFC 8878, section 3.1.1.1.2. */
function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

/** The size of the content, which is the window of a frame that is one segment (section 3.1.1.1.4). */
function contentOf(b: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (b[at + i] as number);
  return size === 2 ? value + 256 : value;
}

function le32(b: Uint8Array, at: number): number {
  return new DataView(b.buffer, b.byteOffset + at, 4).getUint32(0, true);
}
