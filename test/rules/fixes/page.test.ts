import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { expect, it } from "vitest";
import { FIXES, RULES } from "../../../src/rules/index.ts";
import { renderFixes } from "./page.ts";

it("docs/fixes.md is what the table says (node scripts/pages.mjs fixes)", async () => {
  const options = { ...(await resolveConfig("docs/fixes.md")), parser: "markdown" };
  expect(readFileSync("docs/fixes.md", "utf8")).toBe(await format(renderFixes(FIXES, RULES), options));
});
