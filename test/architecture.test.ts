import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/** What each room may import, itself aside. Data flows bytes → models → artifacts → evidence → findings → report. */
const DECODERS = ["pprof", "pcap", "procstack", "node", "kube", "metrics", "logs"];
const MAY_IMPORT: Record<string, readonly string[]> = {
  bytes: [],
  ...Object.fromEntries(DECODERS.map((room) => [room, ["bytes"]])),
  bundle: ["bytes", ...DECODERS],
  evidence: ["bytes", ...DECODERS, "bundle"],
  rules: ["bytes", ...DECODERS, "bundle", "evidence"],
  compare: ["bytes", ...DECODERS, "bundle", "evidence", "rules"],
  report: ["bytes", "bundle", "evidence", "rules", "compare"],
  cli: ["bytes", ...DECODERS, "bundle", "evidence", "rules", "compare", "report", "analyze.ts"],
  "index.ts": ["bytes", ...DECODERS, "bundle", "evidence", "rules", "compare", "report", "analyze.ts"],
  "analyze.ts": ["bytes", "bundle", "evidence", "rules", "compare", "report"],
};
const MAY_USE_NODE = new Set(["bundle", "cli"]);

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.endsWith(".wasm.ts"),
);
const roomOf = (file: string) => file.split("/")[0] ?? file;

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

describe("architecture", () => {
  it.each(files)("%s imports only rooms below its own, each through its door", (file) => {
    const room = roomOf(file);
    const allowed = MAY_IMPORT[room];
    expect(allowed, `${room} is no room of the house`).toBeDefined();
    const targets = importsOf(file)
      .filter((name) => name.startsWith("."))
      .map((name) => relative(SRC, join(SRC, dirname(file), name)))
      .filter((target) => roomOf(target) !== room);
    expect(targets.filter((target) => !allowed?.includes(roomOf(target)))).toEqual([]);
    const aroundTheDoor = targets.filter(
      (t) => DECODERS.includes(roomOf(t)) && t !== `${roomOf(t)}/index.ts`,
    );
    expect(aroundTheDoor).toEqual([]);
  });

  it.each(files)("%s keeps Node's API out of what runs in a browser", (file) => {
    const nodeImports = importsOf(file).filter((name) => name.startsWith("node:"));
    if (MAY_USE_NODE.has(roomOf(file)) || file === "bytes/gunzip-node.ts") return;
    expect(nodeImports).toEqual([]);
  });

  it.each(files)("%s is of a size that one reads at once", (file) => {
    expect(readFileSync(join(SRC, file)).length).toBeLessThan(20 * 1024);
  });
});
