/** FNV-1a, over the end of a run: that is where names and places differ, and equality is checked in full anyway. */
const SEED = 0x811c_9dc5 | 0;
const PRIME = 0x0100_0193;
const HASHED = 20;

/**
 * Numbers for the distinct runs of bytes in a text, from 1. Names and places repeat hundreds of thousands of times in
 * a dump; only the distinct ones become strings, and only when they are asked for.
 */
export class SpanTable {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #start: number[] = [0];
  readonly #stop: number[] = [0];
  readonly #hash: number[] = [0];
  #slots = new Int32Array(1024);
  readonly #decoder = new TextDecoder();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number of the run from `start` to `stop`. */
  idOf(start: number, stop: number): number {
    const bytes = this.#bytes;
    let hash = SEED ^ (stop - start);
    for (let at = Math.max(start, stop - HASHED); at < stop; at++)
      hash = Math.imul(hash ^ (bytes[at] as number), PRIME);
    hash ^= hash >>> 15;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot] as number;
      if (id === 0) return this.#add(start, stop, hash, slot);
      if (this.#hash[id] === hash && this.#equals(id, start, stop)) return id;
    }
  }

  /** The text of a number; "" for 0. */
  text(id: number): string {
    return this.#decoder.decode(this.#bytes.subarray(this.#start[id], this.#stop[id]));
  }

  #equals(id: number, start: number, stop: number): boolean {
    const view = this.#view;
    let known = this.#start[id] as number;
    if ((this.#stop[id] as number) - known !== stop - start) return false;
    let at = start;
    for (; at + 4 <= stop; at += 4, known += 4) if (view.getInt32(at) !== view.getInt32(known)) return false;
    for (; at < stop; at++, known++) if (view.getInt8(at) !== view.getInt8(known)) return false;
    return true;
  }

  #add(start: number, stop: number, hash: number, slot: number): number {
    const id = this.#start.length;
    this.#start.push(start);
    this.#stop.push(stop);
    this.#hash.push(hash);
    this.#slots[slot] = id;
    if (id * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id < this.#hash.length; id++) {
      let slot = (this.#hash[id] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}
