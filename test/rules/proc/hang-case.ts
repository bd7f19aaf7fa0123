import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/rules/index.ts";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

export type Files = Record<string, string>;

/** The files of a folder, under the names that a bundle has them under. */
export function filesOf(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    paths.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`b/${path.slice(folder.length + 1)}`, readFileSync(path, "utf8")];
    }),
  );
}

/** The files but those whose paths match. */
export const without = (files: Files, pattern: RegExp): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !pattern.test(path)));

/** The files with a text replaced in all of them. */
export const replaced = (files: Files, pattern: RegExp | string, by: string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll(pattern, by)]));

/** The files without what they say of some tasks. */
export const withoutTasks = (files: Files, pids: readonly number[]): Files =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      const sections = text.split(/^(?===> )/m);
      const isOf = (section: string) => pids.some((pid) => section.startsWith(`==> /proc/${pid}/`));
      return [path, sections.filter((section) => !isOf(section)).join("")];
    }),
  );

/** The same tasks as they would be seen at a moment of a healthy node: nothing says that their waits last. */
export const passing = (files: Files): Files =>
  replaced(without(files, /dmesg|\.log$|oom_control/), /((?:Shd|Sig)Pnd:\t)\d+/g, "$10000000000000000");

/** Tests a cause of hangs: its case, the same for a moment, a rival's case, and its case with an artifact missing. */
export function describeHang(
  rule: string,
  test: {
    readonly folder: string;
    /** What its summary tells. */
    readonly says: string;
    readonly explains: readonly string[];
    /** What is said in its case; `confirmed` when absent. */
    readonly verdict?: Verdict;
    /** Its tasks for a moment; {@link passing} when absent. */
    readonly moment?: Files;
    /** A rival's case, and what is said of this cause there. */
    readonly rival: { readonly folder: string; readonly verdicts: readonly Verdict[] };
    /** What is missing, the verdict without it, and a word of the command that gets it. */
    readonly missing: { readonly path: RegExp; readonly verdicts: readonly Verdict[]; readonly ask?: string };
  },
): void {
  describe(rule, () => {
    const files = filesOf(test.folder);

    it(`is ${test.verdict ?? "confirmed"} in its case, and tells it`, async () => {
      const finding = findingOf(await analyzeFiles(files), rule);
      expect(finding).toMatchObject({ verdict: test.verdict ?? "confirmed", explains: test.explains });
      expect(finding.summary).toContain(test.says);
      expect(finding.evidence.every(({ artifact }) => artifact in files)).toBe(true);
    });

    it("has nothing to say of the same tasks at a moment", async () => {
      const report = await analyzeFiles(test.moment ?? passing(files));
      expect(report.findings.filter(({ kind }) => kind === "cause").map((one) => one.rule)).toEqual([]);
    });

    it("is not taken for its rival", async () => {
      const report = await analyzeFiles(filesOf(test.rival.folder));
      expect(report.findings.length).toBeGreaterThan(0);
      expect(verdictsOf(report, rule)).toEqual(test.rival.verdicts);
    });

    it("says what it lacks where an artifact is missing", async () => {
      const report = await analyzeFiles(without(files, test.missing.path));
      expect(verdictsOf(report, rule)).toEqual(test.missing.verdicts);
      if (test.missing.ask === undefined) return;
      const { missing } = findingOf(report, rule);
      expect(missing.map(({ command }) => command).join("\n")).toContain(test.missing.ask);
    });
  });
}
