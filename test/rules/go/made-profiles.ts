import { encode } from "../../pprof/oracle.ts";

/** A stack of a made-up profile, leaf first, with its values in the order of the profile's types. */
export interface Stack {
  readonly frames: readonly string[];
  readonly values: readonly number[];
}

/** What a profile says beside its samples. */
export interface Heading {
  readonly types: readonly (readonly [type: string, unit: string])[];
  readonly period?: readonly [type: string, unit: string, period: number];
  readonly at?: number;
  readonly seconds?: number;
  /** Where the vDSO is mapped: each process has its own. */
  readonly vdso?: number;
  /** Source files by function. */
  readonly files?: Readonly<Record<string, string>>;
}

const NANOSECONDS = 1e9;

/** The bytes of a profile as Go writes it. */
export function profile(heading: Heading, stacks: readonly Stack[]): Uint8Array {
  const strings = new Map([["", 0]]);
  const string = (text: string): number => {
    const known = strings.get(text) ?? strings.size;
    strings.set(text, known);
    return known;
  };
  const functions = new Map<string, number>();
  const location = (name: string): number => {
    const known = functions.get(name) ?? functions.size + 1;
    functions.set(name, known);
    return known;
  };
  const sample = stacks.map(({ frames, values }) => ({ locationId: frames.map(location), value: values }));
  const { types, period, at = 0, seconds = 0, vdso, files = {} } = heading;
  const message = {
    sampleType: types.map(([type, unit]) => ({ type: string(type), unit: string(unit) })),
    sample,
    mapping: [
      { id: 1, memoryStart: 0x400000, filename: string("/srv/bin/shop") },
      ...(vdso === undefined ? [] : [{ id: 2, memoryStart: vdso, filename: string("[vdso]") }]),
    ],
    location: [...functions.values()].map((id) => ({ id, line: [{ functionId: id, line: 1 }] })),
    function: [...functions].map(([name, id]) => ({
      id,
      name: string(name),
      filename: string(files[name] ?? "/src/shop/main.go"),
    })),
    timeNanos: at * NANOSECONDS,
    durationNanos: seconds * NANOSECONDS,
    ...(period && {
      periodType: { type: string(period[0]), unit: string(period[1]) },
      period: period[2],
    }),
  };
  return encode({ ...message, stringTable: [...strings.keys()] });
}

const PERIOD = 10_000_000;

/** A CPU profile of so many seconds, by samples of 10 ms. */
export function cpuProfile(
  seconds: number,
  stacks: readonly (readonly [samples: number, ...frames: readonly string[]])[],
  files: Readonly<Record<string, string>> = {},
): Uint8Array {
  return profile(
    {
      types: [
        ["samples", "count"],
        ["cpu", "nanoseconds"],
      ],
      period: ["cpu", "nanoseconds", PERIOD],
      seconds,
      files,
    },
    stacks.map(([samples, ...frames]) => ({ frames, values: [samples, samples * PERIOD] })),
  );
}

/** A goroutine profile of a time, in seconds. */
export function goroutineProfile(
  at: number,
  stacks: readonly (readonly [count: number, ...frames: readonly string[]])[],
  vdso?: number,
): Uint8Array {
  return profile(
    {
      types: [["goroutine", "count"]],
      period: ["goroutine", "count", 1],
      at,
      ...(vdso !== undefined && { vdso }),
    },
    stacks.map(([count, ...frames]) => ({ frames, values: [count] })),
  );
}
