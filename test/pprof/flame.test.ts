import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  flame,
  folded,
  type FlameNode,
  mergeProfiles,
  parseProfile,
  renderFlameHtml,
  renderFlameSvg,
  top,
  traces,
} from "../../src/pprof/index.ts";
import { encode, profileBytes } from "./oracle.ts";
import { readProfile } from "./view-goldens.ts";

const all = (node: FlameNode): FlameNode[] => [node, ...node.children.flatMap(all)];

/** A profile of stacks by name, leaf first. */
const profileOf = (stacks: readonly (readonly [names: readonly string[], value: number])[]) => {
  const names = [...new Set(stacks.flatMap(([frames]) => frames))];
  const id = (name: string): number => names.indexOf(name) + 1;
  return parseProfile(
    encode({
      sampleType: [{ type: 1, unit: 2 }],
      sample: stacks.map(([frames, value]) => ({ locationId: frames.map(id), value: [value] })),
      location: names.map((name) => ({
        id: id(name),
        address: id(name),
        line: [{ functionId: id(name), line: 1 }],
      })),
      function: names.map((name) => ({ id: id(name), name: 2 + id(name) })),
      stringTable: ["", "cpu", "count", ...names],
    }),
  );
};

describe("flame", () => {
  it("sums what the stacks sum, whatever the profile", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        const profile = parseProfile(bytes);
        fc.pre(profile.samples.values.every(({ magnitude }) => magnitude < 2 ** 63));
        const [graph, view] = [flame(profile, { nodeFraction: 0 }), traces(profile)];
        const sum = [...(view?.traces ?? [])].reduce((left, { value }) => left + value, 0n);
        expect(graph?.root.value).toBe(view && sum);
        for (const { value, self, children } of graph ? all(graph.root) : []) {
          expect(value).toBe(children.reduce((left, child) => left + child.value, self));
        }
      }),
    );
  });

  it("gives each function what top gives it, where nothing recurs", () => {
    const profile = profileOf([
      [["c", "b", "a"], 5],
      [["b", "a"], 3],
      [["c", "a"], 2],
    ]);
    const graph = flame(profile);
    const nodes = graph ? all(graph.root) : [];
    for (const { name, flat, cum } of top(profile)?.rows ?? []) {
      const own = nodes.filter((node) => node.name === name);
      expect(own.reduce((sum, { self }) => sum + self, 0n)).toBe(flat);
      expect(own.reduce((sum, { value }) => sum + value, 0n)).toBe(cum);
    }
  });

  it("leaves light calls to their callers", () => {
    const profile = profileOf([
      [["small", "main"], 1],
      [["large", "main"], 99],
    ]);
    const main = flame(profile, { nodeFraction: 0.05 })?.root.children[0];
    expect(main?.children.map(({ name }) => name)).toEqual(["large"]);
    expect(main?.self).toBe(1n);
  });

  it("ends a stack at a thousand frames", () => {
    const profile = profileOf([[Array.from({ length: 5000 }, (_, i) => `f${i}`), 7]]);
    expect([...(folded(profile) ?? [])].map((line) => line.split(";").length)).toEqual([1000]);
    const graph = flame(profile);
    expect(graph && renderFlameSvg(graph)).toContain("f4999");
    expect(() =>
      JSON.stringify(graph, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value)),
    ).not.toThrow();
  });
});

describe("a flame graph of very many calls", () => {
  it("leaves those that are too many to their callers", () => {
    const stacks = Array.from(
      { length: 300_000 },
      (_, i) => [[`leaf${i % 600}`, `mid${Math.floor(i / 600)}`, "main"], 1] as const,
    );
    const graph = flame(profileOf(stacks), { nodeFraction: 0 });
    const nodes = graph ? all(graph.root) : [];
    expect(nodes.length).toBeLessThan(263_000);
    expect(nodes.reduce((sum, { self }) => sum + self, 0n)).toBe(300_000n);
  });
});

describe("folded", () => {
  it("writes a line a stack, with nothing in a name that would end it", () => {
    const lines = folded(
      profileOf([
        [["go.shape.struct { x int; y int }", "main"], 4],
        [["main"], 1],
      ]),
    );
    expect([...(lines ?? [])]).toEqual(["main;go.shape.struct { x int, y int } 4", "main 1"]);
  });
});

describe("a flame graph's image and page", () => {
  it("hold names as text, never as markup", () => {
    const graph = flame(profileOf([[["<script>alert(1)</script>", 'a"b&c', "\u202ebidi\u0000"], 4]]));
    for (const text of graph ? [renderFlameSvg(graph), renderFlameHtml(graph)] : []) {
      expect(text).not.toContain("<script>alert");
      expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
      expect(text).toContain("a&quot;b&amp;c");
      expect(text).not.toMatch(/[\u0000\u202e]/);
    }
  });

  it("shows what grew and what shrank in other colours than the rest", () => {
    const [now, base] = [profileOf([[["a"], 9]]), profileOf([[["b"], 4]])];
    const graph = flame(mergeProfiles([{ profile: now }, { profile: base, negate: true }]));
    expect(graph?.root.children.map(({ name, value, weight }) => [name, value, weight])).toEqual([
      ["a", 9n, 9n],
      ["b", -4n, 4n],
    ]);
    const svg = graph ? renderFlameSvg(graph) : "";
    expect(svg).toContain("hsl(5 75%");
    expect(svg).toContain("hsl(215 75%");
  });

  it("is the same each time", () => {
    const [one, other] = [flame(readProfile("heap")), flame(readProfile("heap"))];
    expect(one && renderFlameHtml(one)).toBe(other && renderFlameHtml(other));
  });
});
