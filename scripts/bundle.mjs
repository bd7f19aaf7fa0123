// Bundles a program as the command is shipped: split, minified, with what few runs need loaded when it is first touched.
import { build } from "esbuild";

/** Packages that few runs of the command need, with what is used of each: loaded when it is first touched. */
const LAZY = {
  re2js: ["RE2JS"],
  pako: ["ZStream", "zlibInflate", "zlibInflateInit2", "zlibInflateReset"],
  yaml: ["Composer", "Lexer", "Parser", "isMap", "isScalar", "isSeq"],
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

const COMMON = { bundle: true, minify: true, platform: "node", target: "node20.19", logLevel: "warning" };

/** Bundles a program of ES modules into a folder, and beside it the packages that it loads late. */
export async function bundle(entry, outdir, define = {}) {
  await build({
    ...COMMON,
    entryPoints: [entry],
    outdir,
    splitting: true,
    format: "esm",
    outExtension: { ".js": entry.endsWith(".mjs") ? ".mjs" : ".js" },
    alias: { "#gunzip": "./src/bytes/gunzip-node.ts", "string-width": "./scripts/string-width.mjs" },
    define,
    plugins: [lazy],
  });
  await build({
    ...COMMON,
    entryPoints: Object.keys(LAZY),
    outdir,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
  });
}
