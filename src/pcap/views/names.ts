/** LINKTYPE_ names (www.tcpdump.org/linktypes.html) of the types that captures of hosts have. */
const LINKS = new Map<number, string>([
  [0, "NULL"],
  [1, "ETHERNET"],
  [9, "PPP"],
  [12, "RAW"],
  [14, "RAW"],
  [51, "PPP_ETHER"],
  [101, "RAW"],
  [104, "C_HDLC"],
  [105, "IEEE802_11"],
  [107, "FRELAY"],
  [108, "LOOP"],
  [113, "LINUX_SLL"],
  [127, "IEEE802_11_RADIOTAP"],
  [189, "USB_LINUX"],
  [220, "USB_LINUX_MMAPPED"],
  [228, "IPV4"],
  [229, "IPV6"],
  [239, "NFLOG"],
  [253, "NETLINK"],
  [276, "LINUX_SLL2"],
]);

/** The name of a link type; `LINKTYPE_` and the number for a rare one. */
export function linkTypeName(number: number): string {
  return LINKS.get(number) ?? `LINKTYPE_${number}`;
}

/** IP's protocols (IANA) that captures of hosts have. */
const PROTOCOLS = new Map<number, string>([
  [1, "ICMP"],
  [2, "IGMP"],
  [4, "IPIP"],
  [6, "TCP"],
  [17, "UDP"],
  [41, "IPv6 in IP"],
  [47, "GRE"],
  [50, "ESP"],
  [51, "AH"],
  [58, "ICMPv6"],
  [89, "OSPF"],
  [103, "PIM"],
  [112, "VRRP"],
  [132, "SCTP"],
]);

/** The name of an IP protocol; `IP protocol` and the number for a rare one. */
export function protocolName(number: number): string {
  return PROTOCOLS.get(number) ?? `IP protocol ${number}`;
}
