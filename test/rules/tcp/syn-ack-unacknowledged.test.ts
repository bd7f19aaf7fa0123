import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { attempt, capture, tcp } from "../packets.ts";
import { analyzeNode, calm, fixture } from "./listener-cases.ts";
import { LISTENER, captureOf, natOutage } from "./outage.ts";

const RULE = "tcp/syn-ack-unacknowledged";

/** Handshakes of which the client never gets the SYN-ACK. */
const halfOpen = (count: number): Timed[] =>
  Array.from({ length: count }, (_, i) => {
    const ends = { from: `10.0.0.9:${100 + i}`, to: LISTENER };
    const back = { from: LISTENER, to: ends.from };
    return [0, 1, 3].flatMap((after): Timed[] => [
      [i + after, tcp(ends, "syn", { seq: 5 })],
      [i + after + 0.0001, tcp(back, "synAck", { seq: 9, ack: 6 })],
    ]);
  }).flat();
const calmly = calm(LISTENER).flatMap(attempt);

describe(RULE, () => {
  it("is seen where SYN-ACKs are sent in vain", async () => {
    const finding = findingOf(await analyzeNode({ "s.pcap": capture([...calmly, ...halfOpen(4)]) }), RULE);
    expect(finding).toMatchObject({ verdict: "confirmed", kind: "symptom" });
    expect(finding.summary).toBe(
      "10.0.0.2:8080 answered 4 of 24 connection attempts from 1 source address with 12 SYN-ACKs, none of which was acknowledged; the clients sent their SYNs again.",
    );
    expect(
      verdictsOf(await analyzeNode({ "s.pcap": fixture("tcp_syn_flood_cookies.server") }), RULE),
    ).toEqual(["confirmed"]);
  });

  it("is not seen of two, of what was completed, or was never answered", async () => {
    for (const pcap of [
      capture([...calmly, ...halfOpen(2)]),
      captureOf(calm(LISTENER)),
      natOutage(),
      fixture("tcp_backlog_accept_queue.server"),
      fixture("tcp_snat_port_race.server"),
    ])
      expect(verdictsOf(await analyzeNode({ "s.pcap": pcap }), RULE)).toEqual([]);
  });

  it("is not seen in a capture of the answers alone", async () => {
    const answers = [...calmly, ...halfOpen(6)].filter(
      ([, packet]) => packet[20] === 0x1f && packet[21] === 0x90,
    );
    expect(verdictsOf(await analyzeNode({ "s.pcap": capture(answers) }), RULE)).toEqual([]);
  });
});
