import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { RULES } from "../src/rules/index.ts";

const PAGES = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...readdirSync("docs", { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  ...readdirSync("samples")
    .flatMap((name) => [join("samples", name), join("samples", name, "README.md")])
    .filter((path) => path.endsWith(".md") && existsSync(path)),
];

/** The text of a page without its examples, in which brackets mean other things. */
function prose(path: string): string {
  return readFileSync(path, "utf8").replace(/^```[\s\S]*?^```/gm, "");
}

/** The names by which GitHub links to the headings of a page. */
function anchors(path: string): Set<string> {
  const headings = [...prose(path).matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => text);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

describe("the documentation", () => {
  it.each(PAGES)("%s has links that lead somewhere", (page) => {
    const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)]
      .map(([, inline, reference]) => inline ?? reference ?? "")
      .map((target) => target.replace(/^</, ""))
      .filter((target) => !/^[a-z]+:/.test(target));
    const broken = targets.filter((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchors(file).has(anchor));
    });
    expect(broken).toEqual([]);
  });

  it("names no rule in README that there is not", () => {
    const ids = new Set(RULES.map(({ id }) => id));
    const named = [...readFileSync("README.md", "utf8").matchAll(/docs\/rules\/([\w-]+\/[\w-]+)\.md/g)];
    expect(named.map(([, id = ""]) => id).filter((id) => !ids.has(id))).toEqual([]);
  });

  it("names every rule in README", () => {
    const text = readFileSync("README.md", "utf8");
    expect(RULES.map(({ id }) => id).filter((id) => !text.includes(`(docs/rules/${id}.md)`))).toEqual([]);
  });

  it("has every sample in the list of samples", () => {
    const text = readFileSync("samples/README.md", "utf8");
    const absent = readdirSync("samples", { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "tools")
      .filter(({ name }) => !text.includes(`](${name}/)`));
    expect(absent.map(({ name }) => name)).toEqual([]);
  });
});
