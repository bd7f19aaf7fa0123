const NOTHING = new Uint8Array(0);
/** Room for the largest common record, so that the carry buffer seldom grows. */
const FIRST_CARRY = 64 * 1024 + 512;

/**
 * A view of a stream of chunks in which what is asked for lies in one piece. Chunks are read where they are; only a
 * record that spans two of them is put together in a buffer of our own, which is reused.
 */
export class Window {
  /** Where `at` and `end` point into: the current chunk, or the carry buffer. Changes with {@link need}. */
  bytes: Uint8Array = NOTHING;
  /** The next unread byte. The reader moves it forward. */
  at = 0;
  /** End of what is at hand. */
  end = 0;
  /** Whether no chunk will follow. */
  ended = false;
  /** Bytes of the stream before `bytes[0]`. */
  #base = 0;
  #carry: Uint8Array = NOTHING;
  #chunk: Uint8Array = NOTHING;
  #chunkBase = 0;
  /** What of the chunk has left it: read in place, carried or skipped. */
  #taken = 0;
  #toSkip = 0;

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
    this.#chunkBase += this.#chunk.length;
    this.#chunk = chunk;
    this.#taken = Math.min(this.#toSkip, chunk.length);
    this.#toSkip -= this.#taken;
    if (this.at === this.end) this.#readInPlace();
  }

  /** Saves what is unread of the chunk: its owner may overwrite it now. */
  release(): void {
    if (this.bytes === this.#carry) return;
    const rest = this.end - this.at;
    this.#reserve(rest);
    this.#carry.set(this.bytes.subarray(this.at, this.end));
    this.#base += this.at;
    this.bytes = this.#carry;
    this.at = 0;
    this.end = rest;
  }

  /** Whether `length` unread bytes stand at `at` in one piece. If not, another chunk is needed. */
  need(length: number): boolean {
    return this.end - this.at >= length || this.#gather(length);
  }

  /** Passes over bytes, those that have not come yet included. */
  skip(length: number): void {
    const here = Math.min(length, this.end - this.at);
    this.at += here;
    let rest = length - here;
    if (rest === 0) return;
    const inChunk = Math.min(rest, this.#chunk.length - this.#taken);
    this.#taken += inChunk;
    rest -= inChunk;
    this.#toSkip = rest;
    this.#readInPlace();
  }

  #readInPlace(): void {
    this.bytes = this.#chunk;
    this.#base = this.#chunkBase;
    this.at = this.#taken;
    this.end = this.#chunk.length;
    this.#taken = this.end;
  }

  #gather(length: number): boolean {
    if (this.at === this.end && this.#taken < this.#chunk.length) {
      this.#readInPlace();
      if (this.end - this.at >= length) return true;
    }
    const missing = length - (this.end - this.at);
    const take = Math.min(missing, this.#chunk.length - this.#taken);
    if (take > 0) {
      this.#reserve(length);
      this.#carry.set(this.#chunk.subarray(this.#taken, this.#taken + take), this.end);
      this.end += take;
      this.#taken += take;
    }
    return take === missing;
  }

  /**
   * Makes room for `length` bytes from `at` on in the carry buffer. It is twice as large as what it must hold, so that
   * what it carries is moved once in that many bytes, however often a little is gathered.
   */
  #reserve(length: number): void {
    const carries = this.bytes === this.#carry;
    const from = carries ? this.at : 0;
    if (from + length <= this.#carry.length) return;
    const unread = this.bytes.subarray(this.at, this.end);
    if (this.#carry.length < 2 * length) this.#carry = new Uint8Array(Math.max(2 * length, FIRST_CARRY));
    if (!carries) return;
    this.#carry.set(unread);
    this.bytes = this.#carry;
    this.#base += this.at;
    this.end -= this.at;
    this.at = 0;
  }
}
