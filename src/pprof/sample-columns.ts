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

/** Samples that are being put together, in columns that fit them exactly. */
export class SampleColumns implements Samples {
  readonly first = 0;
  count = 0;
  readonly stackStart: Uint32Array;
  readonly locations: Uint32Array;
  readonly values: readonly Int64ColumnBuilder[];

  constructor(samples: number, frames: number, columns: number) {
    this.stackStart = new Uint32Array(samples + 1);
    this.locations = new Uint32Array(frames);
    this.values = Array.from({ length: columns }, () => new Int64ColumnBuilder(samples));
  }

  /** Adds the samples that follow those that are there. */
  append({ count, stackStart, locations, values }: Samples): void {
    const frames = this.stackStart[this.count] as number;
    this.locations.set(locations.subarray(0, stackStart[count]), frames);
    for (let row = 1; row <= count; row++)
      this.stackStart[this.count + row] = frames + (stackStart[row] as number);
    for (const [index, column] of values.entries())
      for (let row = 0; row < count; row++) this.values[index]?.copy(this.count + row, column, row);
    this.count += count;
  }
}
