// The same packets in other files, on other links, in tunnels, cut and doubled: what is told of them stays the same.
import { describe, expect, it } from "vitest";
import { type Capture, Seen, packets, readCapture } from "../../src/pcap/index.ts";
import { readOriginal, VARIANTS } from "../fixtures/pcap/variants.mjs";
import { fixture } from "./fixtures.ts";
import { columnsOf } from "./told.ts";
import { ours } from "./tshark.ts";

/** Whole captures of one copy each, IPv4 and IPv6, with every kind of outcome. */
const ORIGINALS = [
  "dns_5s_aaaa_reply_dropped.pod",
  "dns_conntrack_race_dnat.pod",
  "dns_edns_tcp_frag.pod",
  "dns_musl_dup_id_aaaa_lost.pod",
  "dns_port_unreachable.pod",
  "ipv6_tcp_dns",
  "link_linktype_sll2",
  "link_raw_tun",
  "tcp_abort_on_overflow.server",
  "tcp_pod_deleted_same_node.pod",
  "tcp_refused_mix.pod",
  "tcp_timewait_paws_same_tuple.server",
  "tcp_tw_recycle_uptime.node-any",
];

/** Columns that tell where in the file or on which interface, and not what happened. */
const PLACE = new Set(["firstFrame", "answerFrame", "frame", "direction"]);

/** A table's columns; times to the microsecond, which every variant has. */
const comparable = (table: object, without: ReadonlySet<string>) =>
  Object.fromEntries(
    columnsOf(table).flatMap(([name, list]) => {
      if (without.has(name)) return [];
      // That it was in a tunnel is told of a handshake.
      if (name === "seen") return [[name, list.map((bits) => bits & ~Seen.inVxlan)]];
      return [[name, /time/i.test(name) ? list.map((time) => Math.round(time * 1e6)) : list]];
    }),
  );

const story = ({ handshakes, dns, ...capture }: Capture, without: ReadonlySet<string> = PLACE) => ({
  handshakes: comparable(handshakes, without),
  tries: Array.from(handshakes.outcome, (_, row) =>
    handshakes.tries(row).map(({ time }) => Math.round(time * 1e6)),
  ),
  dns: comparable(dns, without),
  names: Array.from(dns.name, (name) => dns.nameOf(name)),
  addresses: [...new Set([...handshakes.client, ...handshakes.server, ...dns.client, ...dns.server])].map(
    (id) => capture.address(id),
  ),
});

/** The layers of every frame, without what tells of the tunnel and of the file. */
const layers = (file: Uint8Array) =>
  Array.from(packets(file), (packet) => {
    const { "vxlan.vni": _, "geneve.vni": _a, "gre.key": _b, ...rest } = ours(packet);
    return { ...rest, "frame.time_epoch": rest["frame.time_epoch"]?.slice(0, -3) };
  });

/** What is told of where doubled packets were seen. */
const COPIES = new Set([...PLACE, "copies", "answerCopies", "counted"]);

const SAME = Object.keys(VARIANTS).filter((name) => name !== "cut" && name !== "doubled");

describe.each(ORIGINALS)("%s", (name) => {
  const original = readOriginal(fixture(`${name}.pcap`));
  const derived = (variant: string) => VARIANTS[variant]?.(original) ?? new Uint8Array(0);
  const plain = derived("ethernet");
  const wanted = layers(plain);

  it.each(SAME)("as %s", async (variant) => {
    const file = derived(variant);
    expect(layers(file)).toEqual(wanted);
    expect(story(await readCapture(file))).toEqual(story(await readCapture(plain)));
  });

  it("cut behind the TCP options", async () => {
    const { handshakes } = story(await readCapture(derived("cut")));
    expect(handshakes).toEqual(story(await readCapture(plain)).handshakes);
  });

  it("with every packet on two interfaces", async () => {
    const file = derived("doubled");
    expect(layers(file).length).toBe(2 * wanted.length);
    expect(story(await readCapture(file), COPIES)).toEqual(story(await readCapture(plain), COPIES));
  });
});
