import { Int64ColumnBuilder } from "./int64.ts";
import { Layout, type LoopMemory, release } from "./loop-memory.ts";
import type { Samples } from "./sample-columns.ts";

/** Samples and frames in a window: small enough to stay in a core's cache, large enough to make its cost vanish. */
const WINDOW_SAMPLES = 8192;
const WINDOW_FRAMES = 1 << 16;

/** What a window is for. */
export interface WindowSize {
  readonly samples: number;
  /** Frames that there may be at most, in all samples and in one. */
  readonly frames: number;
  readonly longest: number;
  /** Values of a sample. */
  readonly columns: number;
  /** Bytes of each table that the loops work with beside the samples. */
  readonly tables: readonly number[];
}

/** Samples in the memory of the loops. Rows and frames are added at the end until it is full. */
export class SampleWindow implements Samples {
  readonly memory: LoopMemory;
  /** Where each table begins; what it holds is anything. */
  readonly tables: readonly number[];
  first = 0;
  readonly stackStart: Uint32Array;
  readonly locations: Uint32Array;
  readonly values: readonly Int64ColumnBuilder[];
  readonly #samples: number;

  constructor({ samples, frames, longest, columns, tables }: WindowSize, layout = new Layout()) {
    this.#samples = Math.min(WINDOW_SAMPLES, samples);
    this.tables = tables.map((bytes) => layout.take(bytes));
    const starts = layout.take((this.#samples + 1) * 4);
    const column = this.#samples * 8;
    const values = layout.take(columns * column);
    // One is written that may not stay, and the loops read some frames together.
    const room = Math.min(WINDOW_FRAMES + longest, frames) + 1;
    const stacks = layout.take((room + 3) * 4);
    this.memory = layout.memory();
    const { buffer, loops } = this.memory;
    this.stackStart = new Uint32Array(buffer, starts, this.#samples + 1);
    this.stackStart[0] = 0;
    this.locations = new Uint32Array(buffer, stacks, room);
    this.values = Array.from(
      { length: columns },
      (_, index) => new Int64ColumnBuilder(new Float64Array(buffer, values + index * column, this.#samples)),
    );
    loops.starts.value = starts;
    loops.values.value = values;
    loops.stacks.value = stacks;
    loops.mostRows.value = this.#samples;
    loops.mostFrames.value = WINDOW_FRAMES;
    loops.columns.value = columns;
    loops.rows.value = 0;
    loops.frames.value = 0;
  }

  get count(): number {
    return this.memory.loops.rows.value;
  }

  get isFull(): boolean {
    return this.count === this.#samples || this.frames >= WINDOW_FRAMES;
  }

  /** How many frames there are. */
  get frames(): number {
    return this.memory.loops.frames.value;
  }

  /** Ends a row whose values and frames were written, and tells up to where these go. */
  endRow(frames: number): void {
    const { rows, frames: known } = this.memory.loops;
    this.stackStart[++rows.value] = frames;
    known.value = frames;
  }

  /** Empties it, for the samples behind those that are there. */
  clear(): void {
    this.first += this.count;
    this.memory.loops.rows.value = 0;
    this.memory.loops.frames.value = 0;
    for (const column of this.values) column.clear();
  }

  /** Gives the memory back. What it holds stays until another pass begins. */
  release(): void {
    release(this.memory);
  }
}

/** A window, filled again and again until there is nothing more; then its memory is given back. */
export function* refilled(window: SampleWindow, fill: () => boolean): Generator<SampleWindow, void> {
  try {
    while (fill()) yield window;
  } finally {
    window.release();
  }
}
