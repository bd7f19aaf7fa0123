import { EtherType } from "./ether-type.ts";
import { NONE, type Packet, Tunnel } from "./packet.ts";
import { gre, into, udpTunnel } from "./tunnels.ts";
import { be16, be32 } from "./words.ts";

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const IPV4 = 4;
const IPV6 = 41;
const GRE = 47;
const AUTHENTICATION = 51;
const MPLS = 137;

/** Decodes what follows an IP header. */
export function transport(p: Packet, at: number): void {
  switch (p.protocol) {
    case TCP:
      return tcp(p, at);
    case UDP:
      return udp(p, at);
    case ICMP:
      return icmp(p, at, false);
    case ICMPV6:
      return icmp(p, at, true);
    case IPV4: // IP in IP (RFC 2003)
      return into(p, EtherType.ipv4, at, Tunnel.ip);
    case IPV6: // SIT (RFC 4213)
      return into(p, EtherType.ipv6, at, Tunnel.ip);
    case GRE:
      return gre(p, at);
    case MPLS: // RFC 4023
      return into(p, EtherType.mpls, at, Tunnel.mpls);
    case AUTHENTICATION:
      return authentication(p, at);
  }
}

/** What stands behind an authentication header of IPv4 (RFC 4302). There is one at most. */
function authentication(p: Packet, at: number): void {
  if (p.end - at < 12) return;
  p.protocol = p.bytes[at] as number;
  if (p.protocol !== AUTHENTICATION) transport(p, at + ((p.bytes[at + 1] as number) + 2) * 4);
}

/** TCP (RFC 9293, section 3.1). An ICMP error may quote no more than the ports and the sequence number. */
function tcp(p: Packet, at: number): void {
  const b = p.bytes;
  const room = Math.min(p.end, p.wireEnd) - at;
  if (room < 4) return;
  // Without the sequence number a quoted packet can't be told from others of its addresses and ports.
  if (room < 8) return;
  p.sourcePort = be16(b, at);
  p.destinationPort = be16(b, at + 2);
  p.sequence = be32(b, at + 4);
  if (room < 14) return;
  const header = ((b[at + 12] as number) >> 4) * 4;
  if (header < 20) return;
  p.acknowledgement = be32(b, at + 8);
  p.flags = b[at + 13] as number;
  p.window = room < 16 ? 0 : be16(b, at + 14);
  p.optionsAt = at + 20;
  p.payloadLength = Math.max(0, p.wireEnd - at - header);
  p.payloadAt = Math.min(at + header, p.end);
  p.payloadEnd = Math.min(p.payloadAt + p.payloadLength, p.end);
}

/** Reads the TCP options that tell connections apart (RFC 9293, RFC 7323); a malformed one ends the reading. */
export function parseTcpOptions(p: Packet): void {
  const b = p.bytes;
  const end = p.payloadAt;
  p.hasTimestamp = false;
  p.tsval = 0;
  p.tsecr = 0;
  p.mss = NONE;
  p.windowScale = NONE;
  p.sackPermitted = false;
  p.sackBlocks = 0;
  for (let at = p.optionsAt; at < end;) {
    const kind = b[at] as number;
    if (kind === 0) return;
    if (kind === 1) {
      at++;
      continue;
    }
    const size = at + 1 < end ? (b[at + 1] as number) : 0;
    if (size < 2 || at + size > end) return;
    if (kind === 8 && size === 10) {
      p.hasTimestamp = true;
      p.tsval = be32(b, at + 2);
      p.tsecr = be32(b, at + 6);
    } else if (kind === 2 && size === 4) p.mss = be16(b, at + 2);
    else if (kind === 3 && size === 3) p.windowScale = b[at + 2] as number;
    else if (kind === 4 && size === 2) p.sackPermitted = true;
    else if (kind === 5) p.sackBlocks = (size - 2) >> 3;
    at += size;
  }
}

/** UDP (RFC 768). */
function udp(p: Packet, at: number): void {
  const b = p.bytes;
  const room = Math.min(p.end, p.wireEnd) - at;
  if (room < 4) return;
  p.sourcePort = be16(b, at);
  p.destinationPort = be16(b, at + 2);
  p.payloadAt = p.payloadEnd = at + room;
  p.payloadLength = 0;
  if (room < 8) return;
  const length = be16(b, at + 4);
  p.payloadAt = at + 8;
  // 0 is a jumbogram or a sender's offload; a fragment holds less than the length says.
  p.payloadLength = length >= 8 ? length - 8 : Math.max(0, p.wireEnd - at - 8);
  p.payloadEnd = Math.min(p.payloadAt + p.payloadLength, at + room);
  udpTunnel(p);
}

/** ICMP (RFC 792) and ICMPv6 (RFC 4443); an error quotes the packet that it is about. */
function icmp(p: Packet, at: number, v6: boolean): void {
  const b = p.bytes;
  if (Math.min(p.end, p.wireEnd) - at < 2) return;
  p.icmpType = b[at] as number;
  p.icmpCode = b[at + 1] as number;
  p.icmp6 = v6;
  const { quoted } = p;
  if (quoted === undefined || !isError(p.icmpType, v6)) return;
  quoted.bytes = b;
  quoted.start = at + 8;
  quoted.end = Math.min(p.end, p.wireEnd);
  quoted.length = quoted.end - quoted.start;
  p.quotes = true;
}

function isError(type: number, v6: boolean): boolean {
  if (v6) return type >= 1 && type <= 4;
  return type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
}

/** Whether an ICMP error ends a connection attempt or a query; "packet too big" and the like do not. */
export function isFinalError(type: number, code: number, v6: boolean): boolean {
  if (v6) return type === 1 || type === 3 || type === 4;
  return (type === 3 && code !== 4) || type === 11 || type === 12;
}
