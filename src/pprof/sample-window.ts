import { Int64ColumnBuilder } from "./int64.ts";
import type { Samples } from "./sample-columns.ts";
import { LoopMemory, type SampleLoops } from "./sample-loops.ts";

/** Samples and frames in a window: small enough to stay in a core's cache, large enough to make its cost vanish. */
const WINDOW_SAMPLES = 8192;
const WINDOW_FRAMES = 1 << 16;
/** Bytes of a profile that are decoded at a time. */
const WINDOW_BYTES = 1 << 17;
/** The loops read ahead, by a cache line at most. */
const AHEAD = 64;

/** What a window must have room for. */
export interface WindowSize {
  readonly columns: number;
  /** Frames that a sample may have. */
  readonly mostFrames: number;
  /** Locations by id; 0 where samples are not decoded. */
  readonly ids: number;
  /** Bytes of each table that the loops work with beside the samples. */
  readonly tables: readonly number[];
}

/** Samples in the memory of the loops, and there what these need. Rows and frames are added at the end until it is full. */
export class SampleWindow implements Samples {
  readonly loops: SampleLoops;
  readonly buffer: ArrayBuffer;
  /** Where each table begins. */
  readonly tables: readonly number[];
  /** For bytes of a profile, and where they are. */
  readonly bytes: Uint8Array;
  readonly bytesAt: number;
  /** By id, see `known` of the loops. */
  readonly known: Uint32Array;
  first = 0;
  readonly stackStart: Uint32Array;
  readonly locations: Uint32Array;
  readonly values: readonly Int64ColumnBuilder[];

  constructor({ columns, mostFrames, ids, tables }: WindowSize) {
    const layout = new LoopMemory();
    this.tables = tables.map((bytes) => layout.take(bytes));
    const known = layout.take(ids * 4);
    const bytesAt = layout.take(ids === 0 ? 0 : WINDOW_BYTES + AHEAD);
    const starts = layout.take((WINDOW_SAMPLES + 1) * 4);
    const values = layout.take(columns * WINDOW_SAMPLES * 8);
    // Of what stands in the bytes each may be a frame; and one is written that may not stay.
    const frames = WINDOW_FRAMES + Math.max(WINDOW_BYTES, mostFrames) + 1;
    const stacks = layout.take(frames * 4);
    const { loops, buffer } = layout.start();
    this.loops = loops;
    this.buffer = buffer;
    this.known = new Uint32Array(buffer, known, ids);
    this.bytes = new Uint8Array(buffer, bytesAt, ids === 0 ? 0 : WINDOW_BYTES);
    this.bytesAt = bytesAt;
    this.stackStart = new Uint32Array(buffer, starts, WINDOW_SAMPLES + 1);
    this.locations = new Uint32Array(buffer, stacks, frames);
    this.values = Array.from({ length: columns }, (_, column) => {
      const at = values + column * WINDOW_SAMPLES * 8;
      return new Int64ColumnBuilder(new Float64Array(buffer, at, WINDOW_SAMPLES));
    });
    loops.known.value = known;
    loops.knownCount.value = ids;
    loops.starts.value = starts;
    loops.values.value = values;
    loops.stacks.value = stacks;
    loops.mostRows.value = WINDOW_SAMPLES;
    loops.mostFrames.value = WINDOW_FRAMES;
    loops.columns.value = columns;
  }

  get count(): number {
    return this.loops.rows.value;
  }

  get isFull(): boolean {
    return this.count === WINDOW_SAMPLES || this.frames >= WINDOW_FRAMES;
  }

  /** How many frames there are. */
  get frames(): number {
    return this.loops.frames.value;
  }

  /** Ends a row whose values and frames were written, and tells up to where these go. */
  endRow(frames: number): void {
    this.stackStart[++this.loops.rows.value] = frames;
    this.loops.frames.value = frames;
  }

  /** Empties it, for the samples behind those that are there. */
  clear(): void {
    this.first += this.count;
    this.loops.rows.value = 0;
    this.loops.frames.value = 0;
    for (const column of this.values) column.clear();
  }
}
