import { describe, expect, it } from "vitest";
import { parseProfile, peek, renderTree, tree } from "../../src/pprof/index.ts";
import type { ViewOptions } from "../../src/pprof/index.ts";
import { encode } from "./oracle.ts";
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

  it("keeps light calls of functions whose samples cancel out, as go tool pprof does", () => {
    const profile = parseProfile(
      encode({
        sampleType: [{ type: 1, unit: 2 }],
        sample: [
          { locationId: [2, 1], value: [48] },
          { locationId: [3, 1], value: [-48] },
          { locationId: [4, 1], value: [9000] },
        ],
        location: [
          { id: 1, address: 1, line: [{ functionId: 1, line: 1 }] },
          { id: 2, address: 2, line: [{ functionId: 2, line: 1 }] },
          { id: 3, address: 3, line: [{ functionId: 2, line: 2 }] },
          { id: 4, address: 4, line: [{ functionId: 3, line: 1 }] },
        ],
        function: [1, 2, 3].map((id) => ({ id, name: id + 2 })),
        stringTable: ["", "cpu", "count", "main.main", "main.push", "main.alloc"],
      }),
    );
    const view = tree(profile);
    expect(view && renderTree(profile, view).split("\n").slice(-6, -1)).toEqual([
      "----------------------------------------------------------+-------------",
      "         0     0% 98.94%       9000 98.94%                | main.main",
      "                                              9000   100% |   main.alloc",
      "                                                 0     0% |   main.push",
      "----------------------------------------------------------+-------------",
    ]);
  });

  it("knows no sample type that isn't there", () => {
    expect(tree(readProfile("heap"), { sampleIndex: "nothing" })).toBeUndefined();
    expect(peek(readProfile("heap"), ".", { sampleIndex: 9 })).toBeUndefined();
  });
});
