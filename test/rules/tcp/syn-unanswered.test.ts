import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Attempt } from "../packets.ts";
import { LISTENER, captureOf, natOutage, randomLoss } from "./outage.ts";
import { attempt, capture, unreachable } from "../packets.ts";

const RULE = "tcp/syn-unanswered";
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "s.pcap": pcap }), RULE);
const one = (outcome: Attempt["outcome"], i = 0): Attempt => ({
  time: i,
  from: `10.0.0.${i + 20}:4000`,
  to: LISTENER,
  tsval: 1000 + i,
  outcome,
});

describe(RULE, () => {
  it("counts the listener's attempts and names the frames of the lost ones", async () => {
    const finding = findingOf(await analyzeFiles({ "s.pcap": natOutage() }), RULE);
    expect(finding).toMatchObject({
      kind: "symptom",
      verdict: "confirmed",
      subject: { kind: "listener", name: LISTENER },
    });
    expect(finding.summary).toBe(
      "6 of 12 connection attempts to 10.0.0.2:8080 from 1 source address got no answer at all; 6 were answered at once.",
    );
    expect(finding.evidence[0]?.where?.["frames"]).toHaveLength(6);
  });

  it("is one finding a listener", async () => {
    expect(await verdicts(randomLoss())).toEqual(["confirmed"]);
  });

  it("says nothing of one SYN that is answered when sent again, but of two", async () => {
    expect(await verdicts(captureOf([one("answered"), one("late", 1)]))).toEqual([]);
    expect(await verdicts(captureOf([one("answered"), one("late", 1), one("late", 2)]))).toEqual([
      "confirmed",
    ]);
  });

  it("says nothing of a few retries among thousands of handshakes, but of many, of a burst, and of who got no answer at all", async () => {
    const among = (total: number, ...lost: readonly Attempt[]): Promise<string[]> => {
      const well = Array.from({ length: total }, (_, i): Attempt => ({
        time: i / 20,
        from: `10.0.${i >> 12}.20:${4000 + (i & 4095)}`,
        to: LISTENER,
        outcome: "answered",
      }));
      return verdicts(captureOf([...well, ...lost]));
    };
    const late = (time: number): Attempt => ({ ...one("late"), time, from: `10.0.9.9:${20000 + time}` });
    expect(await among(5000, late(40), late(120))).toEqual([]);
    expect(await among(500, late(10), late(20))).toEqual(["confirmed"]);
    expect(await among(5000, ...[10, 40, 80, 120, 160].map(late))).toEqual(["confirmed"]);
    expect(await among(10_000, late(100), late(101), late(102))).toEqual(["confirmed"]);
    // Of one client's few attempts all are lost, however far apart.
    const of = (client: string) =>
      [40, 80, 120].map((time) => ({ ...late(time), from: `${client}:${20000 + time}` }));
    const others = [5, 50, 110].map((time, i) => ({
      ...late(time),
      from: `10.0.9.${i + 1}:${20000 + time}`,
    }));
    expect(await among(10_000, ...of("10.0.9.9"))).toEqual(["confirmed"]);
    expect(await among(10_000, ...others)).toEqual([]);
    expect(await among(5000, { ...late(40), outcome: "silence" })).toEqual(["confirmed"]);
  });

  it("says nothing of what the capture ends before", async () => {
    const [first] = attempt(one("silence"));
    expect(await verdicts(capture(first ? [first] : []))).toEqual([]);
  });

  it("tells a refusal from silence", async () => {
    const report = await analyzeFiles({ "s.pcap": captureOf([one("refused"), one("answered", 1)]) });
    expect(verdictsOf(report, RULE)).toEqual([]);
    expect(verdictsOf(report, "tcp/connection-refused")).toEqual(["confirmed"]);
  });

  it("says nothing of a listener whose answers the capture can't show", async () => {
    const clientSide = [one("answered"), one("answered", 1), one("silence", 2)].flatMap(attempt);
    const toListener = clientSide.filter(([, packet]) => packet.slice(16, 20).join(".") === "10.0.0.2");
    const report = await analyzeFiles({ "s.pcap": capture(toListener) });
    expect(verdictsOf(report, RULE)).toEqual([]);
    expect(verdictsOf(report, "pcap/one-way-capture")).toEqual(["confirmed"]);
  });

  it("says nothing of a capture that was filtered for SYNs, but of a client that tried again", async () => {
    const isSyn = (packet: readonly number[]): boolean => packet[33] === 2;
    const syns = [one("answered"), one("answered", 1), one("answered", 2)].flatMap(attempt);
    const late = attempt(one("answered", 60)).slice(0, 1);
    expect(await verdicts(capture([...syns, ...late].filter(([, packet]) => isSyn(packet))))).toEqual([]);
    const silent = attempt(one("silence", 3));
    const pcap = capture([...syns, ...silent, ...late].filter(([, packet]) => isSyn(packet)));
    expect(findingOf(await analyzeFiles({ "s.pcap": pcap }), RULE).summary).toContain(
      "1 of 5 connection attempts",
    );
  });

  it("leaves open what an ICMP error may answer whose ports the capture cut", async () => {
    const [first, second] = attempt(one("silence"));
    const error = unreachable("10.0.0.1", 3, first?.[1] ?? []).slice(0, 20 + 8 + 22);
    const healthy = attempt(one("answered", 9));
    const packets = [...(first ? [first] : []), ...(second ? [second] : []), ...healthy];
    const report = await analyzeFiles({ "s.pcap": capture([...packets, [0.5, error]]) });
    expect(verdictsOf(report, RULE)).toEqual([]);
    expect(report.artifacts[0]).toMatchObject({ status: "partial" });
  });
});
