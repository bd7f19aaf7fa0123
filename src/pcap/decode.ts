import { NONE, type Packet } from "./packet.ts";
import { forgetTransport, ipv4, ipv6 } from "./internet.ts";
import { TRANSPARENT_ETHERNET } from "./transport.ts";
import { be16, be32, le32 } from "./words.ts";
import { directionOfType } from "./classic.ts";

/** VXLAN inside VXLAN and the like: deeper than any real network. */
const MAX_DEPTH = 4;
const MAX_TAGS = 8;

/** LINKTYPE_ numbers that {@link decode} knows (www.tcpdump.org/linktypes.html). */
export const LINK_TYPES: ReadonlySet<number> = new Set([0, 1, 12, 14, 101, 108, 113, 228, 229, 276]);

/**
 * Decodes the layers of a packet whose record fields are filled. Whatever is cut or malformed is left out. Of an
 * encapsulated packet the innermost layers stay; a new encapsulation is a case where its carrier is decoded, which sets
 * `innerAt` and `innerType`.
 */
export function decode(p: Packet): void {
  p.version = 0;
  p.protocol = NONE;
  forgetTransport(p);
  p.vni = NONE;
  p.innerAt = NONE;
  p.arpAt = NONE;
  link(p);
  for (let depth = 0; p.innerAt !== NONE && depth < MAX_DEPTH; depth++) {
    const { innerAt, innerVni, sourceAt } = p;
    p.innerAt = NONE;
    network(p, p.innerType, innerAt);
    // What is no IP inside leaves the carrier's layers as they are.
    if (p.sourceAt !== sourceAt) p.vni = innerVni;
  }
  const { quoted } = p;
  if (!p.quotes || quoted === undefined) return;
  quoted.version = 0;
  quoted.protocol = NONE;
  if (p.icmp6) ipv6(quoted, quoted.start);
  else ipv4(quoted, quoted.start);
  p.quotes = quoted.version !== 0;
}

function link(p: Packet): void {
  const { bytes, start, end } = p;
  const room = end - start;
  switch (p.linkType) {
    case 1:
      return ethernet(p, start);
    case 276: // Linux cooked v2: the protocol stands first
      if (room < 20) return;
      p.direction = directionOfType(bytes[start + 10] as number);
      return network(p, be16(bytes, start), start + 20);
    case 113: // Linux cooked v1
      if (room < 16) return;
      p.direction = directionOfType(be16(bytes, start));
      return network(p, be16(bytes, start + 14), start + 16);
    case 12:
    case 14:
    case 101:
      return raw(p, start);
    case 228:
      return ipv4(p, start);
    case 229:
      return ipv6(p, start);
    case 0:
    case 108:
      if (room < 4) return;
      return family(p, start);
  }
}

function ethernet(p: Packet, at: number): void {
  if (p.end - at >= 14) network(p, be16(p.bytes, at + 12), at + 14);
}

/** Goes on behind a link header, by EtherType. */
function network(p: Packet, etherType: number, from: number): void {
  let type = etherType;
  let at = from;
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    switch (type) {
      case 0x0800:
        return ipv4(p, at);
      case 0x86dd:
        return ipv6(p, at);
      case 0x0806:
        p.arpAt = at;
        return;
      case TRANSPARENT_ETHERNET:
        return ethernet(p, at);
      case 0x8100: // VLAN, and the outer tags of QinQ
      case 0x88a8:
      case 0x9100:
        if (p.end - at < 4) return;
        type = be16(p.bytes, at + 2);
        at += 4;
        break;
      case 0x8864: // PPPoE session: six bytes, then PPP's protocol
        if (p.end - at < 8) return;
        type = be16(p.bytes, at + 6) === 0x0021 ? 0x0800 : be16(p.bytes, at + 6) === 0x0057 ? 0x86dd : 0;
        at += 8;
        break;
      default: {
        // A length instead of a type: IP may follow in LLC with SNAP (RFC 1042).
        const snap = type <= 1500 && p.end - at >= 8 && be32(p.bytes, at) === (0xaaaa0300 | 0);
        if (!snap) return;
        type = be16(p.bytes, at + 6);
        at += 8;
      }
    }
  }
}

function raw(p: Packet, at: number): void {
  if (at >= p.end) return;
  const version = (p.bytes[at] as number) >> 4;
  if (version === 4) ipv4(p, at);
  else if (version === 6) ipv6(p, at);
}

/** BSD loopback: an address family, in the byte order of the host that captured, or big-endian (LOOP). */
function family(p: Packet, at: number): void {
  const little = le32(p.bytes, at);
  const value = little >= 0 && little < 0x10000 ? little : be32(p.bytes, at);
  if (value === 2) ipv4(p, at + 4);
  else if (value === 10 || value === 24 || value === 28 || value === 30) ipv6(p, at + 4);
}
