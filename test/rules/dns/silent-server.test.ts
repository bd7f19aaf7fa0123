import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { unreachable } from "../packets.ts";
import { captureOf, healthy, lookup } from "./lookups.ts";

const RULE = "dns/silent-server";
const DEAD = "10.0.0.99:53";
const verdicts = async (...packets: Timed[][]) =>
  verdictsOf(await analyzeFiles({ "pod.pcap": captureOf(...packets) }), RULE);
const asked = (n: number): Timed[] =>
  Array.from({ length: n }, (_, i) =>
    lookup({ time: i, port: 45000 + i, ids: [i, i + 100], server: DEAD }),
  ).flat();

describe(RULE, () => {
  it("sees a server that answers nobody, beside one that answers the same client", async () => {
    const finding = findingOf(await analyzeFiles({ "pod.pcap": captureOf(asked(3), healthy(3)) }), RULE);
    expect(finding.subject).toEqual({ kind: "dns-server", name: "10.0.0.99" });
    expect(finding.summary).toContain(
      "None of 6 queries from 10.244.1.5 to 10.0.0.99 was answered; other servers",
    );
  });

  it("is silent about two queries, about healthy servers, and where no other server answers", async () => {
    expect(await verdicts(asked(1), healthy(3))).toEqual([]);
    expect(await verdicts(healthy(9))).toEqual([]);
    const alone = asked(3);
    expect(verdictsOf(await analyzeFiles({ "pod.pcap": captureOf(alone) }), RULE)).toEqual(["confirmed"]);
  });

  it("is silent about one that answers by ICMP, or once", async () => {
    const queries = asked(3);
    const errors = queries.map(([time, packet]): Timed => [
      time + 0.001,
      unreachable("10.0.0.99", 3, packet),
    ]);
    expect(await verdicts(queries, errors, healthy(3))).toEqual([]);
    expect(await verdicts(queries, lookup({ time: 9, ids: [5, 6], a: 1, server: DEAD }), healthy(3))).toEqual(
      [],
    );
  });
});
