import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { ofNode } from "./oom-cases.ts";

const RULE = "kube/oom-by-leak";
const ROOT = "samples/leak-until-oom/bundle";

type Files = Record<string, string | Uint8Array>;

/** The sample's files whose paths match. */
function sample(wanted: RegExp): Files {
  const paths = readdirSync(ROOT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = paths.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files
      .filter((path) => wanted.test(path))
      .map((path) => [path.replace(ROOT, "b"), new Uint8Array(readFileSync(path))]),
  );
}
const text = (files: Files, name: RegExp): [path: string, content: string] => {
  const [path = "", bytes = ""] = Object.entries(files).find(([each]) => name.test(each)) ?? [];
  return [path, typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes)];
};
const verdicts = async (files: Files) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed where the process whose goroutines grow is in the container that was killed", async () => {
    const report = await analyzeFiles(sample(/./));
    expect(findingOf(report, RULE)).toMatchObject({ verdict: "confirmed", host: "node-k" });
    expect(verdictsOf(report, "go/goroutine-leak")).toEqual(["confirmed"]);
  });

  it("needs no pod's status where the kernel names the container", async () => {
    expect(await verdicts(sample(/node-k/))).toEqual(["confirmed"]);
  });

  it("is possible by one profile: the leak is then only likely", async () => {
    expect(await verdicts(sample(/second-090|dmesg|hostname|proc/))).not.toContain("confirmed");
  });

  it("is no more than likely where only the program's name is the same", async () => {
    const files = sample(/orders|dmesg|hostname/);
    const [path, log] = text(files, /dmesg/);
    const other = log
      .replaceAll(/\b[0-9a-f]{64}\b/g, "0".repeat(64))
      .replaceAll(/Killed process \d+/g, "Killed process 4711");
    expect(await verdicts({ ...sample(/orders|hostname/), [path]: other })).toEqual(["likely"]);
  });

  it("is ruled out where another container was killed, or another program", async () => {
    const files = sample(/node-k/);
    const [path, log] = text(files, /dmesg/);
    const elsewhere = log.replaceAll(/\b[0-9a-f]{64}\b/g, "0".repeat(64));
    expect(await verdicts({ ...files, [path]: elsewhere })).toEqual(["ruled-out"]);
    const without = sample(/\.pb\.gz|hostname/);
    expect(await verdicts({ ...without, [path]: ofNode })).toEqual(["ruled-out"]);
  });

  it("says nothing of a program that doesn't leak, nor where nothing was killed", async () => {
    expect(await verdicts(sample(/dmesg|hostname|proc|cluster/))).toEqual([]);
    expect(await verdicts(sample(/pb\.gz|hostname|proc/))).toEqual([]);
  });
});
