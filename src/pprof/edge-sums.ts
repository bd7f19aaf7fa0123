/** A call between nodes, as it weighs in one sample type. */
export interface EdgeSum {
  readonly caller: number;
  readonly callee: number;
  readonly weight: number;
  /** Whether each of its calls was inlined. */
  readonly inlined: boolean;
}

/** What a slot holds, side by side so that it is one cache line. */
const SLOT = 4;
/** One more than the caller; 0 in an empty slot. */
const CALLER = 0;
const CALLEE = 1;
/** The last sample that the edge was counted in. */
const STAMP = 2;
/** 1 once a call was not inlined. */
const CALLED = 3;
const FIRST_SLOTS = 1 << 10;

/** Weights of edges, each counted once a sample: an open-addressed table of callers and callees. */
export class EdgeSums {
  #slots = new Int32Array(FIRST_SLOTS * SLOT);
  #weights = new Float64Array(FIRST_SLOTS);
  #mask = FIRST_SLOTS - 1;
  #count = 0;

  add(caller: number, callee: number, sample: number, value: number, inlined: boolean): void {
    const slots = this.#slots;
    let slot = hash(caller, callee) & this.#mask;
    for (;;) {
      const at = slot * SLOT;
      const own = slots[at + CALLER] as number;
      if (own === caller + 1 && slots[at + CALLEE] === callee) {
        if (slots[at + STAMP] === sample) return;
        slots[at + STAMP] = sample;
        if (!inlined) slots[at + CALLED] = 1;
        this.#weights[slot] = (this.#weights[slot] as number) + value;
        return;
      }
      if (own === 0) break;
      slot = (slot + 1) & this.#mask;
    }
    this.#insert(slot, caller, callee, sample, value, inlined);
  }

  /** All edges, in no order. */
  list(): EdgeSum[] {
    const list: EdgeSum[] = [];
    for (let slot = 0; slot <= this.#mask; slot++) {
      const at = slot * SLOT;
      const caller = this.#slots[at + CALLER] as number;
      if (caller === 0) continue;
      list.push({
        caller: caller - 1,
        callee: this.#slots[at + CALLEE] as number,
        weight: this.#weights[slot] as number,
        inlined: this.#slots[at + CALLED] === 0,
      });
    }
    return list;
  }

  #insert(
    slot: number,
    caller: number,
    callee: number,
    sample: number,
    value: number,
    inlined: boolean,
  ): void {
    this.#slots.set([caller + 1, callee, sample, inlined ? 0 : 1], slot * SLOT);
    this.#weights[slot] = value;
    if (++this.#count * 2 > this.#mask) this.#grow();
  }

  #grow(): void {
    const [slots, weights] = [this.#slots, this.#weights];
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array((this.#mask + 1) * SLOT);
    this.#weights = new Float64Array(this.#mask + 1);
    for (const [old, weight] of weights.entries()) {
      const caller = slots[old * SLOT + CALLER] as number;
      if (caller === 0) continue;
      let slot = hash(caller - 1, slots[old * SLOT + CALLEE] as number) & this.#mask;
      while (this.#slots[slot * SLOT + CALLER] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots.set(slots.subarray(old * SLOT, (old + 1) * SLOT), slot * SLOT);
      this.#weights[slot] = weight;
    }
  }
}

function hash(caller: number, callee: number): number {
  const mixed = Math.imul(caller + 1, 0x9e3779b1) ^ Math.imul(callee, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
