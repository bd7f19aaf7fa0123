// Decodes the commonest packets of all in one go: TCP and UDP with their whole fixed headers, in IPv4 without options and in one piece,
// straight behind a link's header. It leaves what the layers' decoders in src/pcap would; what is in any way different is theirs.
import { NONE, p } from "./packet";
import { aligned, be16 } from "./words";

const TCP: u8 = 6;
const UDP: u8 = 17;
/** More fragments, or an offset, as the field stands in memory. */
const FRAGMENTED: u16 = 0xff3f;
/** IPv4, as an EtherType stands in memory. */
const IPV4: u16 = 0x0008;
/** Bits of a port's class: a DNS server's; one that tunnels are sent to. */
const DNS: u8 = 1;
const TUNNEL: u8 = 2;

/** LINKTYPE_ numbers (www.tcpdump.org/linktypes.html). */
const ETHERNET: i32 = 1;
const RAW: i32 = 101;
const COOKED: i32 = 113;
const COOKED_V2: i32 = 276;

/** By port: its class. */
let classes: usize = 0;

export function layPorts(at: usize): usize {
  classes = aligned(at);
  return classes + 0x10000;
}

export function portClasses(): usize {
  return classes;
}

export function isDnsPort(port: i32): bool {
  return (load<u8>(classes + port) & DNS) != 0;
}

/** What {@link plain} finds. */
export const OTHER: i32 = 0;
export const SEGMENT: i32 = 1;
/** A UDP packet from or to a DNS port, and one that nothing is to be noted of. */
export const DATAGRAM: i32 = 2;
export const NOTHING: i32 = 3;

/** Decodes the packet between two addresses; what is left as it is, is {@link OTHER}. */
export function plain(linkType: i32, start: usize, captured: usize): i32 {
  let end = captured;
  let at = start + 14;
  let direction = 0;
  if (linkType == ETHERNET) {
    if (end - start < 42 || load<u16>(start + 12) != IPV4) return OTHER;
  } else if (linkType == COOKED_V2) {
    at = start + 20;
    if (end - start < 48 || load<u16>(start) != IPV4) return OTHER;
    direction = directionOf(load<u8>(start + 10));
  } else if (linkType == COOKED) {
    at = start + 16;
    if (end - start < 44 || load<u16>(start + 14) != IPV4) return OTHER;
    direction = directionOf(be16(start));
  } else if (linkType == RAW) {
    at = start;
    if (end - start < 28) return OTHER;
  } else return OTHER;
  if (load<u8>(at) != 0x45 || (load<u16>(at + 6) & FRAGMENTED) != 0) return OTHER;
  const protocol = load<u8>(at + 9);
  const sourcePort = be16(at + 20);
  const destinationPort = be16(at + 22);
  const classOf = load<u8>(classes + sourcePort) | load<u8>(classes + destinationPort);
  const total = be16(at + 2);
  const isUdp = protocol == UDP;
  if (isUdp) {
    if (total < 28 || (classOf & TUNNEL) != 0) return OTHER;
    if (classOf == 0) return NOTHING;
  } else if (protocol != TCP || end - at < 40 || total < 40 || (classOf & DNS) != 0) return OTHER;
  const header: usize = isUdp ? 8 : (load<u8>(at + 32) >> 4) * 4;
  if (!isUdp && header < 20) return OTHER;
  const payload = at + 20 + header;
  const payloadAt = min(payload, end);
  let wireEnd = at + total;
  if (isUdp) {
    // 0 is a sender's offload; what is behind the IP packet's end is padding.
    const length = be16(at + 24);
    end = min(end, wireEnd);
    if (length >= 8) wireEnd = at + 20 + length;
  }
  const payloadLength: usize = wireEnd > payload ? wireEnd - payload : 0;
  p.start = start;
  p.end = captured;
  p.direction = direction;
  p.vni = NONE;
  p.tunnel = 0;
  p.version = 4;
  p.sourceAt = at + 12;
  p.destinationAt = at + 16;
  p.ipId = be16(at + 4);
  p.ttl = load<u8>(at + 8);
  p.sourcePort = sourcePort;
  p.destinationPort = destinationPort;
  p.payloadAt = payloadAt;
  p.payloadEnd = min(payloadAt + payloadLength, end);
  p.payloadLength = <i32>payloadLength;
  if (isUdp) return DATAGRAM;
  p.sequence = bswap<i32>(load<i32>(at + 24));
  p.acknowledgement = bswap<i32>(load<i32>(at + 28));
  p.flags = load<u8>(at + 33);
  p.window = be16(at + 34);
  p.optionsAt = at + 40;
  return SEGMENT;
}

/** Linux's packet types (linux/if_packet.h): to us, broadcast, multicast, to another host, from us. */
function directionOf(type: u32): i32 {
  return type == 4 ? 2 : type < 4 ? 1 : 0;
}
