import { ProfileBuilder } from "../profile-builder.ts";
import type { Profile } from "../profile.ts";
import { AddressLocations } from "./address-locations.ts";
import { legacyHeader } from "./legacy-header.ts";
import { type LegacyProblems, legacyProblems } from "./legacy-problems.ts";
import { MOST_FRAMES, MOST_LOCATIONS, MOST_SAMPLES } from "./limits.ts";
import { parseMemoryMap } from "./memory-map.ts";

/** How the words of a binary profile are stored: as its program's machine has them. */
interface Words {
  readonly size: 4 | 8;
  readonly littleEndian: boolean;
}

const WORDS: readonly Words[] = [
  { size: 4, littleEndian: true },
  { size: 4, littleEndian: false },
  { size: 8, littleEndian: true },
  { size: 8, littleEndian: false },
];
const HEADER_WORDS = 5;
const MOST_PERIOD = 2n ** 53n;

/** What the first words of a binary CPU profile say. */
export interface CpuHeader extends Words {
  /** Microseconds from one sample to the next. */
  readonly period: bigint;
  readonly isJava: boolean;
}

/** Reads the header: the words 0, 3, 0 (1 for Java), the period and 0. */
export function cpuHeader(bytes: Uint8Array): CpuHeader | undefined {
  for (const words of WORDS) {
    if (bytes.length < HEADER_WORDS * words.size) continue;
    const word = wordsOf(bytes, words);
    const [zero, three, kind, period, padding] = Array.from({ length: HEADER_WORDS }, (_, i) => word(i));
    if (zero !== 0n || three !== 3n || padding !== 0n || (kind !== 0n && kind !== 1n)) continue;
    if (period !== undefined && period > 0n && period < MOST_PERIOD)
      return { ...words, period, isJava: kind === 1n };
  }
  return undefined;
}

function wordsOf(bytes: Uint8Array, { size, littleEndian }: Words): (index: number) => bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return size === 8
    ? (index) => view.getBigUint64(index * 8, littleEndian)
    : (index) => BigInt(view.getUint32(index * 4, littleEndian));
}

interface CpuSample {
  readonly count: bigint;
  /** Numbers of addresses, leaf first; callers are where calls return to, less one. */
  readonly stack: number[];
}

/** Addresses by numbers: a profile has far fewer of them than frames. */
class Addresses {
  readonly list: bigint[] = [];
  readonly #numbers = new Map<bigint, number>();

  numberOf(address: bigint): number {
    let number = this.#numbers.get(address);
    if (number === undefined) {
      number = this.list.length;
      this.list.push(address);
      this.#numbers.set(address, number);
    }
    return number;
  }
}

const TYPES = [
  ["samples", "count"],
  ["cpu", "nanoseconds"],
] as const;

/**
 * Reads the binary CPU profile of gperftools: records of a count, a number of addresses and the addresses; an end mark; and
 * the process's memory map as text.
 */
export function readCpu(bytes: Uint8Array, header: CpuHeader): Profile {
  const problems = legacyProblems();
  const addresses = new Addresses();
  const { samples, stop } = samplesOf(bytes, header, addresses, problems);
  dropHandlerFrames(samples);
  for (const { stack } of samples) dropDoubledLeaf(stack, addresses.list);
  const builder = new ProfileBuilder(TYPES.length);
  const locations = new AddressLocations(builder, parseMemoryMap(bytes.subarray(stop)));
  const period = header.period * 1000n;
  for (const { count, stack } of samples) {
    const rows = Uint32Array.from(stack, (number) => locations.row(addresses.list[number] ?? 0n));
    builder.add(rows, rows.length, 0, [count, count * period]);
  }
  return builder.build(
    legacyHeader(builder.strings, TYPES, ["cpu", "nanoseconds"], period),
    problems.diagnostics(),
  );
}

/** The samples, and where the memory map begins. */
function samplesOf(
  bytes: Uint8Array,
  header: CpuHeader,
  addresses: Addresses,
  problems: LegacyProblems,
): { samples: CpuSample[]; stop: number } {
  const { size } = header;
  const word = wordsOf(bytes, header);
  const words = Math.floor(bytes.length / size);
  const samples: CpuSample[] = [];
  for (let at = HEADER_WORDS; ;) {
    const left = words - at - 2;
    const depth = left < 0 ? 0 : Number(word(at + 1));
    const isFull = samples.length > MOST_SAMPLES || addresses.list.length > MOST_LOCATIONS;
    if (left < 0 || isFull || depth > left || depth > MOST_FRAMES) {
      problems.add(left < 0 ? "profile-cut" : isFull ? "profile-limit" : "foreign-bytes", at * size);
      return { samples, stop: bytes.length };
    }
    const count = BigInt.asIntN(64, word(at));
    const first = at + 2;
    const stack = Array.from({ length: depth }, (_, i) =>
      addresses.numberOf(BigInt.asUintN(64, word(first + i) - (i > 0 ? 1n : 0n))),
    );
    at = first + depth;
    if (count === 0n && depth === 1 && addresses.list[stack[0] ?? 0] === 0n)
      return { samples, stop: at * size };
    samples.push({ count, stack });
  }
}

/** One sample in so many may lack a frame that all the others have. */
const ALIKE = 32;
const HANDLER_FRAMES = 2;

/**
 * Takes out what the profiler's signal handler pushed: a second frame that nearly all samples share. The leaf is right in any
 * case, for it comes from the signal's context.
 */
function dropHandlerFrames(samples: readonly CpuSample[]): void {
  const enough = samples.length - Math.floor(samples.length / ALIKE);
  for (let round = 0; round < HANDLER_FRAMES; round++) {
    const counts = new Map<number, number>();
    for (const { stack } of samples) {
      const second = stack[1];
      if (second !== undefined) counts.set(second, (counts.get(second) ?? 0) + 1);
    }
    const shared = [...counts].find(([, count]) => count >= enough)?.[0];
    if (shared === undefined) return;
    for (const { stack } of samples) if (stack[1] === shared) stack.splice(1, 1);
  }
}

/** The leaf comes from the signal's context, and again from the unwound stack, where it is less one like all callers. */
function dropDoubledLeaf(stack: number[], addresses: readonly bigint[]): void {
  const [leaf, caller] = stack.slice(0, 2).map((number) => addresses[number]);
  if (leaf !== undefined && caller !== undefined && leaf === caller + 1n) stack.splice(1, 1);
}
