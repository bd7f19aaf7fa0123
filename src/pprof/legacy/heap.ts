import type { Profile } from "../profile.ts";
import { integer, truncated } from "./integer.ts";
import { legacyHeader } from "./legacy-header.ts";
import { type LegacyStart } from "./starts.ts";
import { type TextSample, TextSamples } from "./text-samples.ts";

const FIRST_LINE = /^heap profile: *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\] *@ *(\w+)(?:\/(\d+))?/;
const SAMPLE = /^(-?\d+): *(-?\d+) *\[ *(\d+): *(\d+) *\]$/;

export const ALLOC_AND_INUSE = [
  ["alloc_objects", "count"],
  ["alloc_space", "bytes"],
  ["inuse_objects", "count"],
  ["inuse_space", "bytes"],
] as const;
export const INUSE = [
  ["objects", "count"],
  ["space", "bytes"],
] as const;

/** A number of objects and their bytes. */
export type Allocated = readonly [count: bigint, bytes: bigint];

/** Reads the text of a heap profile: Go's of debug=1, and those of gperftools. */
export function readHeap(bytes: Uint8Array, start: LegacyStart): Profile {
  const heap = new HeapReader(start.line);
  const { builder, problems, memStats } = new TextSamples(bytes, start, heap.types.length, heap);
  if (!heap.isTotal()) problems.add("total-mismatch", start.offset);
  const header = legacyHeader(builder.strings, heap.types, ["space", "bytes"], BigInt(heap.period));
  return builder.build(header, problems.diagnostics(), memStats);
}

class HeapReader {
  readonly types: typeof ALLOC_AND_INUSE | typeof INUSE;
  /** Bytes from one sampled allocation to the next, on average. */
  readonly period: number;
  readonly #isSampled: boolean;
  readonly #hasAlloc: boolean;
  readonly #declared: readonly (bigint | undefined)[];
  readonly #sums = [0n, 0n, 0n, 0n];

  constructor(firstLine: string) {
    const [, objects, space, allObjects, allSpace, writer = "", rate = "0"] =
      FIRST_LINE.exec(firstLine) ?? [];
    this.#declared = [objects, space, allObjects, allSpace].map(integer);
    // Go has always printed twice the rate, as C++ once did.
    const isGo = writer === "heap";
    this.#isSampled = isGo || /^heapz?_v2$/.test(writer);
    this.period = this.#isSampled ? Math.floor(Number(rate) / (isGo ? 2 : 1)) : 1;
    const hasFreed =
      (allObjects !== objects && allObjects !== "0") || (allSpace !== space && allSpace !== "0");
    // Where all that Go ever allocated is still in use, its profile.proto says both too.
    this.#hasAlloc = isGo || (hasFreed && writer.startsWith("heap"));
    this.types = this.#hasAlloc ? ALLOC_AND_INUSE : INUSE;
  }

  sample(head: string): TextSample | undefined {
    const [count, space, allCount, allSpace] = SAMPLE.exec(head)?.slice(1).map(integer) ?? [];
    if (count === undefined || space === undefined || allCount === undefined || allSpace === undefined)
      return undefined;
    for (const [i, value] of [count, space, allCount, allSpace].entries())
      this.#sums[i] = (this.#sums[i] ?? 0n) + value;
    if ((count === 0n && space !== 0n) || (this.#hasAlloc && allCount === 0n && allSpace !== 0n))
      return undefined;
    const inuse = this.#weighed([count, space]);
    const values = this.#hasAlloc ? [...this.#weighed([allCount, allSpace]), ...inuse] : inuse;
    const size = count !== 0n ? space / count : this.#hasAlloc && allCount !== 0n ? allSpace / allCount : 0n;
    return { values, bytes: size };
  }

  #weighed(allocated: Allocated): Allocated {
    return this.#isSampled ? unsampled(allocated, this.period) : allocated;
  }

  /** Whether the samples add up to what the first line says. */
  isTotal(): boolean {
    return this.#sums.every((sum, i) => sum === this.#declared[i]);
  }
}

/**
 * What was allocated, as far as its sampled part tells: an allocation of S bytes is sampled with a probability of
 * 1 − e^(−S/rate). A rate of 1 samples all, and of 0 says nothing.
 */
export function unsampled([count, bytes]: Allocated, rate: number): Allocated {
  if (count === 0n || bytes === 0n) return [0n, 0n];
  if (rate <= 1) return [count, bytes];
  const [n, size] = [Number(count), Number(bytes)];
  const scale = 1 / (1 - Math.exp(-(size / n) / rate));
  return [truncated(n * scale), truncated(size * scale)];
}
