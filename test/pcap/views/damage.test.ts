// Views show what could be read of damaged captures, and throw for none.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  connectionsView,
  dnsView,
  readCapture,
  renderConnections,
  renderDns,
  renderSummary,
  renderTalkers,
  renderTcp,
  summaryView,
  talkersView,
  tcpView,
} from "../../../src/pcap/index.ts";
import { fixture } from "../fixtures.ts";

const NAMES = [
  "dns_edns_tcp_frag.pod.pcap",
  "encap_vxlan_any_dup.pcap",
  "ipv6_tcp_dns.pcap",
  "tcp_refused_mix.pod.pcap",
  "tcp_timewait_paws_same_tuple.server.pcap",
  "variant.pcapng",
];

/** All that the views print, line by line. */
async function shown(bytes: Uint8Array): Promise<string[]> {
  const capture = await readCapture(bytes, { tally: true });
  const utc = { utc: true };
  return [
    ...renderSummary(summaryView(capture)),
    ...renderTcp(tcpView(capture, { sort: "took" }), utc),
    ...renderTcp(tcpView(capture, { attempts: true, sort: "failed" }), utc),
    ...renderDns(dnsView(capture, { by: "name", sort: "took" }), utc),
    ...renderDns(dnsView(capture, { queries: true, slow: 0 }), utc),
    ...renderTalkers(talkersView(capture, { sort: "packets" })),
    ...renderTalkers(talkersView(capture, { pairs: true, sort: "connections" })),
    ...renderConnections(connectionsView(capture, { sort: "idle" }), utc),
  ];
}

describe("views of damaged captures", () => {
  it.each(NAMES)("%s, cut anywhere", async (name) => {
    const bytes = fixture(name);
    for (let end = 0; end < bytes.length; end += 211)
      expect((await shown(bytes.subarray(0, end))).join("")).not.toMatch(/NaN|undefined|Infinity|Invalid/);
  });

  it.each(NAMES)("%s, changed anywhere", async (name) => {
    const bytes = fixture(name);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), async (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        expect((await shown(changed)).join("")).not.toMatch(/NaN|undefined|Infinity|Invalid/);
      }),
      { numRuns: 60 },
    );
  });
});
