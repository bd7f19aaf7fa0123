import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  clusterNodeOf,
  eventOf,
  kubeDescribeFormat,
  parseDescriptions,
  podOf,
} from "../../src/kube/index.ts";

const fixture = (name: string) => readFileSync(`test/fixtures/kubectl/printed/${name}`, "utf8");
const bytes = (text: string) => new TextEncoder().encode(text);

describe("kubectl describe", () => {
  it("tells of pods and their events", () => {
    const { objects } = parseDescriptions(fixture("describe-pods.txt"));
    const pods = objects.flatMap((object) => podOf(object) ?? []);
    expect(pods).toMatchObject([
      {
        namespace: "shop",
        name: "apigateway-6dc48bf8b6-tgj2h",
        node: "node-b",
        hostIP: "192.168.50.12",
        addresses: ["10.244.2.17"],
        phase: undefined,
        controller: { kind: "ReplicaSet", name: "apigateway-6dc48bf8b6" },
      },
      { name: "basket-58c9d7f64b-x2lqk", phase: "Running" },
    ]);
    expect(pods[0]?.object.shown.get("Status")).toMatch(/^Terminating \(lasts \d+h\)$/);
    expect(pods[1]?.object.value).toMatchObject({
      status: {
        containerStatuses: [
          {
            name: "basket",
            restartCount: 14,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { reason: "Error", exitCode: 2 } },
          },
        ],
      },
    });
    const events = objects.flatMap((object) => eventOf(object) ?? []);
    expect(events).toHaveLength(2);
    expect(events.find(({ reason }) => reason === "Killing")).toMatchObject({
      count: 735,
      about: { kind: "Pod", namespace: "shop", name: "apigateway-6dc48bf8b6-tgj2h" },
      component: "kubelet",
    });
  });

  it("tells of nodes", () => {
    const { objects } = parseDescriptions(fixture("describe-nodes.txt"));
    expect(objects.flatMap((object) => clusterNodeOf(object) ?? [])).toMatchObject([
      {
        name: "node-a",
        isReady: true,
        isUnschedulable: false,
        kernelVersion: "4.15.0-118-generic",
        addresses: [{ type: "InternalIP" }, { type: "Hostname" }],
        conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
      },
      { name: "node-b", isUnschedulable: true },
    ]);
  });

  it("tells events as kubectl 1.8 and older aligned them, with tabs", () => {
    const text = [
      "Name:\t\tweb-0",
      "Namespace:\tshop",
      "Node:\t\tnode-b/10.0.0.2",
      "Labels:\t\tapp=web",
      "Controlled By:\tStatefulSet/web",
      "Events:",
      "  FirstSeen\tLastSeen\tCount\tFrom\t\t\tSubObjectPath\tType\t\tReason\tMessage",
      "  ---------\t--------\t-----\t----\t\t\t-------------\t--------\t------\t-------",
      "  1h\t\t11m\t\t35\tkubelet, node-b\t\tNormal\t\tKilling\tNeed to kill Pod",
      "",
    ].join("\n");
    expect(parseDescriptions(text).objects.flatMap((object) => eventOf(object) ?? [])).toMatchObject([
      { reason: "Killing", count: 35, lasted: 49 * 60, host: "node-b", about: { name: "web-0" } },
    ]);
  });

  it("survives every cut", () => {
    for (const name of ["describe-pods.txt", "describe-nodes.txt"]) {
      const whole = fixture(name);
      for (let length = 0; length <= whole.length; length += 7) {
        const { objects } = parseDescriptions(whole.slice(0, length).replaceAll("\n", "\r\n"));
        expect(objects.length).toBeLessThanOrEqual(4);
      }
    }
  });

  it("is recognised by its fields", () => {
    const recognised = (text: string) => kubeDescribeFormat.recognise(bytes(text), "x");
    expect(recognised(fixture("describe-pods.txt"))).toBe(true);
    expect(recognised(fixture("describe-nodes.txt"))).toBe(true);
    expect(recognised("Name:\tbash\nUmask:\t0022\nState:\tS (sleeping)\n")).toBe(false);
    expect(recognised("Name: x\napiVersion: v1\nkind: Pod\nLabels: y\n")).toBe(false);
  });

  it("tells events that were pasted without what they are of", () => {
    const text = [
      "Events look like this:",
      "Type     Reason       Age                 From     Message",
      "----     ------       ----                ----     -------",
      "Warning  FailedMount  3m (x8 over 20m)    kubelet  MountVolume.SetUp failed: no such file",
      "",
      "Warning signs are not rows of it, and neither is this.",
    ].join("\n");
    expect(kubeDescribeFormat.recognise(bytes(text), "events.txt")).toBe(true);
    const events = parseDescriptions(text).objects.flatMap((object) => eventOf(object) ?? []);
    expect(events).toMatchObject([{ reason: "FailedMount", count: 8, component: "kubelet" }]);
    expect(events[0]?.about.name).toBeUndefined();
    expect(events[0]?.object.line).toBe(4);
  });

  it("tells old events whose tabs have become blanks", () => {
    const text = [
      "Events:",
      "  FirstSeen    LastSeen    Count    From            SubObjectPath    Type        Reason        Message",
      "  ---------    --------    -----    ----            -------------    --------    ------        -------",
      "  10m        1m        5    kubelet, node-b            Warning        FailedMount    Unable to mount volumes",
      "",
    ].join("\n");
    expect(parseDescriptions(text).objects.flatMap((object) => eventOf(object) ?? [])).toMatchObject([
      { reason: "FailedMount", count: 5, host: "node-b" },
    ]);
  });
});
