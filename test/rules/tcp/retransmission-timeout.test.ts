import { describe, expect, it } from "vitest";
import { ACK } from "../../pcap/frames.ts";
import { Script } from "../../pcap/script.ts";
import { findingOf, verdictsOf } from "../case.ts";
import { captureOfScripts, recorded } from "./connection-cases.ts";
import { analyzeNode, fixture } from "./listener-cases.ts";

const RULE = "tcp/retransmission-timeout";

/** A client whose request is sent again after these seconds, and answered at last or never. */
const stuck = (after: readonly number[], isAnswered = false): Script => {
  const script = new Script().open();
  for (const each of [0, ...after]) script.send(1 + each, 0, ACK, { length: 400 });
  return isAnswered ? script.send(2 + (after.at(-1) ?? 0), 1, ACK, { ack: 400 }) : script;
};

describe(RULE, () => {
  it("is seen where a segment is sent in vain, whoever sends it", async () => {
    const finding = findingOf(
      await analyzeNode({ "c.pcap": captureOfScripts([stuck([0.2, 0.6, 1.4, 3])]) }),
      RULE,
    );
    expect(finding).toMatchObject({ verdict: "confirmed", kind: "symptom" });
    expect(finding.summary).toBe(
      "In 1 connection of 10.244.1.12 to 192.168.50.20:80 10.244.1.12 sent a segment up to 4 times again, over 3.0 s, and nothing came back meanwhile.",
    );
    const real = findingOf(await analyzeNode({ "c.pcap": recorded("path_mtu") }), RULE);
    expect(real.subject).toMatchObject({ kind: "path", sender: "server", listener: "10.244.2.20:8080" });
  });

  it("is seen where the answer comes at last", async () => {
    const late = captureOfScripts([stuck([0.2, 0.6, 1.4, 3], true)]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": late }), RULE)).toEqual(["confirmed"]);
  });

  it("is not seen of a few retries, nor where the network loses some packets", async () => {
    expect(
      verdictsOf(await analyzeNode({ "c.pcap": captureOfScripts([stuck([0.2, 0.6], true)]) }), RULE),
    ).toEqual([]);
    for (const name of [
      "tcp_midstream_loss_any.s100",
      "tcp_backlog_accept_queue.server",
      "tcp_snat_port_race.server",
    ])
      expect(verdictsOf(await analyzeNode({ "c.pcap": fixture(name) }), RULE), name).toEqual([]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": recorded("zero_window") }), RULE)).toEqual([]);
  });
});
