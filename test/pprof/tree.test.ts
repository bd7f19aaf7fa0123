import { describe, expect, it } from "vitest";
import { peek, renderTree, tree } from "../../src/pprof/index.ts";
import type { ViewOptions } from "../../src/pprof/index.ts";
import { profilesWith, readProfile, viewGolden } from "./view-goldens.ts";

/** The goldens of each profile, and what pprof was asked for; see make.sh there. */
const VIEWS: Record<string, ViewOptions> = {
  "tree.txt": {},
  "limited-tree.txt": { cum: true, nodeCount: 4, nodeFraction: 0.05, edgeFraction: 0.02 },
};
const NAMES = profilesWith("limited-tree.txt");

describe("tree", () => {
  it("has goldens of real profiles and of ones that are hard to sum", () => {
    expect(NAMES.length).toBe(28);
  });

  it.each(NAMES.flatMap((name) => Object.keys(VIEWS).map((view) => [name, view] as const)))(
    "prints what go tool pprof -tree prints: %s.%s",
    (name, view) => {
      const profile = readProfile(name);
      const table = tree(profile, VIEWS[view]);
      expect(table && renderTree(profile, table)).toBe(viewGolden(name, view));
    },
  );

  it("peeks at the functions that match, and speaks of the whole in its header", () => {
    const profile = readProfile("heap");
    const view = peek(profile, "allocate|^main\\.main$");
    expect(view?.rows.map((row) => row.name).sort()).toEqual(["main.allocate", "main.main"]);
    const golden = viewGolden("heap", "peek.txt");
    expect(view && renderTree(profile, view.tree, view.rows)).toBe(golden);
  });

  it("knows no sample type that isn't there", () => {
    expect(tree(readProfile("heap"), { sampleIndex: "nothing" })).toBeUndefined();
    expect(peek(readProfile("heap"), ".", { sampleIndex: 9 })).toBeUndefined();
  });
});
