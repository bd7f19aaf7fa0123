// Builds the package: the library as plain ES modules with types (tsc), the command as one bundled, split file (esbuild).
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** Packages that few runs of the command need, with what is used of each: loaded when it is first touched. */
const LAZY = {
  re2js: ["RE2JS"],
  pako: ["ZStream", "zlibInflate", "zlibInflateInit2", "zlibInflateReset"],
  yaml: ["parse"],
};

/** Puts a package into a file of its own, and in its place what loads that. */
const lazy = {
  name: "lazy",
  setup(build) {
    build.onResolve({ filter: /^(?:re2js|pako|yaml)$/ }, ({ path }) => ({ path, namespace: "lazy" }));
    build.onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => ({
      contents: [
        'import { createRequire } from "node:module";',
        `let loaded; const load = () => (loaded ??= createRequire(import.meta.url)("./${path}.cjs"));`,
        ...LAZY[path].map(
          (name) => `export const ${name} = new Proxy(function () {}, {
            get: (_, key) => load().${name}[key],
            apply: (_, self, args) => load().${name}(...args),
            construct: (_, args) => new (load().${name})(...args),
          });`,
        ),
      ].join("\n"),
    }));
  },
};

rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
rmSync("dist/cli", { recursive: true, force: true });
await build({
  entryPoints: ["src/cli/main.ts"],
  outdir: "dist/cli",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  alias: { "#gunzip": "./src/bytes/gunzip-node.ts", "string-width": "./scripts/string-width.mjs" },
  define: { INQUEST_VERSION: JSON.stringify(version) },
  plugins: [lazy],
  logLevel: "warning",
});
await build({
  entryPoints: Object.keys(LAZY),
  outdir: "dist/cli",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  minify: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  logLevel: "warning",
});
