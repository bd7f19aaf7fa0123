/** So much of a chunk is copied at once: small enough to stay in the processor's cache until it is read. */
export const PIECE = 256 * 1024;

/** A part of a memory that a window keeps its bytes in. */
export interface WindowRoom {
  readonly bytes: Uint8Array;
  /** Where the part begins, and how long it is: longer runs of bytes are never at hand. */
  readonly at: number;
  readonly length: number;
}

/**
 * A view of a stream of chunks in which what is asked for lies in one piece. Chunks are copied piece by piece into room of our own, in
 * which a memory can be that loops of WebAssembly see.
 */
export class Window {
  /** What `at` and `end` are offsets into. Changes with {@link need}, unless the room was given. */
  bytes: Uint8Array;
  /** The next unread byte. The reader moves it forward. */
  at: number;
  /** End of what is at hand. */
  end: number;
  /** Whether no chunk will follow. */
  ended = false;
  /** Offset in the stream of what would be `bytes[0]`. */
  #base: number;
  /** The part of `bytes` that is ours. */
  readonly #low: number;
  #high: number;
  readonly #isGiven: boolean;
  #chunk: Uint8Array = new Uint8Array(0);
  /** What of the chunk has left it: copied or skipped. */
  #taken = 0;
  #toSkip = 0;

  constructor(room?: WindowRoom) {
    this.#isGiven = room !== undefined;
    this.bytes = room?.bytes ?? this.#chunk;
    this.at = this.end = this.#low = room?.at ?? 0;
    this.#high = this.#low + (room?.length ?? 0);
    this.#base = -this.at;
  }

  /** Offset of the next unread byte in the stream. */
  get offset(): number {
    return this.#base + this.at;
  }

  /** Bytes that were asked to be skipped and have not come yet. */
  get toSkip(): number {
    return this.#toSkip;
  }

  /** Gives the next chunk; the one before must have been let go with {@link release}. */
  feed(chunk: Uint8Array): void {
    this.#chunk = chunk;
    const skipped = Math.min(this.#toSkip, chunk.length);
    this.#toSkip -= skipped;
    this.#base += skipped;
    this.#taken = skipped;
    this.#fill(1);
  }

  /** Lets go of the chunk: its owner may overwrite it now. What nobody has asked for is not wanted any more. */
  release(): void {
    const left = this.#chunk.length - this.#taken;
    if (left === 0) return;
    this.#base += left;
    this.at = this.end;
    this.#taken = this.#chunk.length;
  }

  /** Whether `length` unread bytes stand at `at` in one piece. If not, another chunk is needed. */
  need(length: number): boolean {
    if (this.end - this.at >= length) return true;
    this.#fill(length);
    return this.end - this.at >= length;
  }

  /** Passes over bytes, those that have not come yet included. */
  skip(length: number): void {
    const here = Math.min(length, this.end - this.at);
    this.at += here;
    const inChunk = Math.min(length - here, this.#chunk.length - this.#taken);
    this.#taken += inChunk;
    this.#base += inChunk;
    this.#toSkip = length - here - inChunk;
  }

  /** Copies bytes of the chunk until that many are at hand, a piece at least, or all that there are. */
  #fill(length: number): void {
    const rest = this.end - this.at;
    const room = this.#isGiven ? this.#high - this.#low - rest : Infinity;
    const take = Math.min(Math.max(length - rest, PIECE), this.#chunk.length - this.#taken, room);
    if (take <= 0) return;
    // Always to the same place, which the cache has: what is left over is little, or has been moved already.
    if (rest <= this.at - this.#low || this.end + take > this.#high) this.#makeRoom(rest, take);
    this.bytes.set(this.#chunk.subarray(this.#taken, this.#taken + take), this.end);
    this.end += take;
    this.#taken += take;
  }

  /** Moves what is at hand to the beginning, of a larger room if that is needed. */
  #makeRoom(rest: number, take: number): void {
    const before = this.bytes;
    if (!this.#isGiven && rest + take > this.#high) {
      // Twice as large as what it must hold: what is left is moved once in that many bytes, however little is gathered each time.
      this.#high = 2 * (rest + take);
      this.bytes = new Uint8Array(this.#high);
      this.bytes.set(before.subarray(this.at, this.end));
    } else before.copyWithin(this.#low, this.at, this.end);
    this.#base += this.at - this.#low;
    this.at = this.#low;
    this.end = this.#low + rest;
  }
}
