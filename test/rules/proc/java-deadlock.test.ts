import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "proc/java-deadlock";
const FOLDER = "test/fixtures/procstack/java";
const JSTACK = readFileSync(join(FOLDER, "jstack.txt"), "utf8");

const PROC = Object.fromEntries(
  readdirSync(join(FOLDER, "proc"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(FOLDER.length + 1), readFileSync(path, "utf8")];
    }),
);

describe(RULE, () => {
  it("names the threads, the locks and the places that the JVM names", async () => {
    const report = await analyzeFiles({ "n/jstack.txt": JSTACK });
    const finding = findingOf(report, RULE);
    expect(finding).toMatchObject({ kind: "symptom", verdict: "confirmed" });
    expect(finding.summary).toContain(
      'orders waits for java.lang.Object 0x0000000687485a08, which stock "a" holds;',
    );
    expect(finding.evidence[0]).toMatchObject({
      text: expect.stringContaining("in Deadlock.lambda$main$0 (Deadlock.java:9)"),
      where: { line: 119, tid: 0x4c30 },
    });
  });

  it("names the process where /proc tells it", async () => {
    const files = Object.fromEntries(Object.entries(PROC).map(([path, text]) => [`n/${path}`, text]));
    const finding = findingOf(await analyzeFiles({ ...files, "n/jstack.txt": JSTACK }), RULE);
    expect(JSON.stringify(finding.subject)).toContain("19481");
    expect(
      JSON.stringify(findingOf(await analyzeFiles({ "n/jstack.txt": JSTACK }), RULE).subject),
    ).not.toContain("19481");
  });

  it("tells of one ring once, however many dumps there are", async () => {
    const once = findingOf(await analyzeFiles({ "a.txt": JSTACK }), RULE).evidence.length;
    const twice = findingOf(await analyzeFiles({ "a.txt": JSTACK, "b.txt": JSTACK }), RULE).evidence.length;
    expect(twice).toBe(once);
  });

  it("is not threads that merely wait for a lock", async () => {
    const text = JSTACK.slice(0, JSTACK.indexOf("Found one Java-level deadlock"));
    expect(text).toContain("BLOCKED (on object monitor)");
    expect(verdictsOf(await analyzeFiles({ "jstack.txt": text }), RULE)).toEqual([]);
  });

  it("says nothing of tasks in a futex without a dump", async () => {
    expect(verdictsOf(await analyzeFiles(PROC), RULE)).toEqual([]);
  });
});
