import { AT_SIGN, eachLine } from "../ascii.ts";
import { indentStop } from "../frame-lines.ts";
import { ProfileBuilder } from "../profile-builder.ts";
import type { Profile } from "../profile.ts";
import { AddressLocations } from "./address-locations.ts";
import { addressesAt } from "./address-text.ts";
import { ALLOC_AND_INUSE, INUSE, unsampled } from "./heap.ts";
import { integer } from "./integer.ts";
import { legacyHeader } from "./legacy-header.ts";
import { legacyProblems } from "./legacy-problems.ts";
import { LONGEST_LINE, MOST_LOCATIONS, MOST_SAMPLES } from "./limits.ts";
import { isMapStart, mapBehind } from "./memory-map.ts";
import { type LegacyStart, startAt } from "./starts.ts";

const FIGURES = /^t(\*|\d+): +(\d+): +(\d+) +\[ *(\d+): +(\d+)\]$/;
const LONGEST_FIGURES = 200;

interface Samples {
  readonly types: typeof INUSE | typeof ALLOC_AND_INUSE;
  readonly builder: ProfileBuilder;
  readonly locations: AddressLocations;
}

type Figures = readonly [count: bigint, bytes: bigint, allCount: bigint, allBytes: bigint];

/**
 * Reads a heap dump of jemalloc, as its `jeprof` does: stacks, each with the figures of all threads and of each.
 *
 * ```text
 * heap_v2/524288
 *   t*: 159: 888186 [0: 0]
 *   t0: 159: 888186 [0: 0]
 * @ 0x7f604e0a2630 0x7f604e0a2d21
 *   t*: 154: 801210 [0: 0]
 *   t0: 154: 801210 [0: 0]
 * ```
 */
export function readJemalloc(bytes: Uint8Array, start: LegacyStart): Profile {
  return new JemallocReader(bytes, start).read();
}

class JemallocReader {
  readonly #bytes: Uint8Array;
  readonly #start: LegacyStart;
  readonly #rate: number;
  readonly #problems = legacyProblems();
  /** The figures above the first stack, which are of the whole dump; stacks' are rounded and don't quite add up to them. */
  #total: Figures | undefined;
  #hasMap = false;
  #samples: Samples | undefined;
  #count = 0;
  /** The stack whose figures are to come; `null` where it can't be read. */
  #stack: Uint32Array | null | undefined;

  constructor(bytes: Uint8Array, start: LegacyStart) {
    this.#bytes = bytes;
    this.#start = start;
    this.#rate = Number(start.line.slice(start.line.indexOf("/") + 1));
  }

  read(): Profile {
    const { offset } = this.#start;
    eachLine(this.#bytes, (from, end, ended) => from === offset || this.#line(from, end, ended), offset);
    if (!this.#hasMap) this.#problems.add("no-memory-map", offset);
    if (this.#stack !== undefined) this.#problems.add("profile-cut", this.#bytes.length);
    const { builder, types } = this.#opened();
    const header = legacyHeader(builder.strings, types, ["space", "bytes"], BigInt(this.#rate));
    return builder.build(header, this.#problems.diagnostics());
  }

  /** Whether the dump goes on behind a line. */
  #line(start: number, end: number, ended: boolean): boolean {
    const bytes = this.#bytes;
    const from = indentStop(bytes, start, end);
    if (from === end) return true;
    if (isMapStart(bytes, from, end)) {
      this.#hasMap = true;
      return false;
    }
    if (startAt(bytes, start, end)) {
      this.#problems.add("profile-concatenated", start);
      return false;
    }
    if (this.#count > MOST_SAMPLES || (this.#samples?.locations.count ?? 0) > MOST_LOCATIONS) {
      this.#problems.add("profile-limit", start);
      return false;
    }
    if (!ended) this.#problems.add("profile-cut", start);
    else if (bytes[from] === AT_SIGN) this.#begin(from, end);
    else if (!this.#figures(from, end)) this.#problems.add("foreign-lines", start);
    return true;
  }

  #begin(at: number, end: number): void {
    if (this.#stack !== undefined) this.#problems.add("foreign-lines", at);
    const { locations } = this.#opened();
    const addresses = end - at > LONGEST_LINE ? undefined : addressesAt(this.#bytes, at + 1, end);
    if (!addresses) this.#problems.add("foreign-lines", at);
    // As jeprof has it, only callers' addresses are those that calls return to.
    const rows = addresses?.map((address, i) => locations.row(i === 0 ? address : address - 1n));
    this.#stack = rows ? Uint32Array.from(rows) : null;
  }

  /** Whether a line has figures; those of single threads are in those of all. */
  #figures(start: number, end: number): boolean {
    if (end - start > LONGEST_FIGURES) return false;
    const line = String.fromCharCode(...this.#bytes.subarray(start, end)).trimEnd();
    const [, thread, ...digits] = FIGURES.exec(line) ?? [];
    if (thread === undefined) return false;
    if (thread !== "*") return true;
    const [count, bytes, allCount, allBytes] = digits.map(integer);
    if (count === undefined || bytes === undefined || allCount === undefined || allBytes === undefined)
      return false;
    if (this.#stack === undefined) {
      if (this.#total !== undefined || this.#samples !== undefined) return false;
      this.#total = [count, bytes, allCount, allBytes];
      return true;
    }
    const { builder, types } = this.#opened();
    const inuse = unsampled([count, bytes], this.#rate);
    const values = types === INUSE ? inuse : [...unsampled([allCount, allBytes], this.#rate), ...inuse];
    if (this.#stack !== null) builder.add(this.#stack, this.#stack.length, 0, values);
    this.#count++;
    this.#stack = undefined;
    return true;
  }

  /** The profile, which takes its columns from the figures above the first stack. */
  #opened(): Samples {
    if (this.#samples === undefined) {
      // What was freed is counted only where `prof_accum` is on.
      const types = this.#total === undefined || this.#total[2] === 0n ? INUSE : ALLOC_AND_INUSE;
      const builder = new ProfileBuilder(types.length);
      const locations = new AddressLocations(builder, mapBehind(this.#bytes, this.#start.offset));
      this.#samples = { types, builder, locations };
    }
    return this.#samples;
  }
}
