import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { type Files, filesOf, passing, replaced } from "../proc/hang-case.ts";

const PLEG = readFileSync("test/fixtures/logs/runtime-pleg-unhealthy/kubelet.log", "utf8");
const NODES = readFileSync("test/fixtures/kube-state/node-not-ready/nodes.yaml", "utf8");
const NFS = filesOf("test/fixtures/hangs/nfs");
/** The same hang, of the runtime itself: its thread is the one that the kernel reported. */
const DOCKERD = replaced(NFS, "kubelet", "dockerd");

const explained = async (files: Files, rule = "proc/nfs-server-unreachable") => {
  const report = await analyzeFiles(files);
  return report.findings
    .filter((finding) => finding.rule === rule)
    .flatMap(({ verdict, explains }) => explains.map((symptom) => `${verdict} ${symptom}`));
};

/** What the symptom says of a cause. */
const differential = async (files: Files, symptom: string) => {
  const { differential = [] } = findingOf(await analyzeFiles(files), symptom);
  return Object.fromEntries(differential.map(({ rule, verdict }) => [rule, verdict]));
};

describe("a runtime that stands still for its own stuck thread", () => {
  it("is explained by what that thread waits for", async () => {
    // Its other threads may answer: that both are so at one time is all that ties them together.
    expect(await differential({ ...DOCKERD, "b/kubelet.log": PLEG }, "runtime/pleg-unhealthy")).toEqual({
      "proc/nfs-server-unreachable": "likely",
    });
    expect(await explained({ ...DOCKERD, "b/kubelet.log": PLEG })).toEqual([
      "confirmed proc/uninterruptible",
    ]);
  });

  it("is likely explained where only the kubelet, or what works for one container, is stuck", async () => {
    for (const name of ["kubelet", "containerd-shim", "runc:[1:CHILD]"]) {
      const files = replaced(NFS, /\bkubelet\b/g, name);
      expect(await differential({ ...files, "b/kubelet.log": PLEG }, "runtime/pleg-unhealthy")).toEqual({
        "proc/nfs-server-unreachable": "likely",
      });
    }
  });

  it("is not explained by another program's hang, and no more than possibly by a moment's wait", async () => {
    const other = replaced(NFS, "kubelet", "backup");
    expect(await differential({ ...other, "b/kubelet.log": PLEG }, "runtime/pleg-unhealthy")).toEqual({});
    const moment = await differential(
      { ...passing(DOCKERD), "b/kubelet.log": PLEG },
      "runtime/pleg-unhealthy",
    );
    expect(moment).toEqual({ "proc/nfs-server-unreachable": "possible" });
  });

  it("is not explained by what is seen now where it was over before", async () => {
    const later = `${PLEG}Apr 12 11:00:00 node-a kubelet[812]: I0412 11:00:00.100000    812 kubelet.go:1846] "Pod added"\n`;
    expect(await differential({ ...DOCKERD, "b/kubelet.log": later }, "runtime/pleg-unhealthy")).toEqual({});
  });

  it("is not explained by what was collected long after its log ended", async () => {
    const on = (date: string) =>
      differential({ ...DOCKERD, "b/kubelet.log": PLEG, "b/date": `${date}\n` }, "runtime/pleg-unhealthy");
    const last = /.*\n?$/.exec(PLEG.trimEnd())?.[0].slice(0, 15) ?? "";
    expect(last).toMatch(/^Apr 12 10:/);
    expect(Object.keys(await on("Sun Apr 12 10:05:00 2026"))).toEqual(["proc/nfs-server-unreachable"]);
    expect(await on("Wed Apr 15 10:05:00 2026")).toEqual({});
  });

  it("explains a node that is not ready on that node alone", async () => {
    const on = (node: string): Files =>
      Object.fromEntries(
        Object.entries(DOCKERD).map(([path, text]) => [path.replace("b/", `b/${node}/`), text]),
      );
    const uname = "Linux node-a 4.18.0-305.el8.x86_64 #1 SMP x86_64 GNU/Linux\n";
    const here = { ...on("node-a"), "b/node-a/uname": uname, "b/nodes.yaml": NODES };
    expect(await differential(here, "kube/node-not-ready")).toEqual({
      "proc/nfs-server-unreachable": "likely",
    });
    const there = {
      ...on("node-c"),
      "b/node-c/uname": uname.replace("node-a", "node-c"),
      "b/nodes.yaml": NODES,
    };
    expect(await differential(there, "kube/node-not-ready")).toEqual({});
  });

  it("is not explained where the node names another reason", async () => {
    const cni = NODES.replace(
      /'PLEG.*'/,
      "'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:docker: network plugin is not ready: cni config uninitialized'",
    );
    const files = {
      ...Object.fromEntries(
        Object.entries(DOCKERD).map(([path, text]) => [path.replace("b/", "b/node-a/"), text]),
      ),
      "b/node-a/uname": "Linux node-a 4.18.0-305.el8.x86_64 #1 SMP x86_64 GNU/Linux\n",
      "b/nodes.yaml": cni,
    };
    const report = await analyzeFiles(files);
    expect(verdictsOf(report, "kube/node-not-ready")).toEqual(["confirmed"]);
    expect(findingOf(report, "kube/node-not-ready").differential).toEqual([]);
  });
});
