import { grown } from "./stack-table.ts";

/** A call of one node by another, as it weighs in one sample type. */
export interface CallEdge {
  readonly caller: number;
  readonly callee: number;
  readonly weight: number;
  /** Whether each of its calls was inlined. */
  readonly inlined: boolean;
}

/** The number of a node's call of itself. */
const SELF = 0;
const FIRST_EDGES = 1 << 10;

/**
 * Weights of edges, each counted once a sample. Edges are numbered, so that one that is known need not be looked up; number
 * {@link SELF} is that of every node's call of itself, which is never listed.
 */
export class EdgeSums {
  /** One more than there are edges. */
  #count = 1;
  /** By edge. */
  #callers = new Uint32Array(FIRST_EDGES);
  #callees = new Uint32Array(FIRST_EDGES);
  /** By edge: its weight, and one more than the last sample that it was counted in. Side by side, they are one cache line. */
  #sums = new Float64Array(2 * FIRST_EDGES);
  /** 1 once a call was not inlined. */
  #called = new Uint32Array(FIRST_EDGES);
  /** An open-addressed table of edges, 0 for an empty slot. */
  #slots = new Uint32Array(2 * FIRST_EDGES);

  /** The number of an edge. */
  edge(caller: number, callee: number): number {
    if (caller === callee) return SELF;
    const mask = this.#slots.length - 1;
    let slot = hash(caller, callee) & mask;
    for (;;) {
      const edge = this.#slots[slot] as number;
      if (edge === 0) break;
      if (this.#callers[edge] === caller && this.#callees[edge] === callee) return edge;
      slot = (slot + 1) & mask;
    }
    return this.#insert(slot, caller, callee);
  }

  add(edge: number, sample: number, value: number, inlined: boolean): void {
    const sums = this.#sums;
    if (sums[2 * edge + 1] === sample + 1) return;
    sums[2 * edge + 1] = sample + 1;
    sums[2 * edge] = (sums[2 * edge] as number) + value;
    if (!inlined) this.#called[edge] = 1;
  }

  /** The edges that weigh at least so much, whatever their sign. */
  list(least: number): CallEdge[] {
    const list: CallEdge[] = [];
    for (let edge = SELF + 1; edge < this.#count; edge++) {
      const weight = this.#sums[2 * edge] as number;
      if (this.#sums[2 * edge + 1] === 0 || Math.abs(weight) < least) continue;
      list.push({
        caller: this.#callers[edge] as number,
        callee: this.#callees[edge] as number,
        weight,
        inlined: this.#called[edge] === 0,
      });
    }
    return list;
  }

  #insert(slot: number, caller: number, callee: number): number {
    const edge = this.#count++;
    if (edge === this.#callers.length) this.#grow();
    this.#callers[edge] = caller;
    this.#callees[edge] = callee;
    if (2 * this.#count <= this.#slots.length) this.#slots[slot] = edge;
    else this.#rehash();
    return edge;
  }

  #grow(): void {
    const edges = 2 * this.#count;
    this.#callers = grown(this.#callers, edges);
    this.#callees = grown(this.#callees, edges);
    this.#called = grown(this.#called, edges);
    const sums = new Float64Array(2 * this.#callers.length);
    sums.set(this.#sums);
    this.#sums = sums;
  }

  #rehash(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let edge = SELF + 1; edge < this.#count; edge++) {
      let slot = hash(this.#callers[edge] as number, this.#callees[edge] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = edge;
    }
  }
}

function hash(caller: number, callee: number): number {
  const mixed = Math.imul(caller + 1, 0x9e37_79b1) ^ Math.imul(callee, 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
}
