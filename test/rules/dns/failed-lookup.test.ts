import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "./lookups.ts";
import { dns, unreachable } from "../packets.ts";

const RULE = "dns/failed-lookup";
const SERVFAIL = 2;
const NXDOMAIN = 3;
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);

describe(RULE, () => {
  it("counts servers that refuse", async () => {
    const pcap = captureOf(healthy(3), lookup({ time: 9, ids: [500, 501], a: 1, aaaa: 1, rcode: SERVFAIL }));
    expect(findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE).summary).toContain(
      "2 were answered SERVFAIL",
    );
  });

  it("counts ICMP errors about queries", async () => {
    const query = dns(
      { from: "10.244.1.5:4444", to: "10.96.0.10:53" },
      { id: 9, type: "A", name: "x.example" },
    );
    const pcap = captureOf(healthy(3), [
      [9, query],
      [9.001, unreachable("10.96.0.10", 3, query)],
    ]);
    expect(findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE).summary).toContain(
      "1 was answered by ICMP",
    );
  });

  it("counts clients that are handed another question's answer", async () => {
    const pcap = captureOf(healthy(3), lookup({ time: 9, ids: [500, 500], aaaa: 1, a: 3 }));
    expect(findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE).summary).toContain(
      "given another question's answer",
    );
  });

  it("takes NXDOMAIN for the answer that it is", async () => {
    expect(
      await verdicts(
        captureOf(healthy(3), lookup({ time: 9, ids: [500, 501], a: 1, aaaa: 1, rcode: NXDOMAIN })),
      ),
    ).toEqual([]);
  });

  it("is silent where the second question is answered first but has its own id", async () => {
    expect(
      await verdicts(captureOf(healthy(3), lookup({ time: 9, ids: [500, 501], aaaa: 1, a: 3 }))),
    ).toEqual([]);
  });
});
