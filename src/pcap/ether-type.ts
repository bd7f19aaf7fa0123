/** EtherTypes of what is gone into (IEEE 802 numbers, as IANA lists them). */
export const EtherType = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  /** An Ethernet frame inside another packet (RFC 1701). */
  ethernet: 0x6558,
  ppp: 0x880b,
  mpls: 0x8847,
  mplsMulticast: 0x8848,
} as const;
