import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf } from "./case.ts";

const FOLDER = "test/fixtures/logs";

/** A line of a healthy component: a log that has no more says nothing. */
const QUIET =
  'Apr 12 10:00:00 node-a kubelet[812]: I0412 10:00:00.000001     812 kubelet.go:2130] "SyncLoop UPDATE" source="api"\n';

/** The files below a folder, each under its path there. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    names
      .filter((name) => /\.(?:log|txt)$/.test(name))
      .map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]),
  );
}

/** The cases of a rule below a folder of cases. */
function casesOf(kind: "near" | "also", name: string): [name: string, folder: string][] {
  const folder = `${FOLDER}/${kind}/${name}`;
  return existsSync(folder) ? readdirSync(folder).map((each) => [each, `${folder}/${each}`]) : [];
}

/**
 * Tests a rule that finds a symptom in the lines of a log: its fixture and the same in other words, what looks like it, other
 * logs, another host's log, and no log at all.
 */
export function describeLogRule(
  rule: string,
  expected: { subject: object; summary: string; line: number },
): void {
  const name = rule.replace("/", "-");
  describe(rule, () => {
    it("is seen, and told with its lines", async () => {
      const finding = findingOf(await analyzeFiles(filesOf(`${FOLDER}/${name}`)), rule);
      expect(finding).toMatchObject({ kind: "symptom", verdict: "confirmed", subject: expected.subject });
      expect(finding.summary).toContain(expected.summary);
      expect(finding.evidence[0]).toMatchObject({ effect: "supports", where: { line: expected.line } });
    });

    it.each(casesOf("also", name))("is seen in other words: %s", async (_, folder) => {
      expect(findingOf(await analyzeFiles(filesOf(folder)), rule).verdict).toBe("confirmed");
    });

    it.each(casesOf("near", name))("is not %s", async (_, folder) => {
      const { findings } = await analyzeFiles(filesOf(folder));
      expect(findings.filter((finding) => finding.rule === rule)).toEqual([]);
    });

    it("is of the host whose log it is, and of that alone", async () => {
      const [[file, text] = ["", ""]] = Object.entries(filesOf(`${FOLDER}/${name}`));
      const report = await analyzeFiles({ [`b/node-a/${file}`]: text, "b/node-b/kubelet.log": QUIET });
      expect(report.findings.filter((finding) => finding.rule === rule)).toMatchObject([{ host: "node-a" }]);
      const quiet = await analyzeFiles({ "kubelet.log": QUIET });
      expect(quiet.findings).toEqual([]);
    });

    it("counts lines once that two logs have, as a unit's and the whole journal", async () => {
      const [[file, text] = ["", ""]] = Object.entries(filesOf(`${FOLDER}/${name}`));
      const once = findingOf(await analyzeFiles({ [file]: text }), rule);
      const twice = findingOf(await analyzeFiles({ [file]: text, [`copy/${file}`]: text }), rule);
      expect(twice.weight).toBe(once.weight);
    });
  });
}
