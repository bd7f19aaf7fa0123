import { decodeText, linesOf } from "../../bytes/index.ts";

/**
 * What the `# runtime.MemStats` tail of a heap profile's text says, in bytes unless it is said otherwise. Members are named as
 * the fields of Go's `runtime.MemStats`; one that the text lacks is absent.
 */
export interface MemStats {
  /** Bytes of allocated heap objects. */
  readonly alloc?: number;
  /** Of all heap objects ever. */
  readonly totalAlloc?: number;
  /** Obtained from the system in all. */
  readonly sys?: number;
  /** Numbers of objects. */
  readonly mallocs?: number;
  readonly frees?: number;
  readonly heapAlloc?: number;
  readonly heapSys?: number;
  readonly heapIdle?: number;
  readonly heapInuse?: number;
  /** Of the idle spans, what was given back to the system. */
  readonly heapReleased?: number;
  /** A number of objects. */
  readonly heapObjects?: number;
  readonly stackInuse?: number;
  readonly stackSys?: number;
  readonly mspanInuse?: number;
  readonly mspanSys?: number;
  readonly mcacheInuse?: number;
  readonly mcacheSys?: number;
  readonly buckHashSys?: number;
  readonly gcSys?: number;
  readonly otherSys?: number;
  /** The heap's size that starts the next collection; near 2^63 where collections are off. */
  readonly nextGC?: number;
  /** When the last collection ended, in nanoseconds since 1970; 0 before the first. */
  readonly lastGC?: bigint;
  /** The latest pauses in nanoseconds, the last one first; at most 256. */
  readonly pauseNs?: readonly number[];
  readonly numGC?: number;
  /** How many of them the program asked for. */
  readonly numForcedGC?: number;
  /** The collector's share of the processor since the program began, from 0 to 1. */
  readonly gcCPUFraction?: number;
  /** The most memory that the process ever had resident, as the system counts it. */
  readonly maxRSS?: number;
}

type Writable = { -readonly [Field in keyof MemStats]: MemStats[Field] };
type NumberField = Exclude<keyof MemStats, "lastGC" | "pauseNs">;

/** The fields of a line: `# Stack = inuse / sys` has two. */
const FIELDS: Readonly<Record<string, readonly NumberField[]>> = {
  Alloc: ["alloc"],
  TotalAlloc: ["totalAlloc"],
  Sys: ["sys"],
  Mallocs: ["mallocs"],
  Frees: ["frees"],
  HeapAlloc: ["heapAlloc"],
  HeapSys: ["heapSys"],
  HeapIdle: ["heapIdle"],
  HeapInuse: ["heapInuse"],
  HeapReleased: ["heapReleased"],
  HeapObjects: ["heapObjects"],
  Stack: ["stackInuse", "stackSys"],
  MSpan: ["mspanInuse", "mspanSys"],
  MCache: ["mcacheInuse", "mcacheSys"],
  BuckHashSys: ["buckHashSys"],
  GCSys: ["gcSys"],
  OtherSys: ["otherSys"],
  NextGC: ["nextGC"],
  NumGC: ["numGC"],
  NumForcedGC: ["numForcedGC"],
  GCCPUFraction: ["gcCPUFraction"],
  MaxRSS: ["maxRSS"],
};

const LINE = /^# (\w+) = (.+)$/;
const NUMBER = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
const PAUSES = 256;
/** Of 35 lines, the two longest have 256 numbers of at most 20 digits. */
const LONGEST_TAIL = 32 * 1024;

/**
 * Reads the figures of a heap profile's tail, up to the first line that is none.
 *
 * @param bytes from the line behind `# runtime.MemStats` on. A last line without its end may be cut and is left out.
 */
export function readMemStats(bytes: Uint8Array): MemStats {
  const stats: Writable = {};
  let pauses: readonly number[] | undefined;
  const tail = bytes.subarray(0, LONGEST_TAIL);
  for (const { text } of linesOf(decodeText(tail.subarray(0, tail.lastIndexOf(10) + 1)))) {
    const [, name = "", value = ""] = LINE.exec(text) ?? [];
    if (name === "") break;
    const numbers = value.split(" / ");
    for (const [i, field] of (FIELDS[name] ?? []).entries()) {
      if (NUMBER.test(numbers[i] ?? "")) stats[field] = Number(numbers[i]);
    }
    if (name === "LastGC" && /^\d{1,20}$/.test(value)) stats.lastGC = BigInt(value);
    if (name === "PauseNs" && /^\[\d+(?: \d+)*\]$/.test(value))
      pauses = value.slice(1, -1).split(" ").map(Number);
  }
  if (pauses?.length === PAUSES && stats.numGC !== undefined)
    stats.pauseNs = latestFirst(pauses, stats.numGC);
  return stats;
}

/** The runtime keeps the pauses in a ring: that of the n-th collection stands at (n + 255) modulo 256. */
function latestFirst(ring: readonly number[], count: number): number[] {
  return Array.from(
    { length: Math.min(count, PAUSES) },
    (_, ago) => ring[(count - ago + PAUSES - 1) % PAUSES] ?? 0,
  );
}
