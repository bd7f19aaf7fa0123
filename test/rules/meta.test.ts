import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analyze.ts";
import { renderText } from "../../src/report/index.ts";
import { RULES } from "../../src/rules/index.ts";

const HEADINGS = ["Looks for", "Rivals", "Missing evidence", "Remedy", "Example", "Sources"];

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
const page = (id: string) => readFileSync(`docs/rules/${id}.md`, "utf8");

describe("rules as a whole", () => {
  it("have one id each", () => {
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
  });

  it.each(RULES.map((rule) => rule.id))("%s has its file, its page and its test", (id) => {
    for (const file of [`src/rules/${id}.ts`, `docs/rules/${id}.md`, `test/rules/${id}.test.ts`]) {
      expect(existsSync(file), file).toBe(true);
    }
  });

  it.each(RULES.map((rule) => rule.id))("%s has a page with the usual headings", (id) => {
    const text = page(id);
    expect(text.startsWith(`# ${id}\n`)).toBe(true);
    expect([...text.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual(HEADINGS);
  });

  it.each(RULES.map((rule) => rule.id))(
    "the example on the page of %s runs and prints what it says",
    async (id) => {
      const examples = [...page(id).matchAll(/```sh\ninquest (\S+)\n```\n\n```text\n([\s\S]*?)\n```/g)];
      expect(examples.length).toBeGreaterThan(0);
      for (const [, path = "", expected = ""] of examples) {
        // Where a line is broken is the layout's matter, and not the page's.
        const printed = oneLine(renderText(await analyze(path)));
        for (const line of expected.split("\n").filter((l) => l.trim() !== "…"))
          expect(printed).toContain(oneLine(line));
      }
    },
  );

  it("explain symptoms that are rules themselves", () => {
    const explained = RULES.flatMap((rule) => (rule.kind === "cause" ? rule.explains : []));
    expect(explained.filter((symptom) => !RULES.includes(symptom))).toEqual([]);
  });
});
