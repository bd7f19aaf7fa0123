import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProfile, type Profile, type Samples, top, tree } from "../../src/pprof/index.ts";
import { encode, oracle } from "./oracle.ts";
import { range } from "./resolved.ts";

/** Profiles of several times the bytes, samples, frames and edges that the loops in WebAssembly are given at a time. */
const NODES = 1500;
const LOCATIONS = 9000;

type Random = (below: number) => number;

/** Random integers below a bound, the same ones for the same seed. */
function generator(seed: number): Random {
  let state = seed | 1;
  return (below) => {
    state = (Math.imul(state, 0x0019_660d) + 0x3c6e_f35f) | 0;
    return Math.floor(((state >>> 5) / 2 ** 27) * below);
  };
}

const varint = (value: bigint): number[] => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
};
/** The same number in more bytes than it needs. */
const long = (value: bigint): number[] => {
  const bytes = varint(value);
  return bytes.length > 8 ? bytes : [...bytes.slice(0, -1), (bytes.at(-1) ?? 0) | 128, 128, 0];
};
const field = (tag: number, body: readonly number[]): number[] => [
  ...varint(BigInt((tag << 3) | 2)),
  ...varint(BigInt(body.length)),
  ...body,
];
const number = (tag: number, value: number | bigint): number[] => [tag << 3, ...varint(BigInt(value))];
const several = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** One sample, in one of the forms that writers use, or that nobody does. */
function sampleOf(random: Random, depth: number, columns: number): number[] {
  const ids = several(depth, () => BigInt(1 + random(random(3) === 0 ? 40 : LOCATIONS)));
  const values = several(columns, () => valueOf(random));
  const label = field(3, [...number(1, 1), ...number(2, 2)]);
  const packed = [...field(1, ids.flatMap(varint)), ...field(2, values.flatMap(varint))];
  const loose = [...ids.flatMap((id) => number(1, id)), ...values.flatMap((value) => number(2, value))];
  switch (random(12)) {
    case 0:
      return loose;
    case 1:
      // As Go writes up to two of each.
      return [...field(1, ids.flatMap(varint)), ...values.flatMap((value) => number(2, value)), ...label];
    case 2:
      return [...label, ...field(2, values.flatMap(varint)), ...field(1, ids.flatMap(varint))];
    case 3:
      return [...field(1, ids.flatMap(long)), ...field(2, values.flatMap(long))];
    case 4: {
      const middle = depth >> 1;
      const parts = [ids.slice(0, middle), ids.slice(middle)].flatMap((part) =>
        field(1, part.flatMap(varint)),
      );
      return [...parts, ...field(2, values.flatMap(varint))];
    }
    case 5:
      return [...packed, ...number(9, 7), ...field(10, [1, 2])];
    case 6:
      return [...number(1, 1 + random(LOCATIONS)), ...packed];
    default:
      return [...packed, ...label];
  }
}

function valueOf(random: Random): bigint {
  const size = random(30);
  if (size === 0) return -BigInt(random(2 ** 30));
  if (size === 1) return BigInt(random(2 ** 30)) << 14n;
  return size < 10 ? 0n : BigInt(random(2 ** (1 + (size % 20))));
}

/** The bytes of a profile of some 700 kB. */
function profileOf(random: Random, extra: readonly number[] = []): Uint8Array {
  const columns = 1 + random(4);
  const parts: (readonly number[])[] = several(columns, () => field(1, [...number(1, 1), ...number(2, 2)]));
  const samples = several(6000, (index) =>
    field(2, sampleOf(random, index % 50 === 0 ? 400 : random(40), columns)),
  );
  const giant = field(2, sampleOf(random, 80_000, columns));
  const locations = several(LOCATIONS, (index) => {
    const line = (fn: number) => field(4, [...number(1, 1 + (fn % NODES)), ...number(2, random(900))]);
    const lines = several(random(10) === 0 ? 1 + random(4) : 1, (at) => line(index * 7 + at * 13)).flat();
    const id = random(50) === 0 ? [8, ...long(BigInt(index + 1))] : number(1, index + 1);
    return field(4, [...id, ...number(2, 1), ...number(3, BigInt(index) << 40n), ...lines]);
  });
  const functions = several(NODES, (index) =>
    field(5, [...number(1, index + 1), ...number(2, 3 + index), ...number(4, 2), ...number(5, index * 3)]),
  );
  const texts = ["", "cpu", "count", ...several(NODES, (index) => `main.function${index % (NODES - 9)}`)];
  const strings = texts.map((text) => field(6, [...new TextEncoder().encode(text)]));
  // Nearly all writers write one table after the other; a profile may come in any order.
  const mapping = field(3, [...number(1, 1), ...number(2, 4096), ...number(5, 2)]);
  const middle = samples.length >> 1;
  const all = [
    mapping,
    ...samples.slice(0, middle),
    giant,
    ...samples.slice(middle),
    ...locations,
    ...functions,
  ];
  if (random(2) === 0) for (let at = 0; at < all.length; at += 700) swap(all, at, random(all.length));
  return Uint8Array.from([...parts, ...all, ...strings, extra].flatMap((part) => [...part]));
}

function swap(list: unknown[], a: number, b: number): void {
  [list[a], list[b]] = [list[b], list[a]];
}

/** Ids of locations and functions, which the generated profiles tell by addresses and lines as well. */
const locationId = (profile: Profile, row: number): bigint =>
  ((profile.locations.address[row] ?? 0n) >> 40n) + 1n;
const functionId = (profile: Profile, row: number): number => (profile.functions.startLine[row] ?? 0) / 3 + 1;

function locationsOf(profile: Profile): string[] {
  const { locations, lines } = profile;
  return range(1, locations.count).map((row) => {
    const own = range(locations.lineStart[row], locations.lineStart[row + 1]);
    const told = own.map((line) => `${functionId(profile, lines.function[line] ?? 0)}:${lines.line[line]}`);
    return `${locationId(profile, row)} ${locations.address[row]} ${locations.mapping[row]} ${told.join()}`;
  });
}

function locationsBy(bytes: Uint8Array): string[] | undefined {
  return oracle(bytes).location?.map(
    ({ id, address, mappingId, line }) =>
      `${id} ${address} ${mappingId} ${line?.map((of) => `${of.functionId}:${of.line}`).join() ?? ""}`,
  );
}

function samplesOf(profile: Profile, batches: Iterable<Samples>): string[] {
  const ids = range(0, profile.locations.count).map((row) => String(locationId(profile, row)));
  return Array.from(batches, ({ count, stackStart, locations, values }) =>
    range(0, count).map((row) => {
      const stack = locations.subarray(stackStart[row], stackStart[row + 1]);
      return `${Array.from(stack, (of) => ids[of]).join()} ${values.map((column) => column.bigint(row)).join()}`;
    }),
  ).flat();
}

/** Nodes by name, leaf first, of each sample with what it weighs in the last column. */
function stacksOf(profile: Profile): { stack: { name: string; inlined: boolean }[]; value: number }[] {
  const { samples, locations, lines, functions } = profile;
  return range(0, samples.count).map((row) => ({
    value: Number(samples.values.at(-1)?.bigint(row)),
    stack: [...samples.locations.subarray(samples.stackStart[row], samples.stackStart[row + 1])].flatMap(
      (of) => {
        const own = range(locations.lineStart[of], locations.lineStart[of + 1]);
        return own.map((line, at) => ({
          name: profile.string(functions.name[lines.function[line] ?? 0] ?? 0),
          inlined: at < own.length - 1,
        }));
      },
    ),
  }));
}

/** Flat and cum of each function, and what each edge weighs, by the plainest way there is. */
function byHand(profile: Profile): { functions: string[]; edges: string[] } {
  const [flat, cum] = [new Map<string, number>(), new Map<string, number>()];
  const edges = new Map<string, { weight: number; inlined: boolean }>();
  const add = (to: Map<string, number>, name: string, value: number) =>
    to.set(name, (to.get(name) ?? 0) + value);
  for (const { stack, value } of stacksOf(profile)) {
    if (value === 0) continue;
    for (const name of new Set(stack.map((frame) => frame.name))) add(cum, name, value);
    if (stack[0]) add(flat, stack[0].name, value);
    const seen = new Set<string>();
    for (let at = stack.length - 2; at >= 0; at--) {
      const [caller, callee] = [stack[at + 1], stack[at]];
      const key = `${caller?.name} ${callee?.name}`;
      if (!caller || !callee || caller.name === callee.name || seen.has(key)) continue;
      seen.add(key);
      const known = edges.get(key);
      const inlined = callee.inlined && known?.inlined !== false;
      edges.set(key, { weight: (known?.weight ?? 0) + value, inlined });
    }
  }
  return {
    functions: Array.from(cum, ([name, all]) => `${name} ${flat.get(name) ?? 0} ${all}`)
      .filter((row) => !row.endsWith(" 0 0"))
      .sort(),
    edges: Array.from(edges, ([key, { weight, inlined }]) => `${key} ${weight} ${inlined}`).sort(),
  };
}

function byTree(profile: Profile): { functions: string[]; edges: string[] } {
  const rows = tree(profile, { nodeCount: 0, nodeFraction: 0, edgeFraction: 0 })?.rows ?? [];
  return {
    functions: rows.map(({ name, flat, cum }) => `${name} ${flat} ${cum}`).sort(),
    edges: rows
      .flatMap((row) =>
        row.callees.map(({ name, weight, inlined }) => `${row.name} ${name} ${weight} ${inlined}`),
      )
      .sort(),
  };
}

describe("a profile that is larger than what the loops are given at a time", () => {
  it("is read as protobufjs reads it, and summed as one does by hand, in whatever form and order", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const bytes = profileOf(generator(seed));
        const profile = parseProfile(bytes);
        expect(profile.diagnostics).toEqual([]);
        const expected = oracle(bytes);
        expect(locationsOf(profile)).toEqual(locationsBy(bytes));
        const samples = expected.sample?.map(
          ({ locationId, value }) => `${locationId?.join() ?? ""} ${value?.join()}`,
        );
        expect(samplesOf(profile, [profile.samples])).toEqual(samples);
        expect(samplesOf(profile, profile.sampleWindows())).toEqual(samples);
        expect(byTree(profile)).toEqual(byHand(profile));
      }),
      { numRuns: 3 },
    );
  });

  it("has as many lines of locations as there are, and those that are odd in their place", () => {
    const random = generator(3);
    const line = () => field(4, [...number(1, 1 + random(NODES)), ...number(2, random(9000))]);
    const odd = () =>
      field(4, [...number(2, random(9)), ...number(7, 1), ...field(8, []), ...number(1, 1 + random(NODES))]);
    const locations = several(9000, (index) => {
      const lines = several(random(20) === 0 ? random(900) : random(3), line);
      const extra = random(100) === 0 ? odd() : [];
      const head = [...number(1, index + 1), ...number(3, BigInt(index) << 40n)];
      return field(4, [...head, ...lines.flat(), ...extra]);
    });
    const functions = several(NODES, (index) => field(5, [...number(1, index + 1), ...number(5, index * 3)]));
    const bytes = Uint8Array.from([...locations, ...functions, field(6, [])].flat());
    const profile = parseProfile(bytes);
    expect(profile.diagnostics).toEqual([]);
    expect(locationsOf(profile)).toEqual(locationsBy(bytes));
  });

  it("keeps what stands before a cut, wherever that is", () => {
    const whole = profileOf(generator(5));
    const samples = parseProfile(whole).samples;
    for (const share of [0.11, 0.27, 0.5, 0.74]) {
      const profile = parseProfile(whole.subarray(0, Math.floor(whole.length * share)));
      const { count, values } = profile.samples;
      expect(count).toBeGreaterThan(0);
      expect([...(values[0]?.numbers ?? [])]).toEqual([
        ...(samples.values[0]?.numbers.subarray(0, count) ?? []),
      ]);
    }
  });
});

describe("a view", () => {
  it("is the same whenever it is asked for, with what was measured without a stack", () => {
    const profile = parseProfile(
      encode({
        sampleType: [{ type: 1, unit: 2 }],
        sample: [{ value: [5] }, { locationId: [1], value: [3] }, { locationId: [1, 2], value: [0] }],
        location: [{ id: 1, address: 1 }, { id: 2 }],
        stringTable: ["", "threads", "count"],
      }),
    );
    const first = top(profile);
    expect(first?.noStack).toBe(5n);
    expect(top(profile)).toEqual(first);
  });

  it("counts more edges than there is room for at first", () => {
    const random = generator(9);
    const fn = range(1, 3001);
    const profile = parseProfile(
      encode({
        sampleType: [{ type: 1, unit: 2 }],
        sample: several(4, () => ({
          locationId: several(9000, () => 1 + random(3000)),
          value: [1 + random(9)],
        })),
        location: fn.map((id) => ({ id, line: [{ functionId: id }] })),
        function: fn.map((id) => ({ id, name: id + 2 })),
        stringTable: ["", "cpu", "count", ...fn.map((id) => `main.f${id}`)],
      }),
    );
    expect(byTree(profile)).toEqual(byHand(profile));
  });

  it("is exact where values or their sums are more than a double holds, in any window", () => {
    const values = several(20_000, (index) =>
      index % 1000 === 0 ? 2n ** 60n + 1n : index % 999 === 0 ? -(2n ** 59n) : 7n,
    );
    const profile = parseProfile(
      encode({
        sampleType: [{ type: 1, unit: 2 }],
        sample: values.map((value, index) => ({ locationId: [1 + (index % 2)], value: [String(value)] })),
        location: [
          { id: 1, address: 1 },
          { id: 2, address: 2 },
        ],
        stringTable: ["", "delay", "nanoseconds"],
      }),
    );
    const sum = values.reduce((all, value) => all + value, 0n);
    expect(top(profile)?.rows.reduce((all, { flat }) => all + flat, 0n)).toBe(sum);
    const windows = Array.from(profile.sampleWindows(), (window) =>
      range(0, window.count).map((row) => window.values[0]?.bigint(row)),
    );
    expect(windows.flat()).toEqual(values);
  });
});
