import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf, replaced, without } from "../proc/hang-case.ts";

const RULE = "runtime/kill-timeout";
const FILES = filesOf("test/fixtures/hangs/kill-timeout");

describe(RULE, () => {
  it("is seen by the log line alone, with the container's id, and asks for its tasks", async () => {
    const finding = findingOf(await analyzeFiles(without(FILES, /tasks|dmesg/)), RULE);
    expect(finding.subject).toMatchObject({ kind: "container", name: "10f0451e1345" });
    expect(finding.summary).toContain("says so in 3 lines");
    expect(finding.missing[0]?.command).toContain("/proc/[0-9]*/cgroup");
  });

  it("is joined to the container's task, whose cause explains it", async () => {
    const report = await analyzeFiles(FILES);
    expect(findingOf(report, "proc/nfs-server-unreachable")).toMatchObject({
      verdict: "confirmed",
      explains: ["proc/uninterruptible", RULE],
    });
  });

  it("is not joined to another container's task", async () => {
    const other = FILES["b/tasks.txt"]?.replaceAll("10f0451e1345", "aaaa451e1345") ?? "";
    const report = await analyzeFiles({ ...without(FILES, /dmesg/), "b/tasks.txt": other });
    expect(findingOf(report, RULE).missing).toHaveLength(1);
    expect(verdictsOf(report, "proc/nfs-server-unreachable")).toEqual([]);
  });

  it("is not seen of a container that outlives SIGTERM", async () => {
    const lines = (FILES["b/docker.log"] ?? "").split("\n").filter((line) => !line.includes("SIGKILL"));
    expect(verdictsOf(await analyzeFiles({ "b/docker.log": lines.join("\n") }), RULE)).toEqual([]);
  });

  it("may be of a namespace whose init shows no container any more", async () => {
    const log = replaced(without(FILES, /tasks|dmesg/), "node-b", "node-x");
    const report = await analyzeFiles({ ...log, ...filesOf("test/fixtures/hangs/ceph-netns") });
    const cause = findingOf(report, "proc/ceph-truncate-netns-gone");
    expect(cause.verdict).toBe("confirmed");
    expect(cause.explains).not.toContain(RULE);
    expect(findingOf(report, RULE).missing).toEqual([]);
  });
});
