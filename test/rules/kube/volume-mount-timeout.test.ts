import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "kube/volume-mount-timeout";
const LOG = readFileSync("test/fixtures/logs/kube-fsgroup-chown-slow/kubelet.log", "utf8");

describe(RULE, () => {
  it("names the pod that waits", async () => {
    const finding = findingOf(await analyzeFiles({ "kubelet.log": LOG }), RULE);
    expect(finding).toMatchObject({ verdict: "confirmed", subject: { kind: "pod", name: "shop/db-0" } });
    expect(finding.summary).toContain("4 lines, over 6 minutes");
  });

  it("knows the words of older kubelets", async () => {
    const line = (minute: number) =>
      `E0412 10:0${minute}:00.000001     812 kubelet.go:1662] Unable to attach or mount volumes for pod "db-0_shop(8905d88e-6531-4d65-9c2a-eff11dc7eb29)": unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition; skipping pod\n`;
    const report = await analyzeFiles({ "kubelet.log": line(1) + line(3) });
    expect(findingOf(report, RULE).subject).toMatchObject({ name: "db-0_shop" });
  });

  it("is silent about one wait, which the next try may have ended, and without a log", async () => {
    const once = LOG.split("\n").slice(0, 3).join("\n");
    expect(verdictsOf(await analyzeFiles({ "kubelet.log": `${once}\n` }), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeFiles({ hostname: "node-a\n" }), RULE)).toEqual([]);
  });
});
