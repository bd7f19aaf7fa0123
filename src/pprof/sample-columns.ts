import { type Int64Column, Int64ColumnBuilder } from "./int64.ts";

/** Samples in columns: all of a profile, or as many as fit a window over them. */
export interface Samples {
  /** Which sample of the profile row 0 is. */
  readonly first: number;
  readonly count: number;
  /** Where each sample's stack begins in {@link locations}; it ends where the next one begins. One entry more than there are samples. */
  readonly stackStart: Uint32Array;
  /** Rows of the profile's locations, leaf first, stack after stack. A window's may be longer than what is used. */
  readonly locations: Uint32Array;
  /** A column for each sample type. */
  readonly values: readonly Int64Column[];
}

/** Samples that are being decoded. */
export class SampleColumns implements Samples {
  first = 0;
  count = 0;
  readonly stackStart: Uint32Array;
  locations: Uint32Array;
  readonly values: readonly Int64ColumnBuilder[];

  constructor(samples: number, frames: number, columns: number) {
    this.stackStart = new Uint32Array(samples + 1);
    this.locations = new Uint32Array(frames);
    this.values = Array.from({ length: columns }, () => new Int64ColumnBuilder(samples));
  }

  /** Gives up room that malformed stacks left unused. */
  trim(): void {
    const frames = this.stackStart[this.count] as number;
    if (frames < this.locations.length) this.locations = this.locations.slice(0, frames);
  }

  /** Makes room for more frames after those that are there. */
  reserve(frames: number): void {
    if (frames <= this.locations.length) return;
    const locations = new Uint32Array(Math.max(frames, this.locations.length * 2));
    locations.set(this.locations);
    this.locations = locations;
  }
}
