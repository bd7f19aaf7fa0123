import type { CallNodes } from "./call-nodes.ts";
import type { Profile } from "./profile.ts";

/** Whether a function stood in its callers only inlined, sometimes, or never. */
export type InlineMark = "" | "(inline)" | "(partial-inline)";

/**
 * pprof's marks, which it takes from the edges between the nodes that are shown: an edge is inlined where each call
 * of it was, and counts only from `cutoff` on. Callers that are not shown are passed over.
 *
 * @param kept 1 for each node that is shown
 */
export function inlineMarks(
  profile: Profile,
  { count, start, nodes }: CallNodes,
  column: number,
  kept: Uint8Array,
  cutoff: number,
): InlineMark[] {
  const marks: InlineMark[] = Array.from({ length: count }, () => "");
  const watched = watchedNodes({ start, nodes }, kept, count);
  if (!watched.includes(1)) return marks;
  const index = new Int32Array(count).fill(-1);
  let shown = 0;
  for (let node = 0; node < count; node++) if (kept[node] === 1) index[node] = shown++;
  const edges = new Edges(shown);
  for (const window of profile.sampleWindows()) {
    const values = window.values[column]?.numbers;
    if (!values) break;
    const { stackStart, locations, first } = window;
    for (let sample = 0; sample < window.count; sample++) {
      const value = values[sample] as number;
      if (value === 0) continue;
      const begin = stackStart[sample] as number;
      let parent = -1;
      // From the root to the leaf, and in a location from the function to what was inlined into it.
      for (let frame = (stackStart[sample + 1] as number) - 1; frame >= begin; frame--) {
        const location = locations[frame] as number;
        const from = start[location] as number;
        const outermost = (start[location + 1] as number) - 1;
        for (let at = outermost; at >= from; at--) {
          const node = nodes[at] as number;
          if (kept[node] !== 1) continue;
          if (parent !== -1 && parent !== node && watched[node] === 1) {
            edges.add(
              index[parent] as number,
              index[node] as number,
              first + sample,
              value,
              at !== outermost,
            );
          }
          parent = node;
        }
      }
    }
  }
  for (let node = 0; node < count; node++) {
    if (watched[node] === 1) marks[node] = edges.markOf(index[node] as number, cutoff);
  }
  return marks;
}

/** Nodes that are shown and stand inlined somewhere: no other can have a mark. */
function watchedNodes(
  { start, nodes }: Pick<CallNodes, "start" | "nodes">,
  kept: Uint8Array,
  count: number,
): Uint8Array {
  const watched = new Uint8Array(count);
  for (let location = 1; location + 1 < start.length; location++) {
    const outermost = (start[location + 1] as number) - 1;
    for (let at = start[location] as number; at < outermost; at++) {
      const node = nodes[at] as number;
      if (kept[node] === 1) watched[node] = 1;
    }
  }
  return watched;
}

/** Callers and callees that a table of their squares is made for; of more, a map. */
const SQUARE = 1024;

/** Weights of edges, each counted once a sample. */
class Edges {
  readonly #shown: number;
  readonly #square: Int32Array | undefined;
  readonly #map = new Map<number, number>();
  readonly #ends: number[] = [];
  readonly #weights: number[] = [];
  readonly #inlined: boolean[] = [];
  readonly #stamps: number[] = [];

  constructor(shown: number) {
    this.#shown = shown;
    this.#square = shown <= SQUARE ? new Int32Array(shown * shown).fill(-1) : undefined;
  }

  add(caller: number, callee: number, sample: number, value: number, inlined: boolean): void {
    const key = caller * this.#shown + callee;
    let edge = this.#square ? (this.#square[key] as number) : (this.#map.get(key) ?? -1);
    if (edge === -1) {
      edge = this.#weights.length;
      if (this.#square) this.#square[key] = edge;
      else this.#map.set(key, edge);
      this.#ends.push(callee);
      this.#weights.push(0);
      this.#inlined.push(true);
      this.#stamps.push(-1);
    }
    if (this.#stamps[edge] === sample) return;
    this.#stamps[edge] = sample;
    this.#weights[edge] = (this.#weights[edge] as number) + value;
    if (!inlined) this.#inlined[edge] = false;
  }

  markOf(callee: number, cutoff: number): InlineMark {
    let inlined = false;
    let called = false;
    for (let edge = 0; edge < this.#ends.length; edge++) {
      if (this.#ends[edge] !== callee || Math.abs(this.#weights[edge] ?? 0) < cutoff) continue;
      if (this.#inlined[edge] === true) inlined = true;
      else called = true;
    }
    if (!inlined) return "";
    return called ? "(partial-inline)" : "(inline)";
  }
}
