/** Most series that are told apart, and most bytes of their names and labels together. */
const MAX_SERIES = 2 ** 19;
const MAX_BYTES = 2 ** 26;
const decoder = new TextDecoder();

/** Numbers series by the bytes that name them. Nothing is kept of a series but these bytes. */
export class SeriesTable {
  #bytes = new Uint8Array(2 ** 16);
  #used = 0;
  /** Where each series' bytes begin; one more than there are series. */
  #starts = new Uint32Array(1024);
  #hashes = new Uint32Array(1024);
  /** Slots of an open-addressing table: the number of a series, plus one. */
  #slots = new Uint32Array(4096);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The name and labels of a series, as they were written. */
  text(series: number): string {
    return decoder.decode(this.#bytes.subarray(this.#starts[series], this.#starts[series + 1]));
  }

  /**
   * The number of a series.
   *
   * @param hash of the bytes, by {@link hashOf} or a loop like it
   * @returns -1 where there is no room for another
   */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let held = this.#slots[slot] ?? 0; held !== 0; held = this.#slots[slot] ?? 0) {
      if (this.#hashes[held - 1] === hash >>> 0 && this.#isSame(held - 1, bytes, from, to)) return held - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(bytes, from, to, hash, slot);
  }

  #isSame(series: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[series] ?? 0;
    const own = this.#bytes;
    if ((this.#starts[series + 1] ?? 0) - start !== to - from) return false;
    for (let at = from, other = start; at < to; at++, other++) if (bytes[at] !== own[other]) return false;
    return true;
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    const length = to - from;
    if (this.#count === MAX_SERIES || this.#used + length > MAX_BYTES) return -1;
    const series = this.#count++;
    if (this.#used + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#used + length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (series + 1 >= this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#hashes = grown(this.#hashes);
    }
    this.#bytes.set(bytes.subarray(from, to), this.#used);
    this.#used += length;
    this.#starts[series + 1] = this.#used;
    this.#hashes[series] = hash;
    this.#slots[slot] = series + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return series;
  }

  #rehash(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let series = 0; series < this.#count; series++) {
      let slot = (this.#hashes[series] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = series + 1;
    }
    this.#slots = slots;
  }
}

/** FNV-1a. */
export const HASH_START = 0x811c9dc5;
export const HASH_PRIME = 0x01000193;

export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = HASH_START;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_PRIME);
  return hash ^ (hash >>> 15);
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}
