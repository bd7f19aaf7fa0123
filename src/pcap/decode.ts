import { NONE, type Packet, Tunnel } from "./packet.ts";
import { forgetTransport, ipv4, ipv6 } from "./internet.ts";
import { EtherType } from "./ether-type.ts";
import { nflog } from "./nflog.ts";
import { be16, be32, le32 } from "./words.ts";
import { directionOfType } from "./classic.ts";

/** VXLAN inside VXLAN and the like: deeper than any real network. */
const MAX_DEPTH = 4;
/** Headers between a link and IP: tags, labels, an Ethernet header inside. */
const MAX_TAGS = 12;

/** LINKTYPE_ numbers that {@link decode} knows (www.tcpdump.org/linktypes.html). */
export const LINK_TYPES: ReadonlySet<number> = new Set([
  0, 1, 9, 12, 14, 50, 101, 108, 113, 228, 229, 239, 276,
]);

/**
 * Decodes the layers of a packet whose record fields are filled. Whatever is cut or malformed is left out. Of an
 * encapsulated packet the innermost layers stay; a new encapsulation is a case where its carrier is decoded, which sets
 * `innerAt` and `innerType`.
 */
export function decode(p: Packet): void {
  p.version = 0;
  p.protocol = NONE;
  forgetTransport(p);
  p.tunnel = Tunnel.none;
  p.vni = NONE;
  p.innerAt = NONE;
  p.arpAt = NONE;
  link(p);
  if (p.innerAt !== NONE) encapsulated(p);
  const { quoted } = p;
  if (!p.quotes || quoted === undefined) return;
  quoted.version = 0;
  quoted.protocol = NONE;
  if (p.icmp6) ipv6(quoted, quoted.start);
  else ipv4(quoted, quoted.start);
  p.quotes = quoted.version !== 0;
}

/** Goes on inside a tunnel, and inside the tunnels in it. */
function encapsulated(p: Packet): void {
  for (let depth = 0; p.innerAt !== NONE && depth < MAX_DEPTH; depth++) {
    const { innerAt, innerVni, innerTunnel, version, sourceAt, destinationAt } = p;
    p.innerAt = NONE;
    network(p, p.innerType, innerAt);
    // What is no IP inside leaves the carrier's layers as they are.
    if (p.sourceAt === sourceAt) return;
    p.tunnel = innerTunnel;
    p.outerVersion = version;
    p.outerSourceAt = sourceAt;
    p.outerDestinationAt = destinationAt;
    // A tunnel without a number inside a numbered network is still in that network.
    if (innerVni !== NONE) p.vni = innerVni;
  }
}

function link(p: Packet): void {
  const { bytes, start, end } = p;
  const room = end - start;
  switch (p.linkType) {
    case 1:
      return network(p, EtherType.ethernet, start);
    case 276: // Linux cooked v2: the protocol stands first
      if (room < 20) return;
      p.direction = directionOfType(bytes[start + 10] as number);
      return network(p, be16(bytes, start), start + 20);
    case 113: // Linux cooked v1
      if (room < 16) return;
      p.direction = directionOfType(be16(bytes, start));
      return network(p, be16(bytes, start + 14), start + 16);
    case 9:
    case 50:
      return network(p, EtherType.ppp, start);
    case 239:
      return raw(p, nflog(bytes, start, end));
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

/** The EtherType of what PPP carries; 0 for what is not gone into. */
function etherTypeOf(protocol: number): number {
  switch (protocol) {
    case 0x0021:
      return EtherType.ipv4;
    case 0x0057:
      return EtherType.ipv6;
    case 0x0281:
    case 0x0283:
      return EtherType.mpls;
    default:
      return 0;
  }
}

/** Goes on behind a link header, by EtherType. A loop, so that headers that nest without end end here. */
function network(p: Packet, etherType: number, from: number): void {
  const { bytes: b, end } = p;
  let type = etherType;
  let at = from;
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    switch (type) {
      case EtherType.ipv4:
        return ipv4(p, at);
      case EtherType.ipv6:
        return ipv6(p, at);
      case EtherType.ethernet:
        if (end - at < 14) return;
        type = be16(b, at + 12);
        at += 14;
        break;
      case 0x0806:
        p.arpAt = at;
        return;
      case 0x8100: // VLAN, and the outer tags of QinQ
      case 0x88a8:
      case 0x9100:
        if (end - at < 4) return;
        type = be16(b, at + 2);
        at += 4;
        break;
      case EtherType.mpls:
      case EtherType.mplsMulticast:
        if (end - at < 5) return;
        at += 4;
        // Each label stands behind the one outside it; the last has the bottom-of-stack bit (RFC 3032).
        if (((b[at - 2] as number) & 1) === 0) break;
        type = behindLabels((b[at] as number) >> 4);
        if (type === EtherType.ethernet && isBehindControlWord(b, at, end)) at += 4;
        break;
      case EtherType.ppp: {
        // Address and control may be left out, the protocol may be one byte (RFC 1661, RFC 1662).
        if (end - at >= 2 && be16(b, at) === 0xff03) at += 2;
        if (end - at < 2) return;
        const isShort = ((b[at] as number) & 1) !== 0;
        type = etherTypeOf(isShort ? (b[at] as number) : be16(b, at));
        at += isShort ? 1 : 2;
        break;
      }
      case 0x8864: // PPPoE session: six bytes, then PPP's protocol
        if (end - at < 8) return;
        type = etherTypeOf(be16(b, at + 6));
        at += 8;
        break;
      default: {
        // A length instead of a type: IP may follow in LLC with SNAP (RFC 1042).
        const snap = type <= 1500 && end - at >= 8 && be32(b, at) === (0xaaaa0300 | 0);
        if (!snap) return;
        type = be16(b, at + 6);
        at += 8;
      }
    }
  }
}

/** No label tells what it carries: the first four bits of it do (RFC 4928). What is no IP is taken for an Ethernet frame. */
function behindLabels(nibble: number): number {
  return nibble === 4 ? EtherType.ipv4 : nibble === 6 ? EtherType.ipv6 : EtherType.ethernet;
}

/** Whether a control word (RFC 4385), which begins with four zero bits as many a MAC address does, precedes a frame with IP. */
function isBehindControlWord(b: Uint8Array, at: number, end: number): boolean {
  if ((b[at] as number) >> 4 !== 0 || end - at < 18) return false;
  const type = be16(b, at + 16);
  return type === EtherType.ipv4 || type === EtherType.ipv6 || type === 0x8100 || type === 0x88a8;
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
