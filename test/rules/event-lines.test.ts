import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "./case.ts";
import { eventAbout, listed, pod } from "./kube/objects.ts";

const FULL =
  "failed to setup network for sandbox: failed to allocate for range 0: no IP addresses available in range set: 10.244.3.1-10.244.3.254";
const full = (count: number) =>
  eventAbout("web-0", { reason: "FailedCreatePodSandBox", message: FULL, count, first: 900 });
const RULE = "cni/ipam-exhausted";

describe("a symptom of logs", () => {
  it("is seen in events that say the same, with their object", async () => {
    const finding = findingOf(await analyzeFiles({ "c/all.yaml": listed(full(6)) }), RULE);
    expect(finding.summary).toContain("6 events");
    expect(finding.subject["name"]).toBe("10.244.3.1-10.244.3.254");
    expect(finding.evidence[0]).toMatchObject({ artifact: "c/all.yaml", text: FULL });
  });

  it("is not seen in less than a log would have to say", async () => {
    expect(verdictsOf(await analyzeFiles({ "c/all.yaml": listed(full(1)) }), RULE)).toEqual([]);
  });

  it("has passed where the pod runs by now", async () => {
    const files = { "c/all.yaml": listed(full(6), pod("web-0", { status: { phase: "Running" } })) };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });

  it("has passed where the pod is done, and not where one of its containers can't be made or it can't be ended", async () => {
    const see = async (message: string, status: object, metadata = {}) => {
      const event = eventAbout("web-0", { reason: "Failed", message, count: 6, first: 900 });
      const files = { "c/all.yaml": listed(event, pod("web-0", { status, metadata })) };
      return (await analyzeFiles(files)).findings.map(({ rule }) => rule);
    };
    const waiting = (reason: string) => ({
      phase: "Running",
      containerStatuses: [
        { name: "a", state: { running: { startedAt: "2024-01-19T03:00:00Z" } } },
        { name: "b", state: { waiting: { reason } } },
      ],
    });
    expect(await see(FULL, { phase: "Succeeded" })).not.toContain(RULE);
    expect(await see(FULL, waiting("CrashLoopBackOff"))).not.toContain(RULE);
    const reserved =
      'Error: failed to reserve container name "b_web-0_shop_x_0": name "b_web-0_shop_x_0" is reserved for "0123456789ab0123456789ab0123456789ab0123456789ab0123456789ab0123"';
    expect(await see(reserved, waiting("CreateContainerError"))).toContain("runtime/name-reserved");
    const killing =
      'error killing pod: failed to "KillPodSandbox" for "x" with KillPodSandboxError: "rpc error: code = DeadlineExceeded desc = context deadline exceeded"';
    expect(await see(killing, { phase: "Running" })).not.toContain("runtime/deadline-exceeded");
    const ending = { deletionTimestamp: "2024-01-19T03:00:00Z", deletionGracePeriodSeconds: 30 };
    expect(await see(killing, { phase: "Running" }, ending)).toContain("runtime/deadline-exceeded");
  });

  it("is told once where the node's own log says so", async () => {
    const line = `E0301 10:00:00.000000    1234 pod_workers.go:190] "Error syncing pod, skipping" err="${FULL}" pod="shop/web-0"`;
    const report = await analyzeFiles({
      "c/all.yaml": listed(full(6)),
      "kubelet.log": `${line}\n${line}\n${line}\n`,
    });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).evidence[0]?.artifact).toBe("kubelet.log");
  });

  it("counts an event and its double with another reason once", async () => {
    const message =
      "Failed to garbage collect required amount of images. Attempted to free 5368709120 bytes, but only found 0 bytes eligible to free.";
    const events = (age: string) =>
      ["FreeDiskSpaceFailed", "ImageGCFailed"]
        .map((reason) => `  Warning  ${reason.padEnd(19)}   ${age}                 kubelet  ${message}\n`)
        .join("");
    const head =
      "Events:\n  Type     Reason                Age                  From     Message\n  ----     ------                ----                 ----     -------\n";
    const see = async (text: string) =>
      verdictsOf(await analyzeFiles({ "e.txt": text }), "node/image-gc-failed");
    expect(await see(head + events("59m"))).toEqual([]);
    expect(await see(head + events("59m") + events("54m").replaceAll("5368709120", "5368709999"))).toEqual([
      "confirmed",
    ]);
  });

  it("is seen of volumes that a pod waits for", async () => {
    const waiting = eventAbout("db-0", {
      reason: "FailedMount",
      message:
        "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access-x2x7v]: timed out waiting for the condition",
      count: 5,
      first: 1200,
    });
    const finding = findingOf(
      await analyzeFiles({ "c/all.yaml": listed(waiting) }),
      "kube/volume-mount-timeout",
    );
    expect(finding.subject).toMatchObject({ kind: "pod", name: "shop/db-0" });
  });

  it("is seen of a runtime that does not answer in time", async () => {
    const late = eventAbout("db-0", {
      reason: "FailedCreatePodSandBox",
      message:
        "Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded",
      count: 4,
      first: 1200,
    });
    expect(
      verdictsOf(await analyzeFiles({ "c/all.yaml": listed(late) }), "runtime/deadline-exceeded"),
    ).toEqual(["confirmed"]);
  });
});
