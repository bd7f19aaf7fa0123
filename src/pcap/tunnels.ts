import { EtherType } from "./ether-type.ts";
import { NONE, type Packet, Tunnel } from "./packet.ts";
import { be16, be32 } from "./words.ts";

/** Notes that another packet begins at `at`; `decode` goes into it. */
export function into(p: Packet, type: number, at: number, tunnel: number, vni: number = NONE): void {
  p.innerAt = at;
  p.innerType = type;
  p.innerTunnel = tunnel;
  p.innerVni = vni;
}

/** Encapsulation in UDP, by the port that it is sent to: the port that it is sent from is a hash of the flow inside. */
export function udpTunnel(p: Packet): void {
  switch (p.destinationPort) {
    case 4789: // IANA's, and the one that Linux and flannel had before
    case 8472:
      return vxlan(p);
    case 4790:
      return vxlanGpe(p);
    case 6081:
      return geneve(p);
    case 6635: // MPLS in UDP (RFC 7510)
      return into(p, EtherType.mpls, p.payloadAt, Tunnel.mpls);
  }
}

/** VXLAN (RFC 7348, section 5). Without the I flag it is something else. */
function vxlan(p: Packet): void {
  const at = p.payloadAt;
  if (p.payloadEnd - at < 8 || ((p.bytes[at] as number) & 0x08) === 0) return;
  into(p, EtherType.ethernet, at + 8, Tunnel.vxlan, be32(p.bytes, at + 4) >>> 8);
}

/** VXLAN that says what it carries (draft-ietf-nvo3-vxlan-gpe, section 3); without the P flag it is an Ethernet frame. */
function vxlanGpe(p: Packet): void {
  const { bytes: b, payloadAt: at } = p;
  if (p.payloadEnd - at < 8 || ((b[at] as number) & 0x08) === 0) return;
  const next = ((b[at] as number) & 0x04) === 0 ? 3 : b[at + 3];
  const type =
    next === 1
      ? EtherType.ipv4
      : next === 2
        ? EtherType.ipv6
        : next === 3
          ? EtherType.ethernet
          : next === 5
            ? EtherType.mpls
            : 0;
  if (type !== 0) into(p, type, at + 8, Tunnel.vxlan, be32(b, at + 4) >>> 8);
}

/** Geneve (RFC 8926, section 3.4): version 0, options of a stated length, then what the EtherType says. */
function geneve(p: Packet): void {
  const { bytes: b, payloadAt: at } = p;
  if (p.payloadEnd - at < 8 || (b[at] as number) >> 6 !== 0) return;
  const options = ((b[at] as number) & 0x3f) * 4;
  into(p, be16(b, at + 2), at + 8 + options, Tunnel.geneve, be32(b, at + 4) >>> 8);
}

/**
 * GRE (RFC 2784) with key and sequence number (RFC 2890), and PPTP's variant of it (RFC 2637). ERSPAN mirrors frames in it:
 * the session's number is the mirror's and not the network's.
 */
export function gre(p: Packet, from: number): void {
  const b = p.bytes;
  const end = Math.min(p.end, p.wireEnd);
  if (end - from < 4) return;
  const flags = be16(b, from);
  const version = flags & 7;
  // Source routes are deprecated and of unknown length; no Linux sends them.
  if ((flags & 0x4000) !== 0 || version > 1) return;
  let type = be16(b, from + 2);
  let at = from + 4;
  let key = NONE;
  if ((flags & 0x8000) !== 0) at += 4;
  if ((flags & 0x2000) !== 0) {
    // Of PPTP it is a length and a call.
    if (version === 0 && end - at >= 4) key = be32(b, at);
    at += 4;
  }
  const numbered = (flags & 0x1000) !== 0;
  if (numbered) at += 4;
  if (version === 1 && (flags & 0x0080) !== 0) at += 4;
  if (end - at < 8) return;
  switch (type) {
    case 0x88be: // ERSPAN I has no header and no sequence number, II has both
      if (numbered) at += 8;
      type = EtherType.ethernet;
      break;
    case 0x22eb: // ERSPAN III, maybe with a subheader of the platform
      if (end - at < 12) return;
      at += ((b[at + 11] as number) & 1) === 0 ? 12 : 20;
      type = EtherType.ethernet;
      break;
    case 0x883e: // WCCP puts four bytes before the packet, or none, as Linux tells by the version's place
      if ((b[at] as number) >> 4 !== 4) at += 4;
      type = EtherType.ipv4;
      break;
  }
  into(p, type, at, Tunnel.gre, key);
}
