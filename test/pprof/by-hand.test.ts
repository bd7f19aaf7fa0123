import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  list,
  parseProfile,
  peek,
  tags,
  top,
  traces,
  tree,
  type ViewOptions,
} from "../../src/pprof/index.ts";
import { encode } from "./oracle.ts";

// Views of small profiles, against the plainest way there is to make them. Functions, lines and labels are few, so that they recur.

interface Frame {
  name: string;
  file: string;
  line: number;
  address: number;
}
/** A sample: of each location its lines, leaf first; of each label its key and its text or number. */
interface Sample {
  stack: Frame[][];
  value: number;
  labels: [key: string, value: string | number][];
}

const FUNCTIONS = ["main.a", "main.b", "lib.c(int)", "lib.d"];
const FILES = ["m.go", "m.go", "l.go", "d.go"];
const PLACES = fc.array(
  fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 2 })), { minLength: 1, maxLength: 3 }),
  { minLength: 6, maxLength: 6 },
);
const LABEL: fc.Arbitrary<[string, string | number]> = fc.oneof(
  fc.tuple(fc.constantFrom("k", "z"), fc.constantFrom("one", "two")),
  fc.tuple(fc.constant("n"), fc.integer({ min: 1, max: 9 })),
);
const SAMPLE = fc.tuple(
  fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
  fc.integer({ min: -2, max: 6 }),
  fc.uniqueArray(LABEL, { maxLength: 2, selector: ([key]) => key }),
);
const samples: fc.Arbitrary<Sample[]> = fc
  .tuple(PLACES, fc.array(SAMPLE, { maxLength: 8 }))
  .map(([places, drawn]) => {
    const locations = places.map((lines, at) =>
      lines.map(([fn, line]) => ({
        name: FUNCTIONS[fn] ?? "",
        file: FILES[fn] ?? "",
        line,
        address: at + 1,
      })),
    );
    return drawn.map(([stack, value, labels]) => ({
      stack: stack.map((at) => locations[at] ?? []),
      value,
      labels,
    }));
  });

function profileOf(all: readonly Sample[]) {
  const strings = ["", "cpu", "count", ...FUNCTIONS, ...new Set(FILES), "k", "z", "n", "one", "two"];
  const index = (text: string): number => strings.indexOf(text);
  const locations = new Map(
    all.flatMap(({ stack }) => stack.map((lines) => [lines[0]?.address ?? 0, lines])),
  );
  return parseProfile(
    encode({
      sampleType: [{ type: 1, unit: 2 }],
      sample: all.map(({ stack, value, labels }) => ({
        locationId: stack.map((lines) => lines[0]?.address),
        value: [value],
        label: labels.map(([key, of]) =>
          typeof of === "number" ? { key: index(key), num: of } : { key: index(key), str: index(of) },
        ),
      })),
      location: Array.from(locations, ([address, lines]) => ({
        id: address,
        address,
        line: lines.map(({ name, line }) => ({ functionId: FUNCTIONS.indexOf(name) + 1, line })),
      })),
      function: FUNCTIONS.map((name, at) => ({
        id: at + 1,
        name: index(name),
        filename: index(FILES[at] ?? ""),
      })),
      stringTable: strings,
    }),
  );
}

const hex = (address: number): string => address.toString(16).padStart(16, "0");
const NAMES: Record<NonNullable<ViewOptions["granularity"]>, (frame: Frame) => string> = {
  functions: ({ name }) => name,
  filefunctions: ({ name, file }) => `${name} ${file}`,
  files: ({ file }) => file,
  lines: ({ name, file, line }) => `${name} ${file}:${line}`,
  addresses: ({ name, file, line, address }) => `${hex(address)} ${name} ${file}:${line}`,
};
const granularities = fc.constantFrom(...(Object.keys(NAMES) as (keyof typeof NAMES)[]));
const framesOf = (stack: readonly Frame[][], noInlines = false): Frame[] =>
  stack.flatMap((lines) => (noInlines ? lines.slice(-1) : lines));
const add = (sums: Map<string, number>, key: string, value: number) =>
  sums.set(key, (sums.get(key) ?? 0) + value);

/** Samples of one stack and one set of labels as one, without those that cancel out. */
function merged(all: readonly Sample[]): Sample[] {
  const byKey = new Map<string, Sample>();
  for (const sample of all) {
    const labels = sample.labels.map(String).sort();
    const key = JSON.stringify([sample.stack, labels]);
    byKey.set(key, { ...(byKey.get(key) ?? sample), value: (byKey.get(key)?.value ?? 0) + sample.value });
  }
  return [...byKey.values()].filter(({ value }) => value !== 0);
}

describe("a view is what one makes by hand", () => {
  it("top and tree, whatever is one node", () => {
    fc.assert(
      fc.property(samples, granularities, fc.boolean(), (all, granularity, noInlines) => {
        const [flat, cum, calls] = [
          new Map<string, number>(),
          new Map<string, number>(),
          new Map<string, number>(),
        ];
        const outlined = new Set<string>();
        for (const { stack, value } of all.filter((sample) => sample.value !== 0)) {
          const names = framesOf(stack, noInlines).map(NAMES[granularity]);
          const inlined = noInlines
            ? []
            : stack.flatMap((lines) => lines.map((_, at) => at < lines.length - 1));
          add(flat, names[0] ?? "", value);
          for (const name of new Set(names)) add(cum, name, value);
          const seen = new Set<string>();
          for (let at = names.length - 2; at >= 0; at--) {
            const call = `${names[at + 1]} → ${names[at]}`;
            if (names[at] === names[at + 1] || seen.has(call)) continue;
            seen.add(call);
            add(calls, call, value);
            if (inlined[at] !== true) outlined.add(call);
          }
        }
        const rows = [...cum].map(([name, sum]) => `${name} ${flat.get(name) ?? 0} ${sum}`);
        const shown = rows.filter((row) => !row.endsWith(" 0 0")).sort();
        const asked = { granularity, noInlines, nodeCount: 0, nodeFraction: 0, edgeFraction: 0 };
        const profile = profileOf(all);
        const table = tree(profile, asked)?.rows ?? [];
        const text = ({ name, flat: own, cum: sum }: (typeof table)[number]): string =>
          `${name} ${own} ${sum}`;
        expect(table.map(text).sort()).toEqual(shown);
        expect(
          top(profile, asked)
            ?.rows.map(({ name, flat: own, cum: sum }) => `${name} ${own} ${sum}`)
            .sort(),
        ).toEqual(shown);
        const edge = (call: string, weight: number, isInlined: boolean): string =>
          `${call} ${weight}${isInlined ? " (inline)" : ""}`;
        const callees = table.flatMap((row) =>
          row.callees.map(({ name, weight, inlined }) => edge(`${row.name} → ${name}`, weight, inlined)),
        );
        const callers = table.flatMap((row) =>
          row.callers.map(({ name, weight, inlined }) => edge(`${name} → ${row.name}`, weight, inlined)),
        );
        const isRow = (name = ""): boolean => table.some((row) => row.name === name);
        const wanted = (side: 0 | 1): string[] =>
          [...calls]
            .filter(([call]) => isRow(call.split(" → ")[side]))
            .map(([call, weight]) => edge(call, weight, !outlined.has(call)))
            .sort();
        expect([callees.sort(), callers.sort()]).toEqual([wanted(0), wanted(1)]);
        const matching = peek(profile, "main", { granularity, noInlines })?.rows.map(text).sort();
        expect(matching).toEqual(shown.filter((row) => row.includes("main")));
      }),
      { numRuns: 300 },
    );
  });

  it("list, line by line", () => {
    fc.assert(
      fc.property(samples, (all) => {
        const lines = new Map<string, [flat: number, cum: number]>();
        for (const { stack, value } of all) {
          const names = framesOf(stack).map(NAMES.lines);
          for (const name of new Set(names)) {
            const [flat, cum] = lines.get(name) ?? [0, 0];
            lines.set(name, [flat + (names[0] === name ? value : 0), cum + value]);
          }
        }
        const listed = list(profileOf(all), "^main")?.functions.flatMap(({ name, file, lines: of }) =>
          of.map(({ line, flat, cum }) => `${name} ${file}:${line} ${flat} ${cum}`),
        );
        const wanted = Array.from(lines, ([name, sums]) => `${name} ${sums.join(" ")}`);
        expect(listed?.sort()).toEqual(wanted.filter((row) => /^main(?!.* 0 0$)/.test(row)).sort());
      }),
      { numRuns: 200 },
    );
  });

  it("traces and tags, of what each filter leaves", () => {
    const ABOUT = ["main", "lib", "a$", "d.go", "lib.c$", "nothing"];
    const TAGS = ["one", "k=two", "z=one,two", "n=3:5", ":4", "6:", "n:", "k:one,z:two"];
    const filter = fc.oneof(
      fc.tuple(
        fc.constantFrom("focus", "ignore", "hide", "show", "showFrom", "pruneFrom"),
        fc.constantFrom(...ABOUT),
      ),
      fc.tuple(fc.constantFrom("tagFocus", "tagIgnore"), fc.constantFrom(...TAGS)),
      fc.tuple(fc.constantFrom("tagShow", "tagHide"), fc.constantFrom("k", "z|n", "nothing")),
      fc.constant(["none", ""] as const),
    );
    fc.assert(
      fc.property(samples, filter, (all, [kind, expression]) => {
        const left = merged(all).flatMap((sample) => FILTERS[kind]?.(sample, expression) ?? []);
        const wanted = left.map(({ stack, value, labels }) => ({
          frames: stack.flatMap((lines) => lines.map(({ name }, at) => [name, at < lines.length - 1])),
          value: BigInt(value),
          labels: labels.map(String).sort(),
        }));
        const asked = kind === "none" ? {} : { [kind]: expression };
        const profile = profileOf(all);
        const found = Array.from(traces(profile, asked)?.traces ?? [], ({ frames, value, labels }) => ({
          frames: frames.map(({ name, inlined }) => [name, inlined]),
          value,
          labels: labels
            .flatMap(({ key, texts, numbers }) => [...texts, ...numbers].map((of) => `${key},${of}`))
            .sort(),
        }));
        expect(found).toEqual(wanted);
        const sums = new Map<string, number>();
        for (const { labels, value } of left) for (const label of labels) add(sums, String(label), value);
        const tagged = tags(profile, asked)?.tags.flatMap(({ key, values }) =>
          values.map(({ name, value }) => `${key},${name.replace(/n$/, "")} ${value}`),
        );
        expect(tagged?.sort()).toEqual(Array.from(sums, ([label, sum]) => `${label} ${sum}`).sort());
      }),
      { numRuns: 600 },
    );
  });
});

const matches = (expression: string) => (frame: Frame) =>
  new RegExp(expression).test(frame.name) || new RegExp(expression).test(frame.file);
const without = (sample: Sample, stack: Frame[][]): Sample[] => {
  const left = stack.filter((lines) => lines.length > 0);
  return left.length === 0 ? [] : [{ ...sample, stack: left }];
};
const hasTag = ({ labels }: Sample, filter: string): boolean => {
  const [key, value = ""] = filter.includes("=") ? filter.split("=") : [undefined, filter];
  const [, low, colon, high] = /^(\d*)(:?)(\d*)$/.exec(value) ?? [];
  const own = labels.filter(([name]) => key === undefined || name === key);
  if (low !== undefined) {
    const least = low === "" ? -Infinity : Number(low);
    const most = colon === "" ? least : high === "" || high === undefined ? Infinity : Number(high);
    return own.some(([, of]) => typeof of === "number" && of >= least && of <= most);
  }
  const texts = own.filter(([, of]) => typeof of === "string");
  const parts = value.split(",").map((part) => new RegExp(part));
  return key === undefined
    ? parts.every((part) => texts.some(([name, of]) => part.test(`${name}:${of}`)))
    : texts.some(([, of]) => parts.some((part) => part.test(String(of))));
};

/** What each filter leaves of a sample. What it leaves of a location's lines, it leaves of them wherever the location stands. */
const FILTERS: Record<string, (sample: Sample, expression: string) => Sample[]> = {
  none: (sample) => [sample],
  focus: (sample, expression) => (framesOf(sample.stack).some(matches(expression)) ? [sample] : []),
  ignore: (sample, expression) => (framesOf(sample.stack).some(matches(expression)) ? [] : [sample]),
  hide: (sample, expression) =>
    without(
      sample,
      sample.stack.map((lines) => lines.filter((frame) => !matches(expression)(frame))),
    ),
  show: (sample, expression) =>
    without(
      sample,
      sample.stack.map((lines) => lines.filter(matches(expression))),
    ),
  showFrom(sample, expression) {
    const stack = sample.stack.map((lines) => {
      const last = lines.findLastIndex(matches(expression));
      return { found: last !== -1, lines: last === -1 ? lines : lines.slice(0, last + 1) };
    });
    const outermost = stack.findLastIndex(({ found }) => found);
    return without(
      sample,
      stack.slice(0, outermost + 1).map(({ lines }) => lines),
    );
  },
  pruneFrom(sample, expression) {
    const stack = sample.stack.map((lines) => {
      const first = lines.findIndex(({ name }) => new RegExp(expression).test(name.replace(/\(.*/, "")));
      return { found: first !== -1, lines: first === -1 ? lines : lines.slice(first) };
    });
    const innermost = Math.max(
      0,
      stack.findIndex(({ found }) => found),
    );
    return without(
      sample,
      stack.slice(innermost).map(({ lines }) => lines),
    );
  },
  tagFocus: (sample, filter) => (hasTag(sample, filter) ? [sample] : []),
  tagIgnore: (sample, filter) => (hasTag(sample, filter) ? [] : [sample]),
  tagShow: (sample, expression) => [
    { ...sample, labels: sample.labels.filter(([key]) => new RegExp(expression).test(key)) },
  ],
  tagHide: (sample, expression) => [
    { ...sample, labels: sample.labels.filter(([key]) => !new RegExp(expression).test(key)) },
  ],
};
