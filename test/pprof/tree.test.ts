import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProfile, peek, renderTree, tree } from "../../src/pprof/index.ts";
import type { ViewOptions } from "../../src/pprof/index.ts";

const FOLDER = "test/fixtures/pprof/top";
/** The goldens of each profile, and what pprof was asked for; see make.sh there. */
const VIEWS: Record<string, ViewOptions> = {
  "tree.txt": {},
  "limited-tree.txt": { cum: true, nodeCount: 4, nodeFraction: 0.05, edgeFraction: 0.02 },
};
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".limited-tree.txt"))
  .map((name) => name.slice(0, -".limited-tree.txt".length));

function read(name: string) {
  const own = `${FOLDER}/${name}.pb.gz`;
  return parseProfile(new Uint8Array(readFileSync(existsSync(own) ? own : `${FOLDER}/../${name}.pb.gz`)));
}

describe("tree", () => {
  it("has goldens of real profiles and of ones that are hard to sum", () => {
    expect(NAMES.length).toBe(28);
  });

  it.each(NAMES.flatMap((name) => Object.keys(VIEWS).map((view) => [name, view] as const)))(
    "prints what go tool pprof -tree prints: %s.%s",
    (name, view) => {
      const profile = read(name);
      const table = tree(profile, VIEWS[view]);
      expect(table && renderTree(profile, table)).toBe(readFileSync(`${FOLDER}/${name}.${view}`, "utf8"));
    },
  );

  it("peeks at the functions that match, and speaks of the whole in its header", () => {
    const profile = read("heap");
    const view = peek(profile, /allocate|^main\.main$/);
    expect(view?.rows.map((row) => row.name).sort()).toEqual(["main.allocate", "main.main"]);
    const golden = readFileSync(`${FOLDER}/heap.peek.txt`, "utf8");
    expect(view && renderTree(profile, view.tree, view.rows)).toBe(golden);
  });

  it("knows no sample type that isn't there", () => {
    expect(tree(read("heap"), { sampleIndex: "nothing" })).toBeUndefined();
    expect(peek(read("heap"), /./, { sampleIndex: 9 })).toBeUndefined();
  });
});
