import { ProfileBuilder } from "../profile-builder.ts";
import type { Profile } from "../profile.ts";
import { AddressLocations } from "./address-locations.ts";
import { legacyHeader } from "./legacy-header.ts";
import { legacyProblems } from "./legacy-problems.ts";
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
  /** Leaf first; callers are where calls return to, less one. */
  readonly stack: bigint[];
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
  const { samples, stop } = samplesOf(bytes, header, (code, offset) => problems.add(code, offset));
  dropHandlerFrames(samples);
  for (const { stack } of samples) dropDoubledLeaf(stack);
  const builder = new ProfileBuilder(TYPES.length);
  const locations = new AddressLocations(builder, parseMemoryMap(bytes.subarray(stop)));
  const period = header.period * 1000n;
  for (const { count, stack } of samples) {
    const rows = Uint32Array.from(stack, (address) => locations.row(address));
    builder.add(rows, rows.length, 0, [count, count * period]);
  }
  return builder.build(
    legacyHeader(builder.strings, TYPES, ["cpu", "nanoseconds"], period),
    problems.diagnostics(),
  );
}

function samplesOf(
  bytes: Uint8Array,
  header: CpuHeader,
  problem: (code: "profile-cut" | "foreign-bytes", offset: number) => void,
): { samples: CpuSample[]; stop: number } {
  const { size } = header;
  const word = wordsOf(bytes, header);
  const words = Math.floor(bytes.length / size);
  const samples: CpuSample[] = [];
  for (let at = HEADER_WORDS; ;) {
    if (at + 2 > words) {
      problem("profile-cut", at * size);
      return { samples, stop: bytes.length };
    }
    const count = word(at);
    const depth = word(at + 1);
    if (depth > BigInt(words - at - 2)) {
      problem("foreign-bytes", at * size);
      return { samples, stop: bytes.length };
    }
    const stack = Array.from({ length: Number(depth) }, (_, i) => word(at + 2 + i) - (i > 0 ? 1n : 0n));
    at += 2 + stack.length;
    if (count === 0n && stack.length === 1 && stack[0] === 0n) return { samples, stop: at * size };
    samples.push({ count: BigInt.asIntN(64, count), stack });
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
    const counts = new Map<bigint, number>();
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
function dropDoubledLeaf(stack: bigint[]): void {
  const [leaf, caller] = stack;
  if (leaf !== undefined && caller !== undefined && leaf === caller + 1n) stack.splice(1, 1);
}
