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
        "kubectl get pods,endpoints -A -o wide",
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
});
