// A capture's memory may be another's later: what the first tells must not change then.
import { expect, it } from "vitest";
import { readCapture } from "../../src/pcap/index.ts";
import { fixture } from "./fixtures.ts";
import { told } from "./told.ts";

const NAMES = [
  "tcp_refused_mix.pod.pcap",
  "dns_port_unreachable.pod.pcap",
  "dns_edns_tcp_frag.pod.pcap",
  "conn_zero_window.pcap",
];

it("a capture tells the same after others were read", async () => {
  const files = NAMES.map(fixture);
  const expected = await Promise.all(files.map(async (file) => told(await readCapture(file))));
  const captures = [];
  for (const file of files) captures.push(await readCapture(file));
  for (const file of files.toReversed()) await readCapture(file);
  expect(captures.map((capture) => told(capture))).toEqual(expected);
});
