import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Attempt } from "../packets.ts";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf } from "../tcp/outage.ts";

const RULE = "kube/abrupt-rollout";
/** When captures of these tests begin. */
const START = 1_700_000_000;
const at = (seconds: number) => new Date((START + seconds) * 1000).toISOString().replace(".000", "");

interface Life {
  readonly created?: number;
  readonly started?: number;
  /** When it was told to stop. */
  readonly deleted?: number;
}

const pod = ({ created = -3600, started = created, deleted }: Life) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web-6f7d9c-abcde",
    namespace: "shop",
    creationTimestamp: at(created),
    ...(deleted !== undefined && { deletionTimestamp: at(deleted + 30), deletionGracePeriodSeconds: 30 }),
    ownerReferences: [{ kind: "ReplicaSet", name: "web-6f7d9c", controller: true }],
  },
  status: {
    podIP: "10.0.0.2",
    phase: "Running",
    containerStatuses: [{ name: "web", state: { running: { startedAt: at(started) } } }],
  },
});

const deployment = (container: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: {
    replicas: 3,
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", ...container }] } },
  },
});
const PROBE = { readinessProbe: { httpGet: { path: "/", port: 8080 } } };
const HOOK = { lifecycle: { preStop: { exec: { command: ["sleep", "10"] } } } };
const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { clusterIP: "10.96.0.9", selector: { app: "web" } },
};

const attempts = (outcomes: Readonly<Record<number, Attempt["outcome"]>>) =>
  captureOf(
    Object.entries(outcomes).map(([time, outcome], i) => ({
      time: Number(time),
      from: `10.0.0.5:${40000 + i}`,
      to: "10.0.0.2:8080",
      outcome,
    })),
  );
const AT_START = attempts({ 1: "refused", 2: "refused", 3: "silence", 20: "answered", 21: "answered" });
const AT_STOP = attempts({ 1: "answered", 2: "answered", 12: "refused", 13: "silence" });

const bundle = (pcap: Uint8Array, ...objects: readonly object[]) => ({
  "client/s.pcap": pcap,
  "cluster/objects.yaml": objects.map((object) => stringify(object)).join("---\n"),
});

describe(RULE, () => {
  it("is confirmed by failures at a pod's start, without a readinessProbe", async () => {
    const files = bundle(AT_START, pod({ created: 0, started: 1 }), deployment(HOOK));
    const finding = findingOf(await analyzeFiles(files), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("3 of them between its start and its first connection");
  });

  it("is confirmed by failures once it was told to stop, without a preStop hook", async () => {
    const files = bundle(AT_STOP, pod({ deleted: 11 }), deployment(PROBE));
    expect(verdictsOf(await analyzeFiles(files), RULE)).toContain("confirmed");
  });

  it("finds the same in JSON", async () => {
    const items = [pod({ deleted: 11 }), deployment(PROBE)];
    const json = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    expect(
      verdictsOf(await analyzeFiles({ "client/s.pcap": AT_STOP, "cluster/all.json": json }), RULE),
    ).toContain("confirmed");
  });

  it("is not confirmed where the workload has what it takes", async () => {
    const files = bundle(AT_STOP, pod({ deleted: 11 }), deployment({ ...PROBE, ...HOOK }));
    expect(verdictsOf(await analyzeFiles(files), RULE)).not.toContain("confirmed");
  });

  it("is ruled out by failures between connections that the pod answered", async () => {
    const pcap = attempts({ 1: "answered", 2: "refused", 3: "refused", 4: "refused", 20: "answered" });
    const report = await analyzeFiles(bundle(pcap, pod({}), deployment({})));
    expect(verdictsOf(report, RULE)).toEqual(["ruled-out"]);
  });

  it("is only possible where the times of the cluster and of the capture are not of one day", async () => {
    const files = bundle(AT_STOP, pod({ created: -90_000, deleted: -86_000 }), deployment(PROBE));
    expect(new Set(verdictsOf(await analyzeFiles(files), RULE))).toEqual(new Set(["possible"]));
  });

  it("is likely at most without the workload", async () => {
    expect(new Set(verdictsOf(await analyzeFiles(bundle(AT_STOP, pod({ deleted: 11 }))), RULE))).toEqual(
      new Set(["likely"]),
    );
  });

  it("is possible from the workloads alone, told once for all of them, and only of such as serve", async () => {
    const only = (...objects: readonly object[]) => ({
      "cluster/objects.yaml": objects.map((object) => stringify(object)).join("---\n"),
      "node-a/proc/sys.txt": "net.ipv4.ip_forward = 1\nnet.ipv4.tcp_timestamps = 1\n",
    });
    const report = await analyzeFiles(only(SERVICE, deployment({})));
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
    expect(findingOf(report, RULE).host).toBe(null);
    expect(findingOf(report, RULE).subject).toMatchObject({ kind: "cluster" });
    expect(verdictsOf(await analyzeFiles(only(SERVICE, deployment({ ...PROBE, ...HOOK }))), RULE)).toEqual(
      [],
    );
    expect(verdictsOf(await analyzeFiles(only(deployment({}))), RULE)).toEqual([]);
  });

  it("takes the ports that a Deployment names for serving where no Service was listed", async () => {
    const ports = { ports: [{ containerPort: 80 }] };
    const alone = async (object: object) =>
      verdictsOf(await analyzeFiles({ "d.yaml": stringify(object) }), RULE);
    expect(await alone(deployment(ports))).toEqual(["possible"]);
    expect(await alone(deployment({ ...ports, ...PROBE, ...HOOK }))).toEqual([]);
    const { spec, ...rest } = deployment(ports);
    expect(await alone({ ...rest, spec: { ...spec, strategy: { type: "Recreate" } } })).toEqual([]);
    expect(await alone({ ...rest, spec: { ...spec, replicas: 0 } })).toEqual([]);
    // Another Service is listed, and none for this one.
    const other = { ...SERVICE, spec: { ...SERVICE.spec, selector: { app: "api" } } };
    expect(
      verdictsOf(
        await analyzeFiles({ "d.yaml": [deployment(ports), other].map((o) => stringify(o)).join("---\n") }),
        RULE,
      ),
    ).toEqual([]);
  });

  it("reads manifests that leave their namespace to whoever applies them", async () => {
    const manifests = [SERVICE, deployment({})].map((each) =>
      stringify(each).replace(/ *namespace: shop\n/, ""),
    );
    const finding = findingOf(await analyzeFiles({ "app.yaml": manifests.join("---\n") }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.evidence[0]?.text).toMatch(/^Deployment web: container web has no readinessProbe/);
  });

  it("is silent where the listener is no pod that was listed", async () => {
    const files = bundle(AT_STOP, { ...pod({ deleted: 11 }), status: { podIP: "10.0.0.3" } }, deployment({}));
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });

  it("takes no pod for the one at an address that two had", async () => {
    const other = pod({ created: 0 });
    const files = bundle(
      AT_STOP,
      pod({ deleted: 11 }),
      { ...other, metadata: { ...other.metadata, name: "api-1" } },
      deployment({}),
    );
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });

  it("confirms the sample for both pods", async () => {
    const read = (name: string) => readFileSync(`samples/abrupt-rollout/bundle/${name}`);
    const report = await analyzeFiles({
      "b/client/c.pcap": read("client/client.pcap"),
      "b/all.yaml": `${read("cluster/pods.yaml").toString()}---\n${read("cluster/deployment.yaml").toString()}`,
    });
    expect(findingOf(report, RULE).subject).toMatchObject({ count: 2 });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
  });
});
