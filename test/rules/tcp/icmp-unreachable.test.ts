import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { attempt, capture, tcp, unreachable } from "../packets.ts";
import { natOutage } from "./outage.ts";

const RULE = "tcp/icmp-unreachable";
const syn = tcp({ from: "10.0.0.5:4000", to: "10.0.0.2:80" }, "syn", { tsval: 1 });
const healthy = attempt({ time: 5, from: "10.0.0.5:4001", to: "10.0.0.2:81", outcome: "answered" });

describe(RULE, () => {
  it("says what the error says, and who sent it", async () => {
    const pcap = capture([[0, syn], [0.001, unreachable("10.0.0.1", 13, syn)], ...healthy]);
    const report = await analyzeFiles({ "s.pcap": pcap });
    expect(findingOf(report, RULE).summary).toBe(
      "1 of 1 connection attempt to 10.0.0.2:80 was answered by ICMP: communication administratively prohibited from 10.0.0.1.",
    );
    expect(verdictsOf(report, "tcp/syn-unanswered")).toEqual([]);
  });

  it("is silent where nobody sends an error", async () => {
    expect(verdictsOf(await analyzeFiles({ "s.pcap": natOutage() }), RULE)).toEqual([]);
  });

  it("takes an error about another packet for none", async () => {
    const other = tcp({ from: "10.0.0.5:9999", to: "10.0.0.2:80" }, "ack");
    const pcap = capture([...healthy, [6, unreachable("10.0.0.1", 1, other)]]);
    expect(verdictsOf(await analyzeFiles({ "s.pcap": pcap }), RULE)).toEqual([]);
  });
});
