import type { CallNodes } from "./call-nodes.ts";
import type { Profile } from "./profile.ts";
import type { Samples } from "./sample-columns.ts";

/** A call of one node by another, as it weighs in one sample type. */
export interface CallEdge {
  readonly caller: number;
  readonly callee: number;
  readonly weight: number;
  /** Whether each of its calls was inlined. */
  readonly inlined: boolean;
}

/** What a node is to the edges. */
const HIDDEN = 0;
const SHOWN = 1;
const WATCHED = 2;

/**
 * The edges between nodes that are shown; callers that aren't are passed over, as pprof does. An edge counts once a
 * sample, a node's call of itself never.
 *
 * @param kept 1 for each node that is shown
 * @param watched 1 for each callee that is wanted; all that are shown when absent
 */
export function callEdges(
  profile: Profile,
  { start, nodes }: Pick<CallNodes, "start" | "nodes">,
  column: number,
  kept: Uint8Array,
  watched: Uint8Array = kept,
): CallEdge[] {
  const roles = kept.map((is, node) => (is === 1 ? (watched[node] === 1 ? WATCHED : SHOWN) : HIDDEN));
  if (!roles.includes(WATCHED)) return [];
  const edges = new Edges();
  for (const window of profile.sampleWindows()) {
    const values = window.values[column]?.numbers;
    if (values) addEdges(window, values, { start, nodes }, roles, edges);
  }
  return edges.list();
}

/** One window's calls of watched nodes, from the root to the leaf and in a location from the function to what was inlined into it. */
function addEdges(
  { count, first, stackStart, locations }: Samples,
  values: Float64Array,
  { start, nodes }: Pick<CallNodes, "start" | "nodes">,
  roles: Uint8Array,
  edges: Edges,
): void {
  for (let sample = 0; sample < count; sample++) {
    const value = values[sample] as number;
    if (value === 0) continue;
    const begin = stackStart[sample] as number;
    let parent = -1;
    for (let frame = (stackStart[sample + 1] as number) - 1; frame >= begin; frame--) {
      const location = locations[frame] as number;
      const from = start[location] as number;
      const outermost = (start[location + 1] as number) - 1;
      for (let at = outermost; at >= from; at--) {
        const node = nodes[at] as number;
        const role = roles[node];
        if (role === HIDDEN) continue;
        if (role === WATCHED && parent !== -1 && parent !== node) {
          edges.add(parent, node, first + sample, value, at !== outermost);
        }
        parent = node;
      }
    }
  }
}

const FIRST_SLOTS = 1 << 12;

/** Weights of edges, each counted once a sample: an open-addressed table of callers and callees. */
class Edges {
  #mask = FIRST_SLOTS - 1;
  #count = 0;
  /** One more than the caller, 0 for an empty slot. */
  #caller = new Int32Array(FIRST_SLOTS);
  #callee = new Int32Array(FIRST_SLOTS);
  #weight = new Float64Array(FIRST_SLOTS);
  /** The last sample that an edge was counted in. */
  #stamp = new Int32Array(FIRST_SLOTS).fill(-1);
  /** 1 where a call was not inlined. */
  #called = new Uint8Array(FIRST_SLOTS);

  add(caller: number, callee: number, sample: number, value: number, inlined: boolean): void {
    const slot = this.#slot(caller + 1, callee);
    if (this.#stamp[slot] === sample) return;
    this.#stamp[slot] = sample;
    this.#weight[slot] = (this.#weight[slot] as number) + value;
    if (!inlined) this.#called[slot] = 1;
  }

  /** All edges, in no order. */
  list(): CallEdge[] {
    const list: CallEdge[] = [];
    for (let slot = 0; slot <= this.#mask; slot++) {
      const caller = this.#caller[slot] as number;
      if (caller === 0) continue;
      list.push({
        caller: caller - 1,
        callee: this.#callee[slot] as number,
        weight: this.#weight[slot] as number,
        inlined: this.#called[slot] === 0,
      });
    }
    return list;
  }

  #slot(caller: number, callee: number): number {
    let slot = hash(caller, callee) & this.#mask;
    for (;;) {
      if (this.#caller[slot] === caller && this.#callee[slot] === callee) return slot;
      if (this.#caller[slot] === 0) break;
      slot = (slot + 1) & this.#mask;
    }
    if (++this.#count * 2 > this.#mask) {
      this.#grow();
      return this.#slot(caller, callee);
    }
    this.#caller[slot] = caller;
    this.#callee[slot] = callee;
    return slot;
  }

  #grow(): void {
    const [callers, callees, weights] = [this.#caller, this.#callee, this.#weight];
    const [stamps, called] = [this.#stamp, this.#called];
    const slots = callers.length * 2;
    this.#mask = slots - 1;
    this.#count = 0;
    this.#caller = new Int32Array(slots);
    this.#callee = new Int32Array(slots);
    this.#weight = new Float64Array(slots);
    this.#stamp = new Int32Array(slots).fill(-1);
    this.#called = new Uint8Array(slots);
    for (let old = 0; old < callers.length; old++) {
      if (callers[old] === 0) continue;
      const slot = this.#slot(callers[old] as number, callees[old] as number);
      this.#weight[slot] = weights[old] as number;
      this.#stamp[slot] = stamps[old] as number;
      this.#called[slot] = called[old] as number;
    }
  }
}

function hash(caller: number, callee: number): number {
  const mixed = Math.imul(caller, 0x9e3779b1) ^ Math.imul(callee, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
