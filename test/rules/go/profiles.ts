import { encode } from "../../pprof/oracle.ts";

/** A profile of a made-up process. */
export interface WrittenProfile {
  /** Each with its unit after a slash: `inuse_space/bytes`. */
  readonly types: readonly string[];
  /** Stacks leaf first, each with a value for each type. */
  readonly samples: readonly (readonly [stack: readonly string[], ...values: number[]])[];
  readonly binary?: string;
  /** Where the vDSO is mapped: each process has its own. */
  readonly vdso?: number;
  readonly minute?: number;
  /** How long it covers; of one moment when absent. */
  readonly seconds?: number;
  readonly period?: number;
}

/** Bytes as Go writes them, but for compression. */
export function profile(written: WrittenProfile): Uint8Array {
  const { types, samples, binary = "orders", vdso, minute, seconds = 0, period = 1 } = written;
  const strings = [""];
  const text = (value: string): number => {
    const known = strings.indexOf(value);
    return known === -1 ? strings.push(value) - 1 : known;
  };
  const functions = [...new Set(samples.flatMap(([stack]) => stack))];
  const mapping = [{ id: 1, memoryStart: 0x400000, filename: text(`/srv/bin/${binary}`) }];
  if (vdso !== undefined) mapping.push({ id: 2, memoryStart: vdso, filename: text("[vdso]") });
  return encode({
    sampleType: types.map((type) => {
      const [name = "", unit = ""] = type.split("/");
      return { type: text(name), unit: text(unit) };
    }),
    sample: samples.map(([stack, ...value]) => ({
      locationId: stack.map((name) => functions.indexOf(name) + 1),
      value,
    })),
    mapping,
    location: functions.map((_, i) => ({
      id: i + 1,
      mappingId: 1,
      address: 0x401000 + i,
      line: [{ functionId: i + 1 }],
    })),
    function: functions.map((name, i) => ({ id: i + 1, name: text(name), systemName: text(name) })),
    period,
    timeNanos:
      minute === undefined
        ? 0
        : String(1_700_000_000_000_000_000n + BigInt(Math.round(minute * 60)) * 1_000_000_000n),
    durationNanos: seconds * 1_000_000_000,
    stringTable: strings,
  });
}

/** A threadcreate profile: nearly all threads are without a stack. */
export const threadcreate = (threads: number, more: Partial<WrittenProfile> = {}): Uint8Array =>
  profile({
    types: ["threadcreate/count"],
    samples: [
      [[], threads - 1],
      [["runtime.allocm", "runtime.newm", "runtime.main"], 1],
    ],
    ...more,
  });

/** A stack, and the megabytes that it has in use and has ever allocated, in objects of 16 kB. */
export type HeldBy = readonly [stack: readonly string[], inUse: number, ever: number];

const MB = 2 ** 20;

/** A heap profile as Go writes it. */
export const heap = (held: readonly HeldBy[], more: Partial<WrittenProfile> = {}): Uint8Array =>
  profile({
    types: ["alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes"],
    samples: held.map(([stack, inUse, ever]) => [stack, ever * MB, inUse * 64, inUse * MB]),
    period: 512 * 1024,
    ...more,
  });
