import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { attempt, capture, dns } from "../packets.ts";
import { healthy, POD, RESOLVER } from "./lookups.ts";

const RULE = "dns/tcp-blocked";
const verdicts = async (...packets: Timed[][]) =>
  verdictsOf(await analyzeFiles({ "pod.pcap": capture([...packets.flat(), ...healthy(2, 60)]) }), RULE);

/** A query whose answer has the TC bit. */
function cut(time: number): Timed[] {
  const ends = { from: `${POD}:45000`, to: RESOLVER };
  const words = { id: 9, type: "A" as const, name: "long.example" };
  const answer = dns({ from: ends.to, to: ends.from }, { ...words, answer: { records: 0 } });
  // The flags stand behind the headers of IP and UDP and the id.
  const truncated = answer.map((byte, i) => (i === 30 ? byte | 2 : byte));
  return [
    [time, dns(ends, words)],
    [time + 0.001, truncated],
  ];
}
const connection = (time: number, outcome: "answered" | "silence" | "refused", to = RESOLVER) =>
  attempt({ time, from: `${POD}:46000`, to, outcome });

describe(RULE, () => {
  it("is confirmed where an answer was cut and the connection for the rest got no answer", async () => {
    const pcap = new Uint8Array(readFileSync("test/fixtures/dns/tcp-blocked.pcap"));
    const finding = findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.evidence[0]).toMatchObject({
      text: "the answer for many.example.net was cut, and 1 connection to 10.244.1.53 port 53: unanswered",
      where: { frames: [1, 2, 3, 4, 5, 6, 7, 8] },
    });
    expect(await verdicts(cut(5), connection(5.01, "refused"))).toEqual(["confirmed"]);
  });

  it("is no rival where the connection came about", async () => {
    expect(await verdicts(cut(5), connection(5.01, "answered"))).toEqual([]);
    const whole = new Uint8Array(readFileSync("test/fixtures/pcap/dns_edns_tcp_frag.pod.pcap"));
    expect((await analyzeFiles({ "pod.pcap": whole })).findings).toEqual([]);
  });

  it("is no rival where the client didn't connect, or elsewhere, or later", async () => {
    expect(await verdicts(cut(5))).toEqual([]);
    expect(await verdicts(cut(5), connection(5.01, "silence", "10.96.0.99:53"))).toEqual([]);
    expect(await verdicts(cut(5), connection(20, "silence"))).toEqual([]);
  });

  it("is no finding where connections to port 53 fail and no answer was cut", async () => {
    expect(await verdicts(connection(5, "silence"), healthy(4))).toEqual([]);
  });
});
