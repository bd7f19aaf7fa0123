import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { attempt, capture, tcp } from "../packets.ts";

const RULE = "tcp/stray-segment";
const pod = new Uint8Array(readFileSync("samples/conntrack-invalid/bundle/node-i/pod-21.pcap"));
const any = new Uint8Array(readFileSync("test/fixtures/tcp/conntrack-invalid.node-any.pcap"));
const verdicts = async (pcap: Uint8Array): Promise<string[]> =>
  verdictsOf(await analyzeFiles({ "s.pcap": pcap }), RULE);

const CLIENT = "10.244.3.21:40000";
const VIP = "10.96.12.7:8080";
const POD = "10.244.7.31:8080";

/** An open connection; the server sends a piece each second. */
function open(from: string, to: string, seconds: readonly number[]): Timed[] {
  const [syn, synAck, ack] = attempt({ time: 0, from, to, outcome: "answered" });
  const begun = [syn, synAck, ack].flatMap((packet) => (packet ? [packet] : []));
  return [
    ...begun,
    ...seconds.map((time): Timed => [time, tcp({ from: to, to: from }, "ack", { seq: 9001, ack: 5001 })]),
  ];
}
/** A segment from the pod itself, and what the client says to it. */
const stray = (time: number, back = "rst" as const): Timed[] => [
  [time, tcp({ from: POD, to: CLIENT }, "ack", { seq: 70_000, ack: 5001 })],
  [time + 0.0001, tcp({ from: CLIENT, to: POD }, back, { seq: 5001 })],
];
const last = attempt({ time: 90, from: "10.0.0.7:5", to: "10.0.0.3:22", outcome: "answered" });

describe(RULE, () => {
  it("sees what a pod resets, at the pod and on both sides of the node's translation", async () => {
    for (const pcap of [pod, any]) {
      const finding = findingOf(await analyzeFiles({ "s.pcap": pcap }), RULE);
      expect(finding).toMatchObject({ verdict: "confirmed", subject: { name: VIP } });
      expect(finding.summary).toBe(
        "In 4 connections to 10.96.12.7:8080 in which the client reset a segment that came from 10.244.7.31:8080; it was not connected there. Clients: 10.244.3.21.",
      );
    }
  });

  it("sees one, where the client's own connection falls silent or is reset by its server", async () => {
    const reset: Timed = [9, tcp({ from: VIP, to: CLIENT }, "rst", { seq: 9001 })];
    expect(await verdicts(capture([...open(CLIENT, VIP, [1, 2, 3]), ...stray(3.5), ...last]))).toEqual([
      "confirmed",
    ]);
    expect(await verdicts(capture([...open(CLIENT, VIP, [1, 2, 3]), ...stray(3.5), reset, ...last]))).toEqual(
      ["confirmed"],
    );
  });

  it("is silent where the client's own connection goes on: ports are shared", async () => {
    expect(
      await verdicts(capture([...open(CLIENT, VIP, [1, 2, 3, 4, 12, 20, 30]), ...stray(3.5), ...last])),
    ).toEqual([]);
  });

  it("is silent where the client's own connection was idle before, or the capture ends with what was reset", async () => {
    const idle = capture([...open(CLIENT, VIP, [1, 2, 3]), ...stray(30), ...last]);
    expect(await verdicts(idle)).toEqual([]);
    expect(await verdicts(capture([...open(CLIENT, VIP, [1, 2, 3]), ...stray(3.5)]))).toEqual([]);
    const muchLater: Timed = [80, tcp({ from: VIP, to: CLIENT }, "rst", { seq: 9001 })];
    const reset = capture([...open(CLIENT, VIP, [1, 2, 3]), ...stray(12), muchLater, ...last]);
    expect(await verdicts(reset)).toEqual([]);
  });

  it("is silent where the client has no connection at that port, as when somebody scans", async () => {
    expect(
      await verdicts(capture([...open("10.244.3.21:40001", VIP, [1, 2, 3]), ...stray(3.5), ...last])),
    ).toEqual([]);
    expect(
      await verdicts(
        capture([...stray(1), ...open(CLIENT, VIP, [1, 2, 3]).map(([t, p]): Timed => [t + 20, p]), ...last]),
      ),
    ).toEqual([]);
  });

  it("is silent about clients that reset their own connections", async () => {
    const own = [
      ...open(CLIENT, VIP, [1, 2, 3]),
      [3.5, tcp({ from: CLIENT, to: VIP }, "rst", { seq: 5001 })] as Timed,
    ];
    expect(await verdicts(capture([...own, ...last]))).toEqual([]);
  });
});
