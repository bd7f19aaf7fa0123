import { NONE, type Packet } from "./packet.ts";
import { transport } from "./transport.ts";
import { be16, be32 } from "./words.ts";

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;
const MOBILITY = 135;

/** IPv4 (RFC 791). */
export function ipv4(p: Packet, at: number): void {
  const { bytes: b, end } = p;
  if (end - at < 20 || (b[at] as number) >> 4 !== 4) return;
  const header = ((b[at] as number) & 15) * 4;
  if (header < 20) return;
  begin(p, 4, at + 12, at + 16);
  const total = be16(b, at + 2);
  // A sender with segmentation offload may leave the total length 0.
  p.wireEnd = total >= header ? at + total : p.start + Math.max(p.length, end - p.start);
  p.ipId = be16(b, at + 4);
  p.ttl = b[at + 8] as number;
  p.protocol = b[at + 9] as number;
  const fragment = be16(b, at + 6);
  p.fragmentOffset = (fragment & 0x1fff) * 8;
  p.moreFragments = (fragment & 0x2000) !== 0;
  p.fragmentId = p.ipId;
  p.fragmentAt = at + header;
  if (p.fragmentOffset === 0) transport(p, at + header);
}

/** IPv6 (RFC 8200), with the extension headers that lead to the transport. */
export function ipv6(p: Packet, from: number): void {
  const { bytes: b, end } = p;
  let at = from;
  if (end - at < 40 || (b[at] as number) >> 4 !== 6) return;
  begin(p, 6, at + 8, at + 24);
  const payload = be16(b, at + 4);
  // A jumbogram (RFC 2675) leaves it 0, and so does a sender with segmentation offload.
  p.wireEnd = payload > 0 ? at + 40 + payload : p.start + Math.max(p.length, end - p.start);
  p.ttl = b[at + 7] as number;
  p.ipId = 0;
  p.fragmentOffset = 0;
  p.moreFragments = false;
  let next = b[at + 6] as number;
  at += 40;
  while (isExtension(next)) {
    if (end - at < 8) return;
    const size = b[at + 1] as number;
    if (next === FRAGMENT) {
      p.fragmentOffset = be16(b, at + 2) & 0xfff8;
      p.moreFragments = ((b[at + 3] as number) & 1) !== 0;
      p.fragmentId = be32(b, at + 4);
      p.ipId = p.fragmentId & 0xffff;
      p.fragmentAt = at + 8;
    }
    const isFixed = next === FRAGMENT;
    const isShort = next === AUTHENTICATION;
    next = b[at] as number;
    at += isFixed ? 8 : isShort ? (size + 2) * 4 : (size + 1) * 8;
    if (p.fragmentOffset > 0) break;
  }
  p.protocol = next;
  if (p.fragmentOffset === 0) transport(p, at);
}

function isExtension(next: number): boolean {
  return (
    next === HOP_BY_HOP ||
    next === ROUTING ||
    next === FRAGMENT ||
    next === AUTHENTICATION ||
    next === DESTINATION ||
    next === MOBILITY
  );
}

/** Notes the addresses, and forgets what an outer packet left behind. */
function begin(p: Packet, version: number, sourceAt: number, destinationAt: number): void {
  p.version = version;
  p.sourceAt = sourceAt;
  p.destinationAt = destinationAt;
  forgetTransport(p);
}

/** Sets the transport's fields to absent. */
export function forgetTransport(p: Packet): void {
  p.sourcePort = NONE;
  p.destinationPort = NONE;
  p.flags = NONE;
  p.icmpType = NONE;
  p.quotes = false;
}
