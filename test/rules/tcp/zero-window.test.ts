import { describe, expect, it } from "vitest";
import { ACK } from "../../pcap/frames.ts";
import { Script } from "../../pcap/script.ts";
import { findingOf, verdictsOf } from "../case.ts";
import { captureOfScripts, recorded } from "./connection-cases.ts";
import { analyzeNode, fixture } from "./listener-cases.ts";

const RULE = "tcp/zero-window";

/** A reader whose window is closed for so many seconds. */
const closed = (seconds: number, reader: 0 | 1 = 1): Script =>
  new Script()
    .open()
    .send(0.1, reader === 1 ? 0 : 1, ACK, { length: 1000 })
    .send(0.2, reader, ACK, { ack: 1000, window: 0 })
    .send(0.2 + seconds, reader, ACK, { ack: 1000, window: 900 });

describe(RULE, () => {
  it("is seen of a real reader that stops, and of either side", async () => {
    const finding = findingOf(await analyzeNode({ "c.pcap": recorded("zero_window") }), RULE);
    expect(finding).toMatchObject({
      verdict: "confirmed",
      kind: "symptom",
      subject: { name: "10.244.2.20:8080", reader: "server" },
    });
    const client = findingOf(await analyzeNode({ "c.pcap": captureOfScripts([closed(9, 0)]) }), RULE);
    expect(client.summary).toBe(
      "In 1 connection 1 client of 192.168.50.20:80 did not read what had come: the client's receive window was zero for up to 9.0 s.",
    );
  });

  it("is not seen of one that reads again soon, nor in captures of other troubles", async () => {
    expect(verdictsOf(await analyzeNode({ "c.pcap": captureOfScripts([closed(3)]) }), RULE)).toEqual([]);
    for (const name of ["path_mtu", "routing_loop", "untranslated_reply"])
      expect(verdictsOf(await analyzeNode({ "c.pcap": recorded(name) }), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": fixture("tcp_midstream_loss_any.s100") }), RULE)).toEqual(
      [],
    );
  });
});
