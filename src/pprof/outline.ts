import { ByteWindow } from "./byte-window.ts";
import { Layout, type LoopMemory, release } from "./loop-memory.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { isWireOf, LAST_FIELD, PROFILE } from "./schema.ts";
import { BYTES, FieldCursor } from "./wire.ts";

/** What a profile's bytes hold, before any of it is decoded: the tables are allocated by it. */
export interface Outline {
  /** Every byte before this belongs to a well-formed field. */
  readonly end: number;
  /** How often each field stands there, by field number. */
  readonly count: Uint32Array;
  /** From where to where each field stands, by field number; other fields may lie between. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** Bytes of the longest sample. */
  readonly longestSample: number;
}

/** Fields that stand there in long rows. */
const IN_ROWS: ReadonlySet<number> = new Set([
  PROFILE.sample,
  PROFILE.location,
  PROFILE.function,
  PROFILE.string,
]);

/**
 * Walks the top level, up to the end, to damage, or to a second profile.
 *
 * @param limit where to stop
 */
export function outlineOf(bytes: Uint8Array, limit: number, problems: ProfileProblems): Outline {
  let walk = walkTo(bytes, limit);
  if (walk.second !== undefined) {
    problems.add("profile-concatenated", walk.second);
    walk = walkTo(bytes, walk.second);
  }
  for (const offset of walk.strange) problems.add("unexpected-wire-type", offset);
  if (walk.fault !== undefined && walk.end > 0)
    problems.add(walk.fault === "cut" ? "profile-cut" : "profile-corrupt", walk.end);
  return walk;
}

interface Walk extends Outline {
  readonly fault: FieldCursor["fault"];
  /** Fields of an unexpected wire type. */
  readonly strange: readonly number[];
  /** Where a second profile begins. */
  readonly second: number | undefined;
}

function walkTo(bytes: Uint8Array, limit: number): Walk {
  const layout = new Layout();
  const part = new ByteWindow({ bytes, start: 0, end: limit }, layout);
  const memory = layout.memory();
  try {
    return walk(new FieldCursor(bytes), limit, part, memory);
  } finally {
    release(memory);
  }
}

function walk(cursor: FieldCursor, limit: number, part: ByteWindow, memory: LoopMemory): Walk {
  const { loops } = memory;
  const count = new Uint32Array(LAST_FIELD + 1);
  const first = new Float64Array(LAST_FIELD + 1);
  const last = new Float64Array(LAST_FIELD + 1);
  const strange: number[] = [];
  let restart: number | undefined;
  let second: number | undefined;
  let typesDone = false;
  let longestSample = 0;
  while (cursor.next(limit)) {
    const { field, wire, begin } = cursor;
    if (field > LAST_FIELD) continue;
    if (!isWireOf(field, wire)) {
      strange.push(begin);
      continue;
    }
    // Whoever writes profiles writes the types together, so types that come again begin the next profile.
    if (field === PROFILE.sampleType) restart ??= typesDone ? begin : undefined;
    else if (field === PROFILE.periodType) restart ??= count[field] === 0 ? undefined : begin;
    else if (field !== PROFILE.period) typesDone ||= count[PROFILE.sampleType] !== 0;
    // pprof takes a second time as the sign of a second profile too (encode.go, "concatenated profiles detected").
    if (field === PROFILE.timeNanos && count[field] !== 0) {
      second = restart ?? begin;
      break;
    }
    if (count[field] === 0) first[field] = begin;
    (count[field] as number)++;
    last[field] = cursor.at;
    if (!IN_ROWS.has(field)) continue;
    loops.passed.value = 0;
    loops.longest.value = cursor.stop - cursor.start;
    part.run(cursor.at, memory, (from, end) => loops.pass((field << 3) | BYTES, from, end));
    cursor.at = part.at;
    count[field] = (count[field] as number) + loops.passed.value;
    last[field] = cursor.at;
    if (field === PROFILE.sample) longestSample = Math.max(longestSample, loops.longest.value);
  }
  return { end: cursor.at, count, first, last, longestSample, fault: cursor.fault, strange, second };
}
