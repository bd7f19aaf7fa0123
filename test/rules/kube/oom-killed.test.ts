import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { kernelLog } from "../node/files.ts";
import { eventAbout, listed } from "./objects.ts";
import { killedForMemory, killedOtherwise, ofContainer, ofNode, pod, POD_UID } from "./oom-cases.ts";

const RULE = "kube/oom-killed";

describe(RULE, () => {
  it("joins the kernel's report and the pod's status by the container's id", async () => {
    const report = await analyzeFiles({
      "b/node-g/dmesg": ofContainer,
      "b/node-g/hostname": "node-g\n",
      "b/pods.json": killedForMemory,
    });
    const finding = findingOf(report, RULE);
    expect(finding).toMatchObject({
      verdict: "confirmed",
      host: "node-g",
      subject: { name: "shop/sessions-1/sessions" },
    });
    expect(finding.summary).toContain("its container was at its limit. The limit is 96 MB");
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
  });

  it("names the container by its id, and asks for its pod, where the cluster wasn't listed", async () => {
    const finding = findingOf(await analyzeFiles({ "b/dmesg": ofContainer }), RULE);
    expect(finding.subject).toMatchObject({ kind: "container", name: "00119be04b51", podUid: POD_UID });
    expect(finding.missing.map(({ command }) => command)).toEqual(["kubectl get pods -A -o yaml"]);
  });

  it("is seen in the pod's status alone", async () => {
    const finding = findingOf(await analyzeFiles({ "pods.json": killedForMemory }), RULE);
    expect(finding.summary).toContain("has restarted 4 times. Its limit is 96 MB.");
  });

  it("counts the kills of one container once, though two logs tell of them", async () => {
    const journal = ofContainer.replaceAll(/^\[.*?\] /gm, "Nov 22 13:31:17 node-g kernel: ");
    const report = await analyzeFiles({ "b/dmesg": ofContainer, "b/journal.txt": journal });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).summary).not.toContain("kills there");
  });

  it("is seen in events that quote the kernel, or tell of its kills", async () => {
    const of = (reason: string, message: string) =>
      listed({
        ...eventAbout("node-b", { reason, message, kind: "Node" }),
        source: { component: "kernel-monitor", host: "node-b" },
      });
    const report = await analyzeFiles({
      "events.yaml": of(
        "OOMKilling",
        "Memory cgroup out of memory: Killed process 4711 (indexer) total-vm:753508kB",
      ),
    });
    expect(findingOf(report, RULE).summary).toContain(
      "killed indexer (pid 4711) for want of memory, for its control group was at its limit",
    );
    expect(verdictsOf(report, "kube/memory-limit-reached")).toEqual(["likely"]);
    expect(verdictsOf(report, "node/memory-exhausted")).toEqual(["ruled-out"]);
    const system = await analyzeFiles({
      "events.yaml": of("SystemOOM", "System OOM encountered, victim process: indexer, pid: 4711"),
    });
    expect(findingOf(system, RULE).subject).toMatchObject({
      kind: "process",
      name: "indexer",
      node: "node-b",
    });
    expect(verdictsOf(system, "node/memory-exhausted")).toEqual(["possible"]);
    // The kernel's own words stand for both.
    const both = await analyzeFiles({
      "events.yaml": of("SystemOOM", "System OOM encountered, victim process: indexer, pid: 4711"),
      "node-b/dmesg": ofContainer,
      "node-b/hostname": "node-b\n",
    });
    expect(verdictsOf(both, RULE)).toEqual(["confirmed"]);
    expect(findingOf(both, RULE).host).toBe("node-b");
  });

  it("tells of a kill once that two events tell of, and of those of other nodes with their names", async () => {
    const on = (node: string, reason: string, message: string, i: number) => ({
      ...eventAbout(node, { reason, message, kind: "Node" }),
      metadata: { name: `${node}.${i}`, namespace: "default", uid: `${node}.${i}` },
      source: { component: "kubelet", host: node },
    });
    const system = (node: string, pid: number) =>
      on(node, "SystemOOM", `System OOM encountered, victim process: java, pid: ${pid}`, pid);
    const quoted = "Memory cgroup out of memory: Killed process 11 (java) total-vm:753508kB";
    const twice = await analyzeFiles({
      "events.yaml": listed(system("node-a", 11), on("node-a", "OOMKilling", quoted, 1)),
    });
    expect(twice.findings.filter(({ rule }) => rule === RULE)).toHaveLength(1);
    expect(findingOf(twice, RULE).summary).toContain(
      "killed java (pid 11) for want of memory, for its control group",
    );
    const many = await analyzeFiles({
      "events.yaml": listed(system("node-a", 11), system("node-a", 12), system("node-b", 11)),
    });
    expect(findingOf(many, RULE).summary).toBe(
      "The kernel killed java 2 times (pids 11, 12) for want of memory, as events of node node-a say. 1 more like it: java on node-b.",
    );
  });

  it("says whether the status tells of the same kill, where the log's clock and its zone tell", async () => {
    const stamped = ofContainer.replaceAll(/^\[.*?\] /gm, "Jan  5 18:00:00 node-g kernel: ");
    const judge = async (finishedAt: string, zone = "") => {
      const status = pod({ reason: "OOMKilled", exitCode: 137, finishedAt });
      const files = { "b/node-g/messages": stamped, "b/node-g/hostname": "node-g\n", "b/pods.json": status };
      const clock = `  Local time: Fri 2024-01-05 19:00:00 CST\n  Universal time: Fri 2024-01-05 11:00:00 UTC\n  Time zone: Asia/Shanghai (CST, +0800)\n`;
      const report = await analyzeFiles(
        zone === "" ? files : { ...files, "b/node-g/timedatectl.txt": clock },
      );
      const { summary, evidence, verdict } = findingOf(report, RULE);
      expect(verdict).toBe("confirmed");
      return [
        /The container's status tells of another kill.*/.exec(summary)?.[0],
        evidence
          .map(({ text }) => /reason OOMKilled.*?; (.*)/.exec(text)?.[1])
          .find((text) => text !== undefined),
      ];
    };
    const noYear = "a log's clock has no year, and is taken for one of the same";
    const zoned = "the log's clock has no zone; taken as UTC+08:00 because the machine states its zone";
    expect(await judge("2024-01-05T10:00:01Z")).toEqual([
      undefined,
      `the log's clock has no zone, and ${noYear}`,
    ]);
    expect(await judge("2024-01-05T10:00:01Z", "+08:00")).toEqual([undefined, `${zoned}, and ${noYear}`]);
    expect((await judge("2024-01-05T18:00:01Z", "+08:00"))[0]).toContain(
      "The container's status tells of another kill, at 2024-01-05T18:00:01Z.",
    );
    // Without the zone it may have been then.
    expect((await judge("2024-01-05T18:00:01Z"))[0]).toBeUndefined();
    expect((await judge("2024-01-09T18:00:01Z"))[0]).toContain("another kill, at 2024-01-09");
  });

  it("is none for exit code 137 alone, which any SIGKILL gives", async () => {
    expect(verdictsOf(await analyzeFiles({ "pods.json": killedOtherwise }), RULE)).toEqual([]);
  });

  it("is none where the killer is named and nobody was killed", async () => {
    const log = kernelLog(
      "oom_reaper: started",
      "Memory cgroup out of memory: OOM victim 12 (java) is already exiting. Skip killing the task",
    );
    expect(verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE)).toEqual([]);
  });

  it("keeps another pod's status apart from the kernel's report", async () => {
    const other = pod({ reason: "OOMKilled", exitCode: 137 }, { uid: "0b7c", id: "ab".repeat(32) });
    const report = await analyzeFiles({ "b/dmesg": ofNode, "pods.json": other });
    expect(
      report.findings
        .filter(({ rule }) => rule === RULE)
        .map(({ subject }) => subject.kind)
        .sort(),
    ).toEqual(["container", "process"]);
  });
});
