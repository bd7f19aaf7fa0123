/** TCP flags (RFC 9293, section 3.1). */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/** Which way a packet went at the interface that captured it, where the capture tells. */
export const Direction = { unknown: 0, incoming: 1, outgoing: 2, forwarded: 3 } as const;

/** What carries one packet inside another. */
export const Tunnel = { none: 0, vxlan: 1, geneve: 2, gre: 3, ip: 4, mpls: 5 } as const;

/** `Packet.protocol` and `Packet.icmpType` where there is none; ports and flags that the capture cut off. */
export const NONE = -1;

/**
 * One packet as the layers' decoders leave it. One object is reused for a whole capture: what is wanted of a packet
 * is copied before the next is asked for. Offsets point into `bytes`, which is as short-lived as the rest. Fields of
 * a layer that the packet does not have hold stale values; `version`, `protocol`, `flags` and `icmpType` tell what
 * is there. 32-bit fields are signed: `>>> 0` gives the wire's value.
 */
export class Packet {
  /** One-based ordinal among the file's packet records, as Wireshark numbers frames. */
  frame = 0;
  /** Offset of the record in the file. */
  offset = 0;
  /** Whether the record has a timestamp: a pcapng simple packet has none. */
  timed = true;
  /** Seconds since 1970, and nanoseconds in that second. */
  seconds = 0;
  nanoseconds = 0;
  /** Seconds since the file's first packet with a time; negative where the clock stepped back behind it. */
  time = 0;
  /** The link type of the frame (LINKTYPE_ number), {@link NONE} where the file does not tell. */
  linkType = NONE;
  /** Place of its interface among the file's (pcapng), {@link NONE} where the file does not tell. */
  interfaceIndex = NONE;
  direction: number = Direction.unknown;
  bytes: Uint8Array;
  /** The captured bytes of the frame. */
  start = 0;
  end = 0;
  /** Bytes that the frame had on the wire. */
  length = 0;

  /** 4, 6, or 0 where no IP header was found. */
  version = 0;
  sourceAt = 0;
  destinationAt = 0;
  /** IPv4's identification; of IPv6 only a fragment has one, whose low 16 bits stand here; else 0. */
  ipId = 0;
  ttl = 0;
  fragmentOffset = 0;
  moreFragments = false;
  /** Of a fragment: its whole identification, and where the piece begins that it carries. */
  fragmentId = 0;
  fragmentAt = 0;
  /** The transport protocol's number, {@link NONE} where no IP header was found or it is cut. */
  protocol = NONE;
  /** What carried the packet whose layers stand here, one of {@link Tunnel}. */
  tunnel: number = Tunnel.none;
  /**
   * Number of the network that the packet was carried in: VXLAN's or Geneve's VNI, GRE's key (signed, as all 32-bit fields);
   * {@link NONE} where it was not encapsulated, or the tunnel has no such number.
   */
  vni = NONE;
  /** IP version and addresses of the innermost carrier, the ends of the tunnel; only where there is a tunnel. */
  outerVersion = 0;
  outerSourceAt = 0;
  outerDestinationAt = 0;
  /** Where another packet begins inside this one, its EtherType, network and {@link Tunnel}; {@link NONE} without. */
  innerAt = NONE;
  innerType = 0;
  innerVni = NONE;
  innerTunnel: number = Tunnel.none;

  /** Where an ARP packet begins; {@link NONE} without. */
  arpAt = NONE;

  /** {@link NONE} where they are cut off or in another fragment. */
  sourcePort = NONE;
  destinationPort = NONE;
  sequence = 0;
  acknowledgement = 0;
  /** FIN, SYN, RST, PSH, ACK, URG, ECE, CWR from the low bit on; {@link NONE} where there is no TCP or it is cut. */
  flags = NONE;
  window = 0;
  /** Filled by `parseTcpOptions` alone. */
  hasTimestamp = false;
  tsval = 0;
  tsecr = 0;
  /** {@link NONE} without that option. */
  mss = NONE;
  windowScale = NONE;
  /** Whether the sender of a SYN knows selective acknowledgements, and how many blocks one names (RFC 2018). */
  sackPermitted = false;
  sackBlocks = 0;
  optionsAt = 0;
  /** The captured payload of TCP or UDP. */
  payloadAt = 0;
  payloadEnd = 0;
  /** The payload's bytes on the wire. */
  payloadLength = 0;
  /** End of the IP packet on the wire, as an offset into `bytes` that may lie behind `end`. */
  wireEnd = 0;

  /** {@link NONE} where there is no ICMP. */
  icmpType = NONE;
  icmpCode = 0;
  /** ICMPv6 and not ICMP. */
  icmp6 = false;
  /** Whether {@link quoted} holds the packet that an ICMP error is about. */
  quotes = false;
  readonly quoted: Packet | undefined;

  constructor(bytes: Uint8Array = new Uint8Array(0), quoting = true) {
    this.bytes = bytes;
    this.quoted = quoting ? new Packet(bytes, false) : undefined;
  }
}
