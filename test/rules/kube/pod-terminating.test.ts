import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { deleted, eventAbout, listed, node, pod, witness } from "./objects.ts";

const RULE = "kube/pod-terminating";
const printed = (name: string) => readFileSync(`test/fixtures/kubectl/printed/${name}`, "utf8");
const see = async (files: Readonly<Record<string, string>>) => verdictsOf(await analyzeFiles(files), RULE);
const KILLS = {
  reason: "Killing",
  message: "Killing container with id docker://main:Need to kill Pod",
  type: "Normal",
};
const table = (status: string, age: string) =>
  `NAMESPACE   NAME   READY   STATUS        RESTARTS   AGE   IP         NODE     NOMINATED NODE   READINESS GATES
shop        web    0/1     ${status.padEnd(11)}   0          ${age.padEnd(3)}   10.1.0.9   node-b   <none>           <none>
`;

describe(RULE, () => {
  it("is seen where the pod outlives its time by the listing's own latest", async () => {
    const report = await analyzeFiles({
      "c/pods.yaml": listed(pod("web", { metadata: deleted(7200) }), witness),
    });
    const finding = findingOf(report, RULE);
    expect(finding.subject).toMatchObject({ kind: "pod", name: "shop/web", uid: "uid-web" });
    expect(finding.summary).toContain("was listed 2 hours later");
    expect(finding.evidence[0]).toMatchObject({ artifact: "c/pods.yaml", where: { line: 4 } });
  });

  it("is not seen of a pod that was deleted just now, or has a long grace period", async () => {
    expect(await see({ "c/pods.yaml": listed(pod("web", { metadata: deleted(1) }), witness) })).toEqual([]);
    const patient = pod("web", { metadata: deleted(-1800, 3600) });
    expect(await see({ "c/pods.yaml": listed(patient, witness) })).toEqual([]);
    // Its own times are all that the listing has.
    expect(await see({ "c/pods.yaml": listed(pod("web", { metadata: deleted(7200) })) })).toEqual([]);
  });

  it("is not seen of pods that nobody deleted: finished jobs, mirror pods, such with finalizers", async () => {
    const done = pod("job-1", {
      metadata: { finalizers: ["batch.kubernetes.io/job-tracking"] },
      status: { phase: "Succeeded" },
    });
    const mirror = pod("etcd-a", { metadata: { annotations: { "kubernetes.io/config.mirror": "x" } } });
    expect(await see({ "c/pods.yaml": listed(done, mirror, witness) })).toEqual([]);
  });

  it("is seen by events about it that came later, and not by those of another of its name", async () => {
    const web = pod("web", { metadata: deleted(7200) });
    const event = eventAbout("web", { ...KILLS, count: 3 });
    expect(await see({ "c/pods.yaml": listed(web), "c/events.yaml": listed(event) })).toEqual(["confirmed"]);
    const other = { ...event, involvedObject: { ...event.involvedObject, uid: "another" } };
    expect(await see({ "c/pods.yaml": listed(web), "c/events.yaml": listed(other) })).toEqual([]);
  });

  it("is not seen in one table alone, and is in two", async () => {
    expect(await see({ "c/pods.txt": table("Terminating", "5d") })).toEqual([]);
    expect(
      await see({ "c/pods.txt": table("Terminating", "40m"), "c/later.txt": table("Terminating", "62m") }),
    ).toEqual(["confirmed"]);
    expect(
      await see({ "c/pods.txt": table("Running", "40m"), "c/later.txt": table("Terminating", "62m") }),
    ).toEqual([]);
  });

  it("is seen in a table with events or a lost node beside it", async () => {
    const nodes = (status: string) =>
      `NAME     STATUS     ROLES    AGE    VERSION\nnode-b   ${status.padEnd(8)}   <none>   231d   v1.18.9\n`;
    const files = { "c/pods.txt": table("Terminating", "5d") };
    expect(await see({ ...files, "c/nodes.txt": nodes("NotReady") })).toEqual(["confirmed"]);
    expect(await see({ ...files, "c/nodes.txt": nodes("Ready") })).toEqual([]);
    expect(
      await see({ "c/pods.txt": printed("pods-all.txt"), "c/events.txt": printed("kubectl-events.txt") }),
    ).toEqual(["confirmed"]);
    expect(
      await see({ "c/pods.txt": printed("pods-all.txt"), "c/events.txt": printed("events.txt") }),
    ).toEqual([]);
  });

  it("is seen in a description", async () => {
    const text = printed("describe-pods.txt");
    expect(await see({ "c/describe.txt": text })).toEqual(["confirmed"]);
    expect(
      await see({
        "c/describe.txt": text.replace(/lasts \w+/, "lasts 12s").replace(/^Events:[^]*?\n\n/m, "\n"),
      }),
    ).toEqual([]);
  });

  it("is seen by kills without end alone, where nobody listed the pod", async () => {
    const kills = eventAbout("web", { ...KILLS, count: 700, first: 50_000 });
    const finding = findingOf(await analyzeFiles({ "c/events.yaml": listed(kills) }), RULE);
    expect(finding.missing[0]?.command).toBe("kubectl -n shop get pod web -o yaml");
    expect(await see({ "c/events.yaml": listed(eventAbout("web", { ...KILLS, count: 2 })) })).toEqual([]);
    // It is listed, and nobody deleted it.
    expect(await see({ "c/events.yaml": listed(kills, pod("web"), witness) })).toEqual([]);
  });

  it("is never surer by a poorer form of the same cluster", async () => {
    const RANK = ["confirmed", "likely", "possible", "ruled-out"];
    const rules = ["kube/need-to-kill", "kube/runtime-deadline", "kube/finalizer-held", "kube/node-lost"];
    const verdicts = async (...names: readonly string[]) => {
      const report = await analyzeFiles(
        Object.fromEntries(names.map((name) => [`c/${name}`, printed(name)])),
      );
      return rules.map((rule) => RANK.indexOf(verdictsOf(report, rule)[0] ?? "possible"));
    };
    const yaml = await verdicts("objects-all.yaml", "nodes-wide.txt");
    expect(await verdicts("objects-all.json", "nodes-wide.txt")).toEqual(yaml);
    for (const poorer of [
      ["pods-wide.txt", "events-wide.txt", "nodes-wide.txt"],
      ["pods-all.txt", "kubectl-events.txt"],
      ["pods-all.txt", "events.txt"],
      ["describe-pods.txt", "describe-nodes.txt"],
      ["pods-wide.txt"],
    ]) {
      const found = await verdicts(...poorer);
      for (const [i, rank] of found.entries()) {
        // Neither surer that it is so, nor that it isn't.
        expect(Math.abs(rank - 2), `${rules[i]} by ${poorer.join()}`).toBeLessThanOrEqual(
          Math.abs((yaml[i] ?? 2) - 2),
        );
      }
    }
  });

  it("is told of the node that the pod is on, whose evidence its causes are asked of", async () => {
    const files = {
      "b/node-b/proc/sys.txt": "net.ipv4.ip_forward = 1\nnet.ipv4.tcp_timestamps = 1\n",
      "b/cluster/pods.yaml": listed(pod("web", { metadata: deleted(7200) }), witness, node("node-b", "True")),
    };
    expect(findingOf(await analyzeFiles(files), RULE).host).toBe("node-b");
  });

  it("takes a pod of a StatefulSet that terminates twice for two pods, unless its address says otherwise", async () => {
    const table = (name: string, age: string, ip: string) =>
      `NAMESPACE   NAME                   READY   STATUS        RESTARTS   AGE   IP           NODE\nshop        ${name}   1/1     Terminating   0          ${age}   ${ip}   node-b\n`;
    const twice = async (name: string, ip: string) =>
      verdictsOf(
        await analyzeFiles({
          "1/pods.txt": table(name, "3d", "10.1.1.5"),
          "2/pods.txt": table(name, "30m", ip),
        }),
        "kube/pod-terminating",
      );
    expect(await twice("db-0", "10.1.2.9")).toEqual([]);
    expect(await twice("db-0", "10.1.1.5")).toEqual(["confirmed"]);
    expect(await twice("web-5d9c8b7f6d-x2vkz", "10.1.1.5")).toEqual(["confirmed"]);
  });
});
