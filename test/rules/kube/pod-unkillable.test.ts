import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "kube/pod-unkillable";
const ROOT = "test/fixtures/unkillable-pod";
const UID = "5e1f0c7a-93d2-4b86-a1c4-0d7be8a2f635";
const OTHER = "11111111-2222-4333-8444-555555555555";
const CONTAINER = "c81f3ea6d59047b2c4ab17f09e6d3c58b2e07194fd6a35c8e1907b4d2f6ac013";

type Files = Record<string, string>;

/** The fixture, with its texts changed. */
function bundle(change: (text: string, path: string) => string | undefined = (text) => text): Files {
  const paths = readdirSync(ROOT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const text = change(readFileSync(path, "utf8"), path);
      return text === undefined ? [] : [[path.replace(ROOT, "b"), text]];
    }),
  );
}
const verdicts = async (files: Files) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed by a task of the pod's control group that a pending SIGKILL doesn't end", async () => {
    const finding = findingOf(await analyzeFiles(bundle()), RULE);
    expect(finding).toMatchObject({
      verdict: "confirmed",
      host: "node-p",
      explains: ["kube/pod-terminating"],
    });
    expect(finding.summary).toContain("Of pod shop/objects-0: cat (8300) waits for a reply");
  });

  it("is not of a task of another pod", async () => {
    const other = (text: string, path: string) => {
      if (path.endsWith("pods.yaml")) return text.replace(UID, OTHER).replace(CONTAINER, "0".repeat(64));
      return text;
    };
    expect(await verdicts(bundle(other))).not.toContain("confirmed");
    expect(await verdicts(bundle(other))).not.toContain("likely");
  });

  it("is not of a task of another node", async () => {
    const elsewhere = (text: string) => text.replaceAll("nodeName: node-p", "nodeName: node-x");
    expect(await verdicts(bundle(elsewhere))).toEqual([]);
  });

  it("counts little where nothing says whose the tasks are", async () => {
    const bare = (text: string, path: string) => (path.endsWith("/cgroup") ? undefined : text);
    expect(await verdicts(bundle(bare))).toEqual(["possible"]);
  });

  it("says nothing of a pod that was not deleted, nor without tasks of its node", async () => {
    const alive = (text: string) => text.replace(/ {6}deletion\w+: .*\n/g, "");
    expect(await verdicts(bundle(alive))).toEqual([]);
    const none = (text: string, path: string) => (path.includes("/proc/") ? undefined : text);
    expect(await verdicts(bundle(none))).toEqual([]);
  });
});
