import { STRIDE } from "./connection-state.ts";
import type { Core, KeptBytes } from "./core.ts";
import { DroppedSums } from "./dropped-connections.ts";
import { TROUBLE_STRIDE } from "./trouble-rows.ts";

/** A table's memory, read as words and as doubles from its first row on. */
interface RowMemory {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

/** The rows of a `ConnectionTable`. */
export interface ConnectionRows extends RowMemory {
  /** What went wrong with some of them. */
  readonly troubles: RowMemory;
  readonly dropped: DroppedSums;
  readonly length: number;
}

/** The rows as the loops fill them. */
export class FillingRows implements ConnectionRows {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly troubles: RowMemory;
  readonly dropped: DroppedSums = new DroppedSums();
  readonly #core: Core;

  /**
   * @param limit most rows
   * @param mostTroubles most rows of what went wrong
   */
  constructor(core: Core, limit: number, mostTroubles: number) {
    this.#core = core;
    const { loops } = core;
    const { buffer } = core.bytes;
    ({ words: this.words, doubles: this.doubles } = memoryOf(
      { buffer, at: loops.connectionRows() },
      limit * STRIDE,
    ));
    this.troubles = memoryOf({ buffer, at: loops.troubleRows() }, mostTroubles * TROUBLE_STRIDE);
  }

  get length(): number {
    return this.#core.loops.connectionCount();
  }

  /** Adds a row up, before it is dropped. */
  drop(at: number): void {
    this.dropped.add(this, (at - this.words.byteOffset) / 4);
  }

  /** The rows to be kept, when none is added any more. */
  finish(): ConnectionRows {
    const { length, dropped } = this;
    const { loops } = this.#core;
    const kept = (at: number, words: number) => memoryOf(this.#core.keep(at, 4 * words), words);
    const troubles = kept(loops.troubleRows(), loops.troubleCount() * TROUBLE_STRIDE);
    return { ...kept(loops.connectionRows(), length * STRIDE), troubles, dropped, length };
  }
}

function memoryOf({ buffer, at }: KeptBytes, words: number): RowMemory {
  return { words: new Int32Array(buffer, at, words), doubles: new Float64Array(buffer, at, words / 2) };
}
