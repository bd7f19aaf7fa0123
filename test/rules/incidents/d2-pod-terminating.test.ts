import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { deleted, listed, pod, witness } from "../kube/objects.ts";

/** `kubectl describe pod` of the pod that stays, with some rows of events. */
const described = (...events: readonly string[]) => `Name:                      apigateway-6dc48bf8b6-clcwk
Namespace:                 cn-staging
Node:                      10.179.80.31/10.179.80.31
Start Time:                Mon, 04 Mar 2019 18:01:53 +0800
Labels:                    app=apigateway
Status:                    Terminating (lasts 15h)
Termination Grace Period:  30s
IP:                        172.16.2.17
Events:
  Type     Reason      Age                  From                   Message
  ----     ------      ----                 ----                   -------
${events.map((each) => `  ${each}\n`).join("")}`;
const KILL =
  "Normal   Killing     39s (x735 over 15h)  kubelet, 10.179.80.31  Killing container with id docker://apigateway:Need to kill Pod";
const DEADLINE =
  "Warning  FailedSync  3m (x408 over 1h)    kubelet, 10.179.80.31  error determining status: rpc error: code = DeadlineExceeded desc = context deadline exceeded";
const DF = (used: number) => `Filesystem     1K-blocks      Used Available Use% Mounted on
/dev/vda1       51474912  16474912  32361992  34% /
/dev/vdb       103080888 ${Math.round(103080888 * used)}  ${Math.round(103080888 * (1 - used))}  ${Math.round(used * 100)}% /var/lib/docker
`;
const judge = async (files: Record<string, string>) => analyzeFiles(files);
const leading = async (files: Record<string, string>) =>
  (await judge(files)).findings
    .filter(({ kind, verdict }) => kind === "cause" && (verdict === "confirmed" || verdict === "likely"))
    .map(({ rule, verdict }) => `${rule} ${verdict}`);

describe("a pod that stays Terminating (D2)", () => {
  it("is explained by kills that are told 735 times in 15 hours", async () => {
    const report = await judge({ "describe.txt": described(KILL) });
    expect(verdictsOf(report, "kube/pod-terminating")).toEqual(["confirmed"]);
    expect(verdictsOf(report, "kube/need-to-kill")).toEqual(["confirmed"]);
    expect(findingOf(report, "kube/need-to-kill").summary).toContain("735 times in 14 hours");
    expect(verdictsOf(report, "kube/runtime-deadline")).toEqual(["possible"]);
    expect(verdictsOf(report, "kube/finalizer-held")).toEqual(["possible"]);
  });

  it("is explained by a runtime that does not answer", async () => {
    expect(await leading({ "describe.txt": described(DEADLINE) })).toEqual([
      "kube/runtime-deadline confirmed",
    ]);
  });

  it("is explained by a full disk of its own node, not of another", async () => {
    const files = (node: string, used: number) => ({
      "b/cluster/describe.txt": described(KILL),
      [`b/${node}/df.txt`]: DF(used),
      [`b/${node}/hostname`]: `${node}\n`,
    });
    expect(verdictsOf(await judge(files("10.179.80.31", 1)), "node/disk-full")).toContain("likely");
    expect(verdictsOf(await judge(files("10.179.80.31", 0.4)), "node/disk-full")).not.toContain("likely");
    const elsewhere = (await judge(files("10.179.80.44", 1))).findings.filter(
      ({ rule, explains }) => rule === "node/disk-full" && explains.includes("kube/pod-terminating"),
    );
    expect(elsewhere.map(({ verdict }) => verdict)).not.toContain("likely");
    expect(elsewhere.map(({ verdict }) => verdict)).not.toContain("confirmed");
  });

  it("does not take one of two hosts for the node whose short name both have", async () => {
    const short = described(KILL).replaceAll("10.179.80.31", "worker-1");
    const host = (name: string) => ({ [`b/${name}/df.txt`]: DF(1), [`b/${name}/hostname`]: `${name}\n` });
    const of = async (...hosts: readonly string[]) =>
      (
        await judge(
          Object.assign({ "b/cluster/describe.txt": short }, ...hosts.map(host)) as Record<string, string>,
        )
      ).findings
        .filter(
          ({ rule, explains }) => rule === "node/disk-full" && explains.includes("kube/pod-terminating"),
        )
        .map(({ verdict }) => verdict);
    expect(await of("worker-1.a.example")).toEqual(["likely"]);
    expect(await of("worker-1.a.example", "worker-1.b.example")).not.toContain("likely");
  });

  it("is explained by a finalizer that nobody takes off", async () => {
    const held = pod("apigateway-6dc48bf8b6-clcwk", {
      metadata: { ...deleted(54_000), finalizers: ["controller.cattle.io/namespace-auth"] },
      status: { containerStatuses: [{ name: "main", state: { terminated: { exitCode: 0 } } }] },
    });
    const report = await judge({ "pods.yaml": listed(held, witness) });
    expect(verdictsOf(report, "kube/finalizer-held")).toEqual(["confirmed"]);
    // While its containers run on, the kubelet has not let go of it either, which the summary says.
    const running = {
      ...held,
      status: { ...held.status, containerStatuses: [{ name: "main", state: { running: {} } }] },
    };
    const finding = findingOf(await judge({ "pods.yaml": listed(running, witness) }), "kube/finalizer-held");
    expect([finding.verdict, finding.summary]).toEqual([
      "confirmed",
      expect.stringContaining("Its containers run on as well"),
    ]);
    const free = pod("apigateway-6dc48bf8b6-clcwk", { metadata: deleted(54_000) });
    expect(verdictsOf(await judge({ "pods.yaml": listed(free, witness) }), "kube/finalizer-held")).toEqual([
      "ruled-out",
    ]);
  });

  it("is nothing of a pod that is killed once, or within its grace period", async () => {
    const once =
      "Normal   Killing     9s    kubelet, 10.179.80.31  Killing container with id docker://apigateway:Need to kill Pod";
    const young = described(once).replace("Terminating (lasts 15h)", "Terminating (lasts 9s)");
    expect((await judge({ "describe.txt": young })).findings).toEqual([]);
  });
});
