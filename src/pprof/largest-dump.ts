import type { CollectedGroups } from "./stack-groups.ts";

/** What was collected of one dump. */
export interface Dump {
  readonly groups: CollectedGroups;
  readonly counted: number;
  /** How many goroutines it says that it has; 0 where it doesn't say. */
  readonly declared: number;
}

/**
 * The dump with the most goroutines of those in a text, of equal ones the last. Dumps are of several times or processes: to
 * count them together would tell of goroutines that were never there at once.
 */
export class LargestDump {
  #dump: Dump | undefined;
  /** Dumps that held goroutines. */
  count = 0;

  add(dump: Dump): void {
    if (dump.counted === 0 && dump.declared === 0) return;
    this.count++;
    if (sizeOf(dump) >= sizeOf(this.#dump)) this.#dump = dump;
  }

  get dump(): Dump {
    return this.#dump ?? { groups: new Map(), counted: 0, declared: 0 };
  }
}

const sizeOf = (dump: Dump | undefined): number => Math.max(dump?.counted ?? 0, dump?.declared ?? 0);
