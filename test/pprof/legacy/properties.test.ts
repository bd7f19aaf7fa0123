import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProfile } from "../../../src/pprof/index.ts";
import type { Profile } from "../../../src/pprof/index.ts";
import { bytesOf } from "../fixtures.ts";
import { range } from "../resolved.ts";

/** Machine frames, leaf first, each with the functions that were put into it; the last is the function itself. */
const frame = fc.record({
  address: fc.integer({ min: 1, max: 40 }).map((n) => n * 0x1000),
  functions: fc.uniqueArray(fc.constantFrom("main.a", "net/http.(*b).c", "d.e[...]", "f g.h.func1"), {
    minLength: 1,
    maxLength: 3,
  }),
});
const sample = fc.record({
  values: fc.tuple(fc.nat(99), fc.bigInt({ min: 0n, max: 2n ** 40n })),
  stack: fc.array(frame, { minLength: 1, maxLength: 5 }),
});

/** What a sample is, as a line: the same from the text's author and from our reader. */
type Known = Map<string, [bigint, bigint]>;

function add(known: Known, key: string, a: bigint, b: bigint): void {
  const [x, y] = known.get(key) ?? [0n, 0n];
  if (x + a !== 0n || y + b !== 0n) known.set(key, [x + a, y + b]);
}

function knownOf(profile: Profile): Known {
  const { samples, locations, lines, functions } = profile;
  const known: Known = new Map();
  for (const row of range(0, samples.count)) {
    const stack = Array.from(
      samples.locations.subarray(samples.stackStart[row], samples.stackStart[row + 1]),
    );
    const key = stack.map((location) => {
      const own = range(locations.lineStart[location], locations.lineStart[location + 1]);
      const names = own.map((line) => {
        const fn = lines.function[line] ?? 0;
        return `${profile.string(functions.name[fn] ?? 0)} ${profile.string(functions.filename[fn] ?? 0)}:${lines.line[line]}`;
      });
      return `${(locations.address[location] ?? 0n).toString(16)}: ${names.join(" < ")}`;
    });
    const [a, b] = samples.values.map((column) => column.bigint(row));
    add(known, key.join("\n"), a ?? 0n, b ?? 0n);
  }
  return known;
}

describe("a text of debug=1", () => {
  it("is read as it was written, whatever the samples", () => {
    const text = fc.record({
      samples: fc.array(sample, { maxLength: 8 }),
      period: fc.nat(9),
      symbols: fc.boolean(),
    });
    fc.assert(
      fc.property(text, ({ samples, period, symbols }) => {
        const expected: Known = new Map();
        let content = `--- mutex:\ncycles/second=1000000000\nsampling period=${period}\n`;
        for (const { values, stack } of samples) {
          const [count, cycles] = values;
          // Each function of a machine frame is called from the next one, a byte further on.
          const frames = stack.flatMap(({ address, functions }) =>
            functions.map((name, i) => ({
              pc: address + 0x10 + i,
              name,
              line: address + i,
              offset: 0x10 + i,
            })),
          );
          content += `${cycles} ${count} @${frames.map(({ pc }) => ` 0x${(pc + 1).toString(16)}`).join("")}\n`;
          if (symbols)
            for (const { pc, name, line, offset } of frames)
              content += `#\t0x${pc.toString(16)}\t${name}+0x${offset.toString(16)}\t\t/src/${name}.go:${line}\n`;
          content += "\n";
          const weight = BigInt(period === 0 ? 1 : period);
          const key = symbols
            ? machineFrames(frames)
            : frames.map(({ pc }) => `${pc.toString(16)}: `).join("\n");
          add(expected, key, BigInt(count) * weight, cycles * weight);
        }
        const profile = readProfile(bytesOf(content));
        expect(profile?.diagnostics).toEqual([]);
        expect(profile && knownOf(profile)).toEqual(expected);
      }),
    );
  });
});

interface Printed {
  readonly pc: number;
  readonly name: string;
  readonly line: number;
  readonly offset: number;
}

/** Frames that begin at one address are one machine frame, up to the last of them and those of its name before it. */
function machineFrames(frames: readonly Printed[]): string {
  const out: string[] = [];
  let open: Printed[] = [];
  for (const [i, one] of frames.entries()) {
    const others = frames.slice(i).findIndex(({ pc, offset }) => pc - offset !== one.pc - one.offset);
    const last = frames[(others === -1 ? frames.length : i + others) - 1];
    open.push(one);
    if (one.name !== last?.name) continue;
    const lines = open.map(({ name, line }) => `${name} /src/${name}.go:${line}`);
    out.push(`${(open[0]?.pc ?? 0).toString(16)}: ${lines.join(" < ")}`);
    open = [];
  }
  return out.join("\n");
}
