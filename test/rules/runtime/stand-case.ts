import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/rules/index.ts";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { type Files, filesOf, replaced, without } from "../proc/hang-case.ts";

/** The log of a kubelet that goes on long after the trouble. */
const LATER =
  'Apr 12 11:30:00 node-a kubelet[812]: I0412 11:30:00.100000    812 kubelet.go:2130] "SyncLoop UPDATE" source="api"\n';

/** What a symptom says of its causes. */
export async function differential(files: Files, symptom: string): Promise<Record<string, Verdict>> {
  const { differential = [] } = findingOf(await analyzeFiles(files), symptom);
  return Object.fromEntries(differential.map(({ rule, verdict }) => [rule, verdict]));
}

/** Tests a cause of a runtime that stands still: its case, a healthy node's files, the same when it is over, and files of another node. */
export function describeStand(
  rule: string,
  test: {
    readonly folder: string;
    readonly verdict: Verdict;
    readonly says: string;
    /** Its case as a healthy node has it, and what is said of the cause there. */
    readonly near: readonly {
      readonly files: (all: Files) => Files;
      readonly verdicts: readonly Verdict[];
    }[];
    /** The file that shows the cause. */
    readonly shows: RegExp;
  },
): void {
  describe(rule, () => {
    const files = filesOf(test.folder);

    it("explains a runtime that stands still", async () => {
      const finding = findingOf(await analyzeFiles(files), rule);
      expect(finding).toMatchObject({ verdict: test.verdict, explains: ["runtime/pleg-unhealthy"] });
      expect(finding.summary).toContain(test.says);
      expect(finding.evidence.every(({ artifact }) => artifact in files)).toBe(true);
    });

    it.each(test.near.map((one, at) => [at + 1, one] as const))(
      "is no more than that, %i",
      async (_, near) => {
        expect(verdictsOf(await analyzeFiles(near.files(files)), rule)).toEqual(near.verdicts);
      },
    );

    it("is nothing without the symptom, nor when that is over, nor of another node, nor without its file", async () => {
      const shown = Object.fromEntries(Object.entries(files).filter(([path]) => test.shows.test(path)));
      const log = files["b/kubelet.log"] ?? "";
      expect(verdictsOf(await analyzeFiles(shown), rule)).toEqual([]);
      expect(verdictsOf(await analyzeFiles({ ...files, "b/kubelet.log": log + LATER }), rule)).toEqual([]);
      const apart = {
        "b/node-a/kubelet.log": log,
        ...replaced(
          Object.fromEntries(
            Object.entries(shown).map(([path, text]) => [path.replace("b/", "b/node-b/"), text]),
          ),
          "node-a",
          "node-b",
        ),
        "b/node-b/uname": "Linux node-b 5.10.0 #1 SMP x86_64 GNU/Linux\n",
      };
      expect(verdictsOf(await analyzeFiles(apart), rule)).toEqual([]);
      expect(verdictsOf(await analyzeFiles(without(files, test.shows)), rule)).toEqual([]);
    });
  });
}
