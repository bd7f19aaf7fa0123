import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { expect, it } from "vitest";
import { renderMatrix } from "./matrix.ts";
import { EXPECTED } from "./samples.ts";
import { RULES } from "../../src/rules/index.ts";

it("docs/matrix.md is what samples/expected.json says (node scripts/pages.mjs)", async () => {
  const options = { ...(await resolveConfig("docs/matrix.md")), parser: "markdown" };
  expect(readFileSync("docs/matrix.md", "utf8")).toBe(await format(renderMatrix(EXPECTED, RULES), options));
});
