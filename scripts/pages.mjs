// Writes the pages that are made: docs/matrix.md from samples/expected.json, docs/fixes.md from the table of fixes, and docs/sensitivity.md by
// sweeps over the samples, which take minutes. Usage: node scripts/pages.mjs [matrix|fixes|sensitivity]
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { format, resolveConfig } from "prettier";

const only = process.argv[2];

/** A module of the tests, which are TypeScript, made runnable. */
async function load(path) {
  const outfile = `node_modules/.cache/inquest/${path.replaceAll("/", "-")}.mjs`;
  mkdirSync("node_modules/.cache/inquest", { recursive: true });
  await build({
    entryPoints: [path],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "#gunzip": "./src/bytes/gunzip-node.ts" },
    logLevel: "warning",
  });
  return import(new URL(`../${outfile}`, import.meta.url));
}

async function write(page, text) {
  const options = { ...(await resolveConfig(page)), parser: "markdown" };
  writeFileSync(page, await format(text, options));
}

if (only === undefined || only === "matrix") {
  const { matrixPage } = await load("test/trust/pages.ts");
  await write("docs/matrix.md", matrixPage());
}
if (only === undefined || only === "fixes") {
  const { fixesPage } = await load("test/trust/pages.ts");
  await write("docs/fixes.md", fixesPage());
}
if (only === undefined || only === "sensitivity") {
  const { sensitivityPage } = await load("test/trust/pages.ts");
  await write("docs/sensitivity.md", await sensitivityPage());
}
