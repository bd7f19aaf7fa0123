import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { capture, dns } from "../packets.ts";
import { captureOf, healthy, lookup, POD } from "./lookups.ts";

const RULE = "dns/answer-from-elsewhere";
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);
const BACKEND = "10.244.1.53:53";
const words = { id: 700, type: "A" as const, name: "billing.example" };
/** What a backend answers by itself. */
const stray = (time: number): Timed => [
  time,
  dns({ from: BACKEND, to: `${POD}:40000` }, { ...words, answer: { records: 1 } }),
];

describe(RULE, () => {
  it("is confirmed where the backend answers, and not the service's address that was asked", async () => {
    const pcap = new Uint8Array(readFileSync("test/fixtures/dns/answer-from-elsewhere.pcap"));
    const report = await analyzeFiles({ "pod.pcap": pcap });
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toMatch(
      /^\d answers for 10\.244\.1\.11 came from 10\.244\.1\.53, though 10\.96\.0\.10 was asked/,
    );
    expect(verdictsOf(report, "dns/conntrack-race")).toEqual(["ruled-out"]);
  });

  it("is no more than likely where most of what was lost had no answer from anywhere", async () => {
    const lost = [10, 30].flatMap((time) => lookup({ time, port: 41999, ids: [1, 2] }));
    const packets = [...lookup({ time: 50, ids: [700, 701], aaaa: 1 }), stray(50.001)];
    expect(await verdicts(captureOf(healthy(4), lost, packets))).toEqual(["likely"]);
  });

  it("is no rival where nothing came from elsewhere, or the right answer came as well", async () => {
    expect(
      await verdicts(captureOf(healthy(4), lookup({ time: 10, ids: [700, 701], aaaa: 1, retry: 5 }))),
    ).toEqual([]);
    const answered = lookup({ time: 10, ids: [700, 701], a: 1, aaaa: 1 });
    expect(await verdicts(captureOf(healthy(4), answered, [stray(10.0005)]))).toEqual([]);
  });

  it("is no rival where another server was asked, which answers", async () => {
    const both = [
      ...lookup({ time: 10, ids: [700, 701] }),
      ...lookup({ time: 10.00001, ids: [700, 701], server: BACKEND, a: 1, aaaa: 1 }),
    ];
    expect(await verdicts(capture([...healthy(4), ...both, ...healthy(1, 60)]))).toEqual([]);
  });
});
