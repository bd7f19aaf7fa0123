import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { parseBlockYaml } from "../../src/kube/block-yaml.ts";
import { parseKubeObjects } from "../../src/kube/index.ts";

const read = (name: string) => readFileSync(`test/fixtures/kube/${name}`, "utf8");
/** By the whole parser; `undefined` where it finds a fault. */
function whole(text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text, { logLevel: "error", uniqueKeys: false }) as unknown };
  } catch {
    return undefined;
  }
}

const word = fc.stringMatching(/^[a-z][a-zA-Z0-9./-]{0,8}$/);
const text = fc.oneof(
  word,
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc
    .array(fc.constantFrom("a", " ", "\n", ":", "#", "'", '"', "\\", "- ", "{}", "\t", "1", "|"), {
      maxLength: 12,
    })
    .map((parts) => parts.join("")),
  fc.array(word, { minLength: 10, maxLength: 40 }).map((words) => words.join(" ")),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, text), tie("tree"), { maxKeys: 4 }),
  ),
}));
const object = fc.dictionary(word, tree, { minKeys: 1, maxKeys: 5 });
const style = fc.record({
  lineWidth: fc.constantFrom(0, 20, 80),
  indentSeq: fc.boolean(),
  defaultStringType: fc.constantFrom(
    "PLAIN",
    "QUOTE_DOUBLE",
    "QUOTE_SINGLE",
    "BLOCK_LITERAL",
    "BLOCK_FOLDED" as const,
  ),
});

describe("block YAML", () => {
  it("is read as kubectl prints it, whatever the texts in it", () => {
    const printed = read("texts.yaml");
    const object = JSON.parse(read("texts.json")) as { metadata: { labels: Record<string, string> } };
    object.metadata.labels["told"] = "yes";
    expect(parseKubeObjects(new TextEncoder().encode(printed)).objects.map(({ value }) => value)).toEqual([
      object,
    ]);
  });

  it("is read by itself where no text needs its depth told", () => {
    const printed = read("texts.yaml").replace(
      /^ +(?:- |[a-z-]+: )\|(?:\d|[-+]?\d|\+)[^]*?\n(?= +(?:- |[a-z-]+: ))/gm,
      "",
    );
    expect(parseBlockYaml(printed)).toEqual(whole(printed));
    expect(parseBlockYaml(printed)).toBeDefined();
  });

  it("is what the whole parser reads, or is left to it", () => {
    let left = 0;
    let all = 0;
    fc.assert(
      fc.property(object, style, (value, options) => {
        const printed = stringify(value, options);
        const read = parseBlockYaml(printed);
        all++;
        if (!read) left++;
        const expected = whole(printed);
        expect(read ?? expected).toEqual(expected);
      }),
      { numRuns: 600 },
    );
    expect(left).toBeLessThan(all * 0.7);
  });

  it("is never read otherwise than by the whole parser where it was changed", () => {
    const printed = read("texts.yaml").slice(0, 2500);
    fc.assert(
      fc.property(
        fc.nat(printed.length),
        fc.nat(3),
        fc.constantFrom("", " ", "\n", ":", "'", '"', "- ", "#", "  ", "|", "\\", "a", ": ", "\n\n"),
        (at, cut, put) => {
          const changed = printed.slice(0, at) + put + printed.slice(at + cut);
          const read = parseBlockYaml(changed);
          const expected = whole(changed);
          // What has a fault may be read in part; it never throws.
          expect(read && expected ? read : expected).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("is left to the whole parser where it is none that a program prints", () => {
    for (const odd of [
      "a: &x 1\nb: *x\n",
      "a: {b: 1}\n",
      "? a\n: b\n",
      "a: !!str 1\n",
      "a: >\n  b\n",
      "a: [1]\n",
      "a:\n\tb: 1\n",
      "a: b: c\n",
      "__proto__: 1\n",
      "",
      "a\n",
    ]) {
      expect(parseBlockYaml(odd), odd).toBe(undefined);
    }
    expect(parseBlockYaml(`${"- ".repeat(100_000)}a`)).toBe(undefined);
  });
});
