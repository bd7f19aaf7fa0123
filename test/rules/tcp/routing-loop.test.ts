import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { attempt, capture, tcp, unreachable } from "../packets.ts";
import { recorded } from "./connection-cases.ts";
import { analyzeNode, calm, fixture } from "./listener-cases.ts";

const RULE = "tcp/routing-loop";

/** SYNs that routers answer: time exceeded in transit. */
const exceeded = (routers: readonly string[]): Uint8Array =>
  capture([
    ...calm("10.0.0.2:443").flatMap(attempt),
    ...routers.flatMap((router, i): Timed[] => {
      const syn = tcp({ from: `10.0.0.9:${600 + i}`, to: "203.0.113.10:443" }, "syn", { seq: 5 + i });
      const error = unreachable(router, 0, syn);
      error[20] = 11;
      return [
        [i * 2, syn],
        [i * 2 + 0.01, error],
      ];
    }),
  ]);

describe(RULE, () => {
  it("is likely where two routers say again and again that the TTL ran out", async () => {
    for (const pcap of [
      recorded("routing_loop"),
      exceeded(["10.255.0.1", "10.255.0.2", "10.255.0.1", "10.255.0.2"]),
    ]) {
      const finding = findingOf(await analyzeNode({ "c.pcap": pcap }), RULE);
      expect(finding).toMatchObject({ verdict: "likely", explains: ["tcp/icmp-unreachable"] });
      expect(finding.missing).toEqual([]);
    }
  });

  it("is only possible of two errors, and where somebody traces the route", async () => {
    expect(verdictsOf(await analyzeNode({ "c.pcap": exceeded(["10.255.0.1", "10.255.0.2"]) }), RULE)).toEqual(
      ["possible"],
    );
    const traced = exceeded(["10.1.0.1", "10.1.0.1", "10.2.0.1", "10.2.0.1", "10.3.0.1", "10.3.0.1"]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": traced }), RULE)).toEqual(["possible"]);
  });

  it("is no rival of other errors", async () => {
    const report = await analyzeNode({ "c.pcap": fixture("tcp_refused_mix.pod") });
    expect(verdictsOf(report, "tcp/icmp-unreachable")).toContain("confirmed");
    expect(verdictsOf(report, RULE)).toEqual([]);
  });
});
