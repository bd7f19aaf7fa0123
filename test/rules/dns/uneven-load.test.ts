import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOfAll } from "./talkers.ts";

const RULE = "dns/uneven-load";
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "server.pcap": pcap }), RULE);
const few = ["10.0.0.2", "10.0.0.3", "10.0.0.4"].map((client) => ({ client, count: 10 }));
const NAMES = Array.from({ length: 9 }, (_, i) => `n${i}.example`);

describe(RULE, () => {
  it("names the client with its share", async () => {
    const finding = findingOf(
      await analyzeFiles({
        "server.pcap": captureOfAll({ client: "10.0.0.1", count: 270, names: NAMES }, ...few),
      }),
      RULE,
    );
    expect(finding.subject).toEqual({ kind: "dns-client", name: "10.0.0.1", server: "10.96.0.10" });
    expect(finding.summary).toBe(
      "270 of 300 queries to 10.96.0.10, 90%, are from 10.0.0.1; the next of 3 others has 10.",
    );
  });

  it("names the name that most are for", async () => {
    const same = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((client) => ({ client, count: 60 }));
    const others = { client: "10.0.0.4", count: 45, names: NAMES };
    const finding = findingOf(await analyzeFiles({ "server.pcap": captureOfAll(...same, others) }), RULE);
    expect(finding.subject).toMatchObject({ kind: "dns-name", name: "a.example" });
  });

  it("is silent about a pod's own capture, even loads, few queries, and slow ones", async () => {
    expect(await verdicts(captureOfAll({ client: "10.0.0.1", count: 400, names: NAMES }))).toEqual([]);
    const even = [1, 2, 3, 4].map((i) => ({ client: `10.0.0.${i}`, count: 100, names: NAMES }));
    expect(await verdicts(captureOfAll(...even))).toEqual([]);
    expect(await verdicts(captureOfAll({ client: "10.0.0.1", count: 90, names: NAMES }, ...few))).toEqual([]);
    const slow = { client: "10.0.0.1", count: 270, names: NAMES, span: 60 };
    expect(await verdicts(captureOfAll(slow, ...few))).toEqual([]);
  });
});
