import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  version: string;
  dependencies: Record<string, string>;
  exports: Record<string, unknown>;
};

/** A folder where the packed package is installed, as npm would lay it out. */
let home = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "inquest-package-"));
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", home], {
    encoding: "utf8",
  });
  mkdirSync(join(home, "node_modules/inquest"), { recursive: true });
  execFileSync("tar", [
    "-xzf",
    join(home, packed.trim()),
    "-C",
    join(home, "node_modules/inquest"),
    "--strip-components=1",
  ]);
  for (const name of Object.keys(manifest.dependencies)) {
    symlinkSync(resolve("node_modules", name), join(home, "node_modules", name));
  }
  writeFileSync(join(home, "package.json"), '{ "type": "module" }');
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: home, encoding: "utf8" });

describe("the packed package", () => {
  it("runs its command", () => {
    expect(node("node_modules/inquest/bin/inquest.js", "--version")).toBe(`${manifest.version}\n`);
    writeFileSync(join(home, "sysctl.txt"), "net.ipv4.tcp_tw_recycle = 0\n");
    expect(node("node_modules/inquest/bin/inquest.js", "sysctl.txt")).toContain("No symptom was seen");
  });

  it("can be imported by every path that it exports, with types beside the code", () => {
    const paths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
    const specifiers = paths.map((path) => `inquest${path.slice(1)}`);
    writeFileSync(
      join(home, "import.mjs"),
      `for (const path of ${JSON.stringify(specifiers)}) if (Object.keys(await import(path)).length === 0) throw new Error(path);`,
    );
    node("import.mjs");
    for (const path of paths) {
      const file = path === "." ? "index" : `${path.slice(2)}/index`;
      expect(existsSync(join(home, `node_modules/inquest/dist/${file}.d.ts`))).toBe(true);
    }
  });

  it("has the schema of rule files where its exports say", () => {
    writeFileSync(
      join(home, "schema.mjs"),
      `import { createRequire } from "node:module";
       console.log(createRequire(import.meta.url)("inquest/rules.schema.json").title);`,
    );
    expect(node("schema.mjs")).toBe("Rules for inquest\n");
  });

  it("analyses through the library, also for require()", () => {
    writeFileSync(
      join(home, "analyze.cjs"),
      `const { analyze, sourceOf } = require("inquest");
       analyze({ name: "sysctl.txt", source: sourceOf(new TextEncoder().encode("kernel.pid_max = 4194304\\n")) })
         .then((report) => console.log(report.schema, report.artifacts[0].kind));`,
    );
    expect(node("analyze.cjs")).toBe("inquest/report@1 sysctl\n");
  });

  it.each(["bytes", "pprof", "pcap", "procstack", "node", "kube", "metrics", "logs"])(
    "has a %s that bundles for a browser",
    async (room) => {
      const { errors } = await build({
        entryPoints: [join(home, `node_modules/inquest/dist/${room}/index.js`)],
        bundle: true,
        write: false,
        platform: "browser",
        format: "esm",
        logLevel: "silent",
      });
      expect(errors).toEqual([]);
    },
  );
});
