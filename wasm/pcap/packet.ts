/** TCP flags (RFC 9293, section 3.1). */
export const FIN: i32 = 1;
export const SYN: i32 = 2;
export const RST: i32 = 4;
export const ACK: i32 = 16;

/** What a packet doesn't have: a port or flags that were cut off, a network's number, an option. */
export const NONE: i32 = -1;

/** `Tunnel.vxlan` of src/pcap/packet.ts. */
export const VXLAN: i32 = 1;

/**
 * The packet at hand, at an address of its own; src/pcap/core.ts knows its fields by their offsets. Offsets into the packet's bytes
 * are addresses in this memory. The fields are those of `Packet` in src/pcap/packet.ts.
 */
@unmanaged
export class Packet {
  /** Seconds since the capture's first packet. */
  time: f64;
  /** The packet's time in microseconds, modulo 2**32. */
  micros: i32;
  frame: u32;
  start: usize;
  end: usize;
  direction: i32;
  vni: i32;
  tunnel: i32;
  version: i32;
  sourceAt: usize;
  destinationAt: usize;
  ipId: i32;
  ttl: i32;
  sourcePort: i32;
  destinationPort: i32;
  sequence: i32;
  acknowledgement: i32;
  flags: i32;
  window: i32;
  optionsAt: usize;
  payloadAt: usize;
  payloadEnd: usize;
  payloadLength: i32;
  /** Set by `parseOptions`. */
  hasTimestamp: i32;
  tsval: i32;
  mss: i32;
  windowScale: i32;
}

/** The compiler puts nothing of its own there: no module has data. */
export const PACKET_AT: usize = 1024;
export const p: Packet = changetype<Packet>(PACKET_AT);

/** Reads the TCP options that tell connections apart (RFC 9293, RFC 7323); a malformed one ends the reading. */
export function parseOptions(): void {
  const end = p.payloadAt;
  p.hasTimestamp = 0;
  p.tsval = 0;
  p.mss = NONE;
  p.windowScale = NONE;
  let at = p.optionsAt;
  while (at < end) {
    const kind = load<u8>(at);
    if (kind == 0) return;
    if (kind == 1) {
      at++;
      continue;
    }
    const size: usize = at + 1 < end ? load<u8>(at + 1) : 0;
    if (size < 2 || at + size > end) return;
    if (kind == 8 && size == 10) {
      p.hasTimestamp = 1;
      p.tsval = bswap<i32>(load<i32>(at + 2));
    } else if (kind == 2 && size == 4) p.mss = bswap<u16>(load<u16>(at + 2));
    else if (kind == 3 && size == 3) p.windowScale = load<u8>(at + 2);
    at += size;
  }
}
