import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RULES, assertRules, parseRules } from "../../../src/rules/index.ts";

const TEXT = readFileSync("docs/user-rules.md", "utf8");
const blocks = (language: string) =>
  [...TEXT.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``, "g"))].map(
    (match) => match[1] ?? "",
  );

describe("docs/user-rules.md", () => {
  it("has files of rules that are right, and whose examples are as expected", async () => {
    const files = blocks("yaml").map((text) => parseRules(text, { known: RULES }));
    expect(files.map(({ rules }) => rules.length)).toEqual([2, 1]);
    for (const { rules, examples } of files) await assertRules(rules, examples);
    expect(files[0]?.examples).toHaveLength(2);
  });

  it("shows the message that there is", () => {
    const wrong = (blocks("yaml")[0] ?? "").replace("atLeast: 3", "atleast: 3");
    const [shown = ""] = blocks("text");
    expect(() => parseRules(wrong, { path: "till.yaml", known: RULES })).toThrow(shown);
  });

  it("names all kinds of tests, and the keys of a comparison", () => {
    const schema = readFileSync("docs/rules.schema.json", "utf8");
    for (const key of [
      "text",
      "value",
      "version",
      "image",
      "kernel",
      "sysctl",
      "counter",
      "conntrack",
      "object",
      "notFound",
      "backports",
      "ignoreCase",
      "baseline",
    ])
      expect(schema).toContain(`"${key}"`);
    for (const key of ["equals", "not", "in", "above", "below", "atLeast", "atMost", "matches"])
      expect(TEXT).toContain(`\`${key}\``);
  });
});
