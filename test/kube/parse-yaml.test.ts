import { describe, expect, test } from "vitest";
import { parseYaml } from "../../src/kube/parse-yaml.ts";
import { yamlTokens } from "../../src/kube/yaml-tokens.ts";

const BOUNDS = { refused: new Set("&*!"), deepest: 100, most: 10_000 };

describe("YAML that is not as an API server prints it", () => {
  test("flow collections and folded scalars are read", () => {
    expect(parseYaml("kind: Pod\nspec: { a: [1, two], b: {c: yes} }\nnote: >\n  one\n  line\n")).toEqual({
      kind: "Pod",
      spec: { a: [1, "two"], b: { c: "yes" } },
      note: "one line\n",
    });
  });

  test.each([
    ["an anchor", "a: &x {b: c}\n"],
    ["an alias", "a: &x [b]\nc: *x\n"],
    ["a tag", "a: !!binary [b]\n"],
    ["two documents", "a: {b: c}\n---\na: {b: c}\n"],
    ["what is no YAML", "a: {b: c\nd: ]\n"],
  ])("%s is not", (_, text) => {
    expect(parseYaml(text)).toBeUndefined();
  });

  // Each took the whole parser minutes, or its stack.
  test.each([
    ["anchors", "&a ".repeat(300_000)],
    ["tags", "!a ".repeat(300_000)],
    ["commas", "[" + ", ".repeat(900_000)],
    ["sequences", "[".repeat(900_000)],
    ["mappings", "{a: ".repeat(200_000)],
    ["empty texts", "'' ".repeat(300_000)],
  ])("a row of %s is refused", (_, row) => {
    expect(parseYaml(`kind: Pod\nname: ${row}`)).toBeUndefined();
  });

  test("no more is taken apart of a text than what is refused, or too much, leaves", () => {
    expect(yamlTokens(`a: ${"&a ".repeat(1000)}`, BOUNDS).refusal).toEqual({
      why: "token",
      token: "&",
      offset: 3,
    });
    expect(yamlTokens("[".repeat(1000), BOUNDS).refusal).toMatchObject({ why: "deep" });
    expect(yamlTokens("[" + ", ".repeat(900_000), BOUNDS).refusal).toMatchObject({ why: "long" });
    expect(yamlTokens("a: '&b *c !d'\ne: f&g\n", BOUNDS).refusal).toBeUndefined();
  });
});
