import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Attempt, Timed } from "../packets.ts";
import { attempt, capture, unreachable, tcp } from "../packets.ts";
import { abandoned, analyzeNode, fixture } from "./listener-cases.ts";
import { LISTENER, captureOf, natOutage, randomLoss } from "./outage.ts";

const RULE = "tcp/dead-backend";
const CLIENT = "10.0.0.9";

const attempts = (from: number, count: number, outcome: Attempt["outcome"], to = LISTENER): Attempt[] =>
  Array.from({ length: count }, (_, i) => ({
    time: from + i * 2,
    from: `${CLIENT}:${(from | 0) * 100 + i + 1000}`,
    to,
    outcome,
  }));

describe(RULE, () => {
  it("is likely where an address fell silent for good, and asks for the pods", async () => {
    for (const pcap of [
      fixture("tcp_pod_deleted_same_node.pod"),
      captureOf([...attempts(0, 5, "answered"), ...attempts(12, 5, "silence")]),
    ]) {
      const finding = findingOf(await analyzeNode({ "c.pcap": pcap }), RULE);
      expect(finding.verdict).toBe("likely");
      expect(finding.missing.map(({ command }) => command)).toEqual([
        "kubectl get pods,services,endpointslices -A -o yaml",
      ]);
    }
  });

  it("cites data that nobody acknowledged, and errors that call the host unreachable", async () => {
    const open = attempts(0, 1, "answered")
      .flatMap((each) => attempt({ ...each, from: `${CLIENT}:77` }))
      .slice(0, 3);
    const refused: Timed[] = [
      [30, tcp({ from: `${CLIENT}:99`, to: LISTENER }, "syn", { seq: 4 })],
      [31, unreachable("10.0.0.1", 1, tcp({ from: `${CLIENT}:99`, to: LISTENER }, "syn", { seq: 4 }))],
    ];
    const lost = attempts(12, 3, "silence").flatMap((each) => attempt(each));
    const end = attempt({ time: 60, from: "10.0.0.77:5", to: "10.0.0.3:22", outcome: "answered" });
    const pcap = capture([...open, ...abandoned(12, `${CLIENT}:77`, LISTENER), ...lost, ...refused, ...end]);
    const finding = findingOf(await analyzeNode({ "c.pcap": pcap }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.summary).toContain(
      "nor did it acknowledge the data of 1 open connection; a router says that the host can't be reached",
    );
  });

  it.each([
    [
      "another port of the address answers",
      [
        ...attempts(0, 5, "answered"),
        ...attempts(12, 5, "silence"),
        ...attempts(13, 2, "answered", "10.0.0.2:22"),
      ],
    ],
    [
      "it answers others meanwhile",
      [...attempts(0, 5, "answered"), ...attempts(12, 5, "silence"), ...attempts(15.5, 1, "answered")],
    ],
  ])("is ruled out where %s", async (_, list) => {
    expect(verdictsOf(await analyzeNode({ "c.pcap": captureOf(list) }), RULE)).toEqual(["ruled-out"]);
  });

  it("is held down where it answers again later", async () => {
    const back = captureOf([
      ...attempts(0, 5, "answered"),
      ...attempts(12, 5, "silence"),
      ...attempts(60, 2, "answered"),
    ]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": back }), RULE)).toEqual(["possible"]);
  });

  it("is ruled out by rivals' captures", async () => {
    for (const name of [
      "tcp_backlog_accept_queue.server",
      "tcp_rp_filter_drop.server",
      "tcp_tw_recycle_paws.server",
    ])
      expect(verdictsOf(await analyzeNode({ "s.pcap": fixture(name) }), RULE), name).toEqual(["ruled-out"]);
    for (const pcap of [natOutage(), randomLoss()])
      expect(verdictsOf(await analyzeNode({ "s.pcap": pcap }), RULE)).toEqual(["ruled-out"]);
  });

  it("can't tell of what never answered in the capture, nor after two tries", async () => {
    expect(verdictsOf(await analyzeNode({ "c.pcap": captureOf(attempts(3, 4, "silence")) }), RULE)).toEqual([
      "possible",
    ]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": fixture("tcp_syn_backoff_classic.pod") }), RULE)).toEqual(
      ["possible"],
    );
    const short = capture([
      ...attempts(0, 3, "answered").flatMap(attempt),
      [9, tcp({ from: `${CLIENT}:9`, to: LISTENER }, "syn", { seq: 7 })],
      [10, tcp({ from: `${CLIENT}:9`, to: LISTENER }, "syn", { seq: 7 })],
    ]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": short }), RULE)).toEqual(["possible"]);
  });

  describe("by the pods", () => {
    const START = 1_700_000_000;
    const at = (seconds: number) => new Date((START + seconds) * 1000).toISOString();
    const pcap = captureOf([...attempts(0, 5, "answered"), ...attempts(12, 5, "silence")]);
    interface Life {
      readonly created?: number;
      readonly told?: number;
      readonly ended?: number;
      readonly namespace?: string;
    }
    const pod = (address: string, { created = -3600, told, ended, namespace = "shop" }: Life = {}) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `p-${address.replaceAll(".", "-")}-${created}`,
        namespace,
        creationTimestamp: at(created),
        ...(told !== undefined && { deletionTimestamp: at(told + 30), deletionGracePeriodSeconds: 30 }),
      },
      status: {
        podIP: address,
        hostIP: "192.168.0.4",
        phase: ended === undefined ? "Running" : "Failed",
        conditions: [
          { type: "Ready", status: ended === undefined ? "True" : "False", lastTransitionTime: at(created) },
        ],
        ...(ended !== undefined && {
          containerStatuses: [{ state: { terminated: { finishedAt: at(ended) } } }],
        }),
      },
    });
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "web-1", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
      endpoints: [{ addresses: ["10.0.0.2"], conditions: { ready: true } }],
    };
    /** Others of the node, listed a quarter of an hour later. */
    const others = [pod("10.0.0.3"), pod("10.0.0.4", { namespace: "kube-system", created: 900 })];
    const report = (...objects: readonly object[]) =>
      analyzeNode({
        "c.pcap": pcap,
        "cluster/all.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
      });
    const verdicts = async (...objects: readonly object[]) => verdictsOf(await report(...objects), RULE);

    it("is confirmed where the pod was told to stop, ended, or is gone from a list of all pods", async () => {
      expect(await verdicts(pod("10.0.0.2", { told: 8 }))).toEqual(["confirmed"]);
      expect(await verdicts(pod("10.0.0.2", { ended: 10 }))).toEqual(["confirmed"]);
      expect(await verdicts(...others)).toEqual(["confirmed"]);
      expect(await verdicts(...others, pod("10.0.0.2", { created: 60 }))).toEqual(["confirmed"]);
    });

    it("cites endpoints that list it all the same", async () => {
      const { evidence } = findingOf(await report(...others, slice), RULE);
      expect(evidence.map(({ text }) => text)).toContain(
        "EndpointSlice of Service shop/web list 10.0.0.2 as ready",
      );
    });

    it("is ruled out by a pod that was ready all the time, and listed later", async () => {
      expect(await verdicts(...others, pod("10.0.0.2"))).toEqual(["ruled-out"]);
    });

    it.each([
      ["the list is of one namespace", [pod("10.0.0.3", { created: 900 })]],
      [
        "no pod of that node was listed",
        [pod("10.0.7.3"), pod("10.0.7.4", { namespace: "kube-system", created: 900 })],
      ],
      ["the pod was listed before it fell silent", [pod("10.0.0.2"), pod("10.0.0.3")]],
      ["the pod was told to stop long before", [pod("10.0.0.2", { told: -1800 })]],
      ["it was told to stop after it had fallen silent", [pod("10.0.0.2", { told: 300 })]],
      [
        "the list is of another day",
        [pod("10.0.0.3"), pod("10.0.0.4", { namespace: "kube-system", created: 90_000 })],
      ],
      [
        "the address is a Service's",
        [
          ...others,
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "s", namespace: "shop" },
            spec: { clusterIP: "10.0.0.2" },
          },
        ],
      ],
    ])("is likely at most where %s", async (_, objects) => {
      expect(await verdicts(...objects)).toEqual(["likely"]);
    });

    it("is not confirmed by a pod that is gone, without a silence", async () => {
      const never = captureOf(attempts(3, 4, "silence"));
      const files = {
        "c.pcap": never,
        "cluster/all.json": JSON.stringify({
          apiVersion: "v1",
          kind: "List",
          items: [pod("10.0.0.2", { told: 0 })],
        }),
      };
      expect(verdictsOf(await analyzeNode(files), RULE)).toEqual(["likely"]);
    });
  });
});
