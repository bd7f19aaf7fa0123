import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { eventAbout, listed, pod, witness } from "./objects.ts";

const RULE = "kube/image-pull";
const waiting = (reason: string, message?: string) =>
  pod("web", {
    status: {
      phase: "Pending",
      containerStatuses: [
        { name: "main", state: { waiting: { reason, ...(message !== undefined && { message }) } } },
      ],
    },
  });
const failed = (why: string, count = 4) =>
  eventAbout("web", {
    reason: "Failed",
    message: `Failed to pull image "web:2": rpc error: code = Unknown desc = ${why}`,
    count,
  });
const summary = async (...items: readonly object[]) =>
  findingOf(await analyzeFiles({ "c/all.yaml": listed(...items) }), RULE).summary;
const see = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items) }), RULE);

describe(RULE, () => {
  it.each([
    [
      "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit",
      "limits how often",
    ],
    ['Get "https://r:5000/v2/": x509: certificate signed by unknown authority', "does not trust"],
    ["failed to register layer: write /usr/lib/x: no space left on device", "disk is full"],
    ["pull access denied for web, repository does not exist or may require 'docker login'", "refuses it"],
    ["manifest for web:2 not found: manifest unknown: manifest unknown", "no such image"],
    [
      'failed to resolve reference "docker.io/library/web:2": docker.io/library/web:2: not found',
      "no such image",
    ],
    ["dial tcp: lookup registry.example on 10.0.0.53:53: no such host", "can't resolve"],
    ["dial tcp 10.0.0.9:443: i/o timeout", "doesn't reach"],
    ["no matching manifest for linux/arm64/v8 in the manifest list entries", "processor"],
  ])("tells why by the message: %s", async (why, says) => {
    expect(await summary(waiting("ImagePullBackOff"), failed(why))).toContain(says);
    expect(await summary(waiting("ErrImagePull", why))).toContain(says);
  });

  it("is seen in a table, and asks why", async () => {
    const table =
      "NAMESPACE   NAME   READY   STATUS             RESTARTS   AGE\nshop        web    0/1     ImagePullBackOff   0          41m\n";
    const finding = findingOf(await analyzeFiles({ "c/pods.txt": table }), RULE);
    expect(finding.summary).toContain("nothing that was collected says why");
    expect(finding.missing[0]?.command).toBe("kubectl -n shop describe pod web");
    const beside = await analyzeFiles({
      "c/pods.txt": table,
      "c/events.yaml": listed(failed("x509: certificate has expired")),
    });
    expect(findingOf(beside, RULE).summary).toContain("does not trust");
  });

  it("is seen by events alone where no pull worked", async () => {
    const why = "dial tcp 10.0.0.9:443: i/o timeout";
    expect(await see(failed(why))).toEqual(["confirmed"]);
    expect(await see(failed(why, 1))).toEqual([]);
    expect(
      await see(failed(why), eventAbout("web", { reason: "Pulled", message: "Successfully pulled image" })),
    ).toEqual([]);
  });

  it("is not seen of a pod that runs by now, or that waits for something else", async () => {
    expect(await see(pod("web"), failed("dial tcp: i/o timeout"))).toEqual([]);
    expect(await see(waiting("ContainerCreating"), witness)).toEqual([]);
  });
});
