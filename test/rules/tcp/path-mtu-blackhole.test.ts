import { describe, expect, it } from "vitest";
import { ACK, be, icmp, ip, tcp } from "../../pcap/frames.ts";
import type { Frame } from "../../pcap/script.ts";
import { CLIENT, SERVER, Script } from "../../pcap/script.ts";
import { findingOf, verdictsOf } from "../case.ts";
import { captureOfScripts, recorded } from "./connection-cases.ts";
import { analyzeNode, fixture } from "./listener-cases.ts";

const RULE = "tcp/path-mtu-blackhole";

/** A server's answer of so many bytes that is never acknowledged, or is. */
const answer = (port: number, length: number, isLost: boolean): Script => {
  const script = new Script([port * 7, port * 11], false, port).open().send(0.1, 0, ACK, { length: 40 });
  for (const after of isLost ? [0, 0.2, 0.6, 1.4, 3] : [0])
    script.send(0.2 + after, 1, ACK, { ack: 40, length });
  return isLost ? script : script.send(0.3, 0, ACK, { seq: 40, ack: length });
};
const lost = [answer(40_001, 1448, true), answer(40_002, 1448, true)];

/** A router's word that so many bytes fit. */
const tooBig = (mtu: number): Frame => {
  const quoted = ip(
    { from: SERVER, to: CLIENT, id: 9 },
    6,
    tcp({ from: 80, to: 40_001, flags: ACK }),
  ).subarray(0, 28);
  const error = icmp(3, 4, quoted);
  error.set(be(mtu, 2), 6);
  return [0.25, ip({ from: "10.0.0.1", to: SERVER }, 1, error)];
};

describe(RULE, () => {
  it("is likely where only large segments are lost", async () => {
    const finding = findingOf(await analyzeNode({ "s.pcap": recorded("path_mtu") }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.explains).toEqual(["tcp/retransmission-timeout"]);
    expect(finding.missing.map(({ command }) => command)).toEqual(["tracepath -n PEER"]);
    const pcap = captureOfScripts([...lost, answer(40_003, 500, false)]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap }), RULE)).toEqual(["likely"]);
  });

  it("is confirmed by a router that says so", async () => {
    const pcap = captureOfScripts([...lost, answer(40_003, 500, false)], [tooBig(1400)]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap }), RULE)).toEqual(["confirmed"]);
    const fits = captureOfScripts([...lost, answer(40_003, 500, false)], [tooBig(1500)]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": fits }), RULE)).toEqual(["likely"]);
  });

  it("is ruled out where as large a segment arrived, or small ones are lost", async () => {
    const arrived = captureOfScripts([...lost, answer(40_003, 1448, false)]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": arrived }), RULE)).toEqual(["ruled-out"]);
    const small = captureOfScripts([answer(40_001, 300, true), answer(40_003, 200, false)]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": small }), RULE)).toEqual(["ruled-out"]);
  });

  it("can't tell without a small segment that arrives, and takes one connection for chance", async () => {
    expect(verdictsOf(await analyzeNode({ "s.pcap": captureOfScripts(lost) }), RULE)).toEqual(["possible"]);
    const one = captureOfScripts([answer(40_001, 1448, true), answer(40_003, 500, false)]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": one }), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": fixture("tcp_midstream_loss_any.s100") }), RULE)).toEqual(
      [],
    );
  });
});
