import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { capture, tcp } from "../packets.ts";
import { POD, answered, captureOf, healthy, lookup } from "./lookups.ts";

/** Lookups that were well, fifty a second. */
const many = (count: number): Timed[] => answered(count, 50);

/** A packet of the pod's as another one's. */
function renamed(packet: readonly number[], client: string): number[] {
  const address = client.split(".").map(Number);
  const isFrom = packet.slice(12, 16).join(".") === POD;
  return packet.map((byte, i) => (isFrom ? address[i - 12] : address[i - 16]) ?? byte);
}

const RULE = "dns/slow-lookup";
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);

describe(RULE, () => {
  it("sees what had to be asked again, after how long, and for which names", async () => {
    const pcap = captureOf(
      healthy(5),
      lookup({ time: 10, name: "db.example", ids: [500, 501], a: 1, retry: 5 }),
    );
    const finding = findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);
    expect(finding.subject).toMatchObject({ kind: "dns", client: "10.244.1.5", server: "10.96.0.10" });
    expect(finding.summary).toContain("1 got no answer, and 1 was a repetition after 5.0 s, for db.example.");
  });

  it("sees a query that its server, which answers others, never answers", async () => {
    expect(await verdicts(captureOf(healthy(5), lookup({ time: 10, ids: [500, 501], a: 1 })))).toEqual([
      "confirmed",
    ]);
  });

  it("sees that a client asked another server while the first one took its time", async () => {
    const pcap = new Uint8Array(readFileSync("test/fixtures/rivals/dns_slow_first.pcap"));
    const finding = findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);
    expect(finding.subject).toMatchObject({ server: "10.244.2.20" });
    expect(finding.summary).toContain(
      "16 an answer only when the client had asked another server after 5.0 s",
    );
  });

  it("is silent where a client asks two servers at once, one of which is slow", async () => {
    const both = Array.from({ length: 4 }, (_, i) => {
      const about = {
        time: i * 4,
        port: 40000 + i,
        ids: [2 * i + 1, 2 * i + 2],
        name: `n${i}.example`,
      } as const;
      return [
        ...lookup({ ...about, a: 2000, aaaa: 2000 }),
        ...lookup({ ...about, a: 10, aaaa: 10, server: "10.96.0.11:53" }),
      ];
    });
    expect(await verdicts(captureOf(...both))).toEqual([]);
  });

  it("is silent for healthy lookups, and for what the capture ends before", async () => {
    expect(await verdicts(captureOf(healthy(8)))).toEqual([]);
    expect(await verdicts(capture([...healthy(3), ...lookup({ time: 5, ids: [500, 501] })]))).toEqual([]);
  });

  it("draws nothing from a capture that shows no answer of the server at all", async () => {
    const queries = healthy(5).filter(([, packet]) => packet.slice(12, 16).join(".") === "10.244.1.5");
    expect(
      await verdicts(capture([...queries, [40, tcp({ from: "10.0.0.1:1", to: "10.0.0.2:2" }, "ack")]])),
    ).toEqual([]);
  });

  it("takes a question that is asked every few seconds for no repetition where the answers were not captured", async () => {
    const asked = Array.from({ length: 5 }, (_, i) =>
      lookup({ time: i * 5, port: 40000 + i, ids: [i * 2 + 1, i * 2 + 2] }),
    ).flat();
    const later = lookup({ time: 60, name: "other.example", port: 40100, ids: [90, 91] });
    expect(await verdicts(capture([...asked, ...later]))).toEqual([]);
    const again = lookup({ time: 5, ids: [1, 2] });
    expect(await verdicts(capture([...lookup({ time: 0, ids: [1, 2] }), ...again, ...later]))).toEqual([
      "confirmed",
    ]);
  });

  it("says nothing of a query that was lost among thousands, but of one in a small capture", async () => {
    const lost = lookup({ time: 10, name: "db.example", port: 39999, ids: [500, 501], a: 1, retry: 5 });
    for (const [well, seen] of [
      [100, true],
      [400, true],
      [1000, false],
      [3000, false],
    ] as const)
      expect([well, await verdicts(captureOf(many(well), lost))]).toEqual([well, seen ? ["confirmed"] : []]);
  });

  it("says nothing of a client's one lost query in a capture where thousands of others' were fine, but of its second", async () => {
    const from = (client: string, packets: readonly Timed[]): Timed[] =>
      packets.map(([time, packet]) => [time, renamed(packet, client)]);
    const [first, second] = [10, 500].map((time) =>
      from("10.244.1.9", lookup({ time, name: "db.example", ids: [500, 501], a: 1, retry: 5 })),
    );
    expect(await verdicts(captureOf(many(2000), first ?? []))).toEqual([]);
    expect(await verdicts(captureOf(many(2000), first ?? [], second ?? []))).toEqual(["confirmed"]);
  });

  it("sees what several clients lose of one name, however far apart, but not what they lose of several", async () => {
    const of = (nameOf: (i: number) => string): Timed[][] =>
      [10, 100, 200, 300].map((time, i) =>
        lookup({ time, name: nameOf(i), ids: [500, 501], a: 1, retry: 5 }).map(([at, packet]): Timed => [
          at,
          renamed(packet, `10.244.1.${20 + i}`),
        ]),
      );
    expect(await verdicts(captureOf(many(6000), ...of((i) => `db${i}.example`)))).toEqual([]);
    const report = await analyzeFiles({ "s.pcap": captureOf(many(6000), ...of(() => "db.example")) });
    expect(findingOf(report, RULE)).toMatchObject({ verdict: "confirmed", subject: { count: 4 } });
  });

  it("sees an outage of seconds, and what is given up, among thousands that were fine", async () => {
    const outage = [0, 1, 2].map((i) =>
      lookup({ time: 100 + i / 50, name: `o${i}.example`, port: 39000 + i, ids: [500, 501], a: 1, retry: 5 }),
    );
    expect(await verdicts(captureOf(many(20_000), ...outage))).toEqual(["confirmed"]);
    const tries = [0, 5, 10].flatMap((after) => lookup({ time: 100 + after, port: 39000, ids: [500, 501] }));
    expect(await verdicts(captureOf(many(3000), tries))).toEqual(["confirmed"]);
  });

  it("takes a prober that always has one id, and is always answered, for healthy, in passable time", async () => {
    // A prober with one port, one id and one question: each looks like the next try of the one before.
    const busy = Array.from({ length: 10_000 }, (_, i) =>
      lookup({ time: i * 0.02, ids: [1, 2], a: 1, aaaa: 1 }),
    );
    const pcap = capture(busy.flat());
    const started = performance.now();
    expect(await verdicts(pcap)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
