import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { attempt, capture, tcp } from "../packets.ts";
import { recorded } from "./connection-cases.ts";
import { analyzeNode, calm, fixture, portRace } from "./listener-cases.ts";
import { natOutage, randomLoss } from "./outage.ts";

const RULE = "tcp/untranslated-reply";
const VIP = "10.96.0.80:80";

/** Attempts of which each is answered by another address, for one sequence number or another. */
const answeredBy = (server: string, ack: number): Uint8Array =>
  capture([
    ...calm("10.0.0.2:443").flatMap(attempt),
    ...[5, 15, 25].flatMap((time): Timed[] => {
      const ends = { from: `10.0.0.9:${4000 + time}`, to: VIP };
      return [0, 1, 3].flatMap((after): Timed[] => [
        [time + after, tcp(ends, "syn", { seq: 700 })],
        [time + after + 0.001, tcp({ from: server, to: ends.from }, "synAck", { seq: 9, ack })],
        [time + after + 0.002, tcp({ from: ends.from, to: server }, "rst", { seq: ack })],
      ]);
    }),
  ]);

describe(RULE, () => {
  it("is confirmed by the answers themselves", async () => {
    for (const pcap of [recorded("untranslated_reply"), answeredBy("10.244.2.20:8080", 701)]) {
      const finding = findingOf(await analyzeNode({ "c.pcap": pcap }), RULE);
      expect(finding).toMatchObject({
        verdict: "confirmed",
        explains: ["tcp/syn-unanswered"],
        subject: { name: VIP },
      });
      expect(finding.summary).toBe(
        "3 SYNs of 3 lost at 10.96.0.80:80 were answered by 10.244.2.20:8080, which the client had not asked.",
      );
    }
  });

  it("is no rival where no such answer was seen, or it is to another SYN", async () => {
    const race = portRace();
    for (const pcap of [
      answeredBy("10.244.2.20:8080", 9999),
      natOutage(),
      randomLoss(),
      race,
      fixture("tcp_tw_recycle_uptime.node-any"),
    ]) {
      const report = await analyzeNode({ "c.pcap": pcap });
      expect(verdictsOf(report, "tcp/syn-unanswered")).toContain("confirmed");
      expect(verdictsOf(report, RULE)).toEqual([]);
    }
  });

  it("says nothing without a capture", async () => {
    expect(verdictsOf(await analyzeNode({ "uname.txt": "Linux node-b 5.4.0 #1 SMP\n" }), RULE)).toEqual([]);
  });
});
