import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Attempt } from "../packets.ts";
import { captureOf } from "../tcp/outage.ts";

const RULE = "kube/abrupt-rollout";
const START = 1_700_000_000;
const at = (seconds: number) => new Date((START + seconds) * 1000).toISOString().replace(".000", "");
const PROBE =
  "        readinessProbe:\n          httpGet:\n            path: /healthz\n            port: 80\n          initialDelaySeconds: 15\n";
const HOOK =
  '        lifecycle:\n          preStop:\n            exec:\n              command: ["/bin/bash", "-c", "sleep 30"]\n';
/** The write-up's manifest, with and without what it adds. */
const manifest = (more: string, namespace = "") => `apiVersion: extensions/v1beta1
kind: Deployment
metadata:
  name: nginx
${namespace}spec:
  replicas: 1
  selector:
    matchLabels:
      component: nginx
  template:
    metadata:
      labels:
        component: nginx
    spec:
      containers:
      - name: nginx
        image: "nginx"
        ports:
        - name: http
          hostPort: 80
          containerPort: 80
          protocol: TCP
${more}`;
const pod = (deleted: boolean) => `apiVersion: v1
kind: Pod
metadata:
  name: nginx-6f7d9c4b5d-x2vkz
  namespace: web
  creationTimestamp: "${at(deleted ? -3600 : 0)}"
${deleted ? `  deletionTimestamp: "${at(41)}"\n  deletionGracePeriodSeconds: 30\n` : ""}  ownerReferences:
  - kind: ReplicaSet
    name: nginx-6f7d9c4b5d
    controller: true
status:
  podIP: 10.0.0.2
  phase: Running
  containerStatuses:
  - name: nginx
    state:
      running:
        startedAt: "${at(deleted ? -3599 : 1)}"
`;
const attempts = (outcomes: Readonly<Record<number, Attempt["outcome"]>>) =>
  captureOf(
    Object.entries(outcomes).map(([time, outcome], i) => ({
      time: Number(time),
      from: `10.0.0.5:${40000 + i}`,
      to: "10.0.0.2:80",
      outcome,
    })),
  );
const STARTING = attempts({ 2: "refused", 3: "refused", 4: "refused", 20: "answered", 21: "answered" });
const STOPPING = attempts({ 1: "answered", 2: "answered", 13: "refused", 14: "silence", 15: "refused" });
const IN_WEB = "  namespace: web\n";
const verdicts = async (files: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(files), RULE);

describe("rolling updates that break connections (C3)", () => {
  it("is possible by the manifest alone, and nothing by the one that was mended", async () => {
    const finding = findingOf(await analyzeFiles({ "nginx.yaml": manifest("") }), RULE);
    expect(finding).toMatchObject({ kind: "audit", verdict: "possible" });
    expect(await verdicts({ "nginx.yaml": manifest(PROBE) })).toEqual(["possible"]);
    expect(await verdicts({ "nginx.yaml": manifest(HOOK) })).toEqual(["possible"]);
    expect((await analyzeFiles({ "nginx.yaml": manifest(PROBE + HOOK) })).findings).toEqual([]);
  });

  it("is confirmed by refused connections right after the start, without a readinessProbe", async () => {
    const files = { "c/client.pcap": STARTING, "k/pod.yaml": pod(false) };
    expect(await verdicts({ ...files, "k/nginx.yaml": manifest(HOOK, IN_WEB) })).toEqual(["confirmed"]);
    expect(await verdicts({ ...files, "k/nginx.yaml": manifest(PROBE, IN_WEB) })).not.toContain("confirmed");
    expect(await verdicts(files)).toEqual(["likely"]);
  });

  it("is confirmed by failures after it was told to stop, without a preStop delay", async () => {
    const files = { "c/client.pcap": STOPPING, "k/pod.yaml": pod(true) };
    const report = await analyzeFiles({ ...files, "k/nginx.yaml": manifest(PROBE, IN_WEB) });
    expect(new Set(verdictsOf(report, RULE))).toEqual(new Set(["confirmed"]));
    expect(await verdicts({ ...files, "k/nginx.yaml": manifest(HOOK, IN_WEB) })).not.toContain("confirmed");
  });

  it("is nothing where connections fail while the pod serves others", async () => {
    const pcap = attempts({ 1: "answered", 2: "refused", 3: "refused", 4: "refused", 20: "answered" });
    expect(
      await verdicts({ "c/client.pcap": pcap, "k/pod.yaml": pod(false), "k/n.yaml": manifest("", IN_WEB) }),
    ).toEqual(["ruled-out"]);
  });
});
