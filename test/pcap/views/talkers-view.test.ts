// Who sends how much, as `tshark -z endpoints,ip` counts it.
import { describe, expect, it } from "vitest";
import { readCapture, renderTalkers, talkersView } from "../../../src/pcap/index.ts";
import { fixture } from "../fixtures.ts";
import { type Endpoint, endpoints, withStatistics } from "./tshark.ts";

const talkers = async (name: string) => talkersView(await readCapture(fixture(name), { tally: true }));
const sorted = <Row extends { address: string }>(rows: Iterable<Row>) =>
  [...rows].sort((a, b) => (a.address < b.address ? -1 : 1));

/**
 * tshark counts the first fragment of an IPv6 packet and no other. Frames 29, 30, 32 and 33 of this capture, of 1510 and 174
 * bytes each way, are others.
 */
function withFragments(name: string, row: Endpoint): Endpoint {
  if (name !== "ipv6_tcp_dns.pcap" || !row.address.startsWith("fd00:")) return row;
  return {
    address: row.address,
    packets: row.packets + 4,
    bytes: row.bytes + 2 * 1684,
    sentPackets: row.sentPackets + 2,
    sentBytes: row.sentBytes + 1684,
    receivedPackets: row.receivedPackets + 2,
    receivedBytes: row.receivedBytes + 1684,
  };
}

describe("talkers", () => {
  it.each(withStatistics.filter((name) => !name.startsWith("encap_")))(
    "of %s are tshark's endpoints",
    async (name) => {
      const { addresses } = await talkers(name);
      const ours = addresses.map((row) => ({
        address: row.address,
        packets: row.packets,
        bytes: row.bytes,
        sentPackets: row.sentPackets,
        sentBytes: row.sentBytes,
        receivedPackets: row.receivedPackets,
        receivedBytes: row.receivedBytes,
      }));
      expect(sorted(ours)).toEqual(sorted(endpoints(name).map((row) => withFragments(name, row))));
    },
  );

  it("say so where an address has no packet", async () => {
    const capture = await readCapture(fixture("tcp_refused_mix.pod.pcap"), { tally: true });
    const lines = [...renderTalkers(talkersView(capture, { address: "10.9.9.9" }))];
    expect(lines).toEqual(["39 frames, 3.07 kB", "None is of this address"]);
  });

  it("counts what is in a tunnel for the ends inside, and not for the tunnel's own", async () => {
    const { addresses } = await talkers("encap_vxlan_any_dup.pcap");
    const theirs = endpoints("encap_vxlan_any_dup.pcap");
    const of = (rows: readonly { address: string; packets: number }[], address: string) =>
      rows.find((row) => row.address === address)?.packets;
    expect(of(addresses, "10.250.0.1")).toBe(of(theirs, "10.250.0.1"));
    // 41 frames that tshark counts for the tunnel's ends as well; 2 of them are in no tunnel.
    expect(of(theirs, "192.168.50.10")).toBe(41);
    expect(of(addresses, "192.168.50.10")).toBe(2);
  });
});
