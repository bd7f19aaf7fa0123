import type { Layout, LoopMemory } from "./loop-memory.ts";

/** Bytes of a profile that the loops work on at a time: few enough to stay in a core's cache. */
const SIZE = 1 << 17;
/** The loops read ahead, by a cache line at most. */
const AHEAD = 64;
/** What loops answer where their bytes end within a message. */
const CUT = 1;

/** A range of a profile's bytes. */
export interface ByteRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Has loops work on a range of a profile's bytes, a part of which is in their memory at a time. */
export class ByteWindow {
  /** Where the loops stopped. */
  at: number;
  /** How many bytes are in the memory at most. */
  readonly size: number;
  readonly #range: ByteRange;
  readonly #address: number;
  #from = 0;
  #to = 0;

  constructor(range: ByteRange, layout: Layout) {
    this.#range = range;
    this.at = range.start;
    this.size = Math.min(SIZE, range.end - range.start);
    this.#address = layout.take(this.size + AHEAD);
  }

  /**
   * Goes on from an offset until the loops stop for anything but the end of the part that they have.
   *
   * @param work is told from where to where there are bytes, and says why it stopped
   */
  run(at: number, { buffer, loops }: LoopMemory, work: (from: number, end: number) => number): void {
    const { bytes, end } = this.#range;
    this.at = at;
    for (;;) {
      if (this.at < this.#from || this.at >= this.#to) {
        this.#from = this.at;
        this.#to = Math.min(end, this.at + this.size);
        new Uint8Array(buffer, this.#address, this.size).set(bytes.subarray(this.#from, this.#to));
      }
      const moved = this.#address - this.#from;
      const why = work(this.at + moved, this.#to + moved);
      this.at = (loops.at.value >>> 0) - moved;
      // Unless it began where the part did, a message that is cut is whole in the next one.
      if (why !== CUT || this.at === this.#from || this.#to === end) return;
      this.#to = 0;
    }
  }
}
