import { describe, expect, it } from "vitest";
import { analyzeFiles, verdictsOf } from "../case.ts";
import { attempt, capture } from "../packets.ts";
import { natOutage } from "../tcp/outage.ts";

const RULE = "pcap/one-way-capture";
const packets = [0, 1, 2].flatMap((i) =>
  attempt({ time: i, from: `10.0.0.5:${4000 + i}`, to: "10.0.0.2:80", outcome: "answered", tsval: i }),
);
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "s.pcap": pcap }), RULE);

describe(RULE, () => {
  it("sees that the other side's packets are missing", async () => {
    const outgoing = packets.filter(([, packet]) => packet.slice(12, 16).join(".") === "10.0.0.5");
    expect(await verdicts(capture(outgoing))).toEqual(["confirmed"]);
  });

  it("is silent where both sides are there", async () => {
    expect(await verdicts(capture(packets))).toEqual([]);
  });

  it("takes clients that get no answer for no proof of it", async () => {
    expect(await verdicts(natOutage())).toEqual([]);
    const silence = attempt({ time: 0, from: "10.0.0.5:1", to: "10.0.0.2:80", outcome: "silence" });
    expect(await verdicts(capture(silence))).toEqual([]);
  });
});
