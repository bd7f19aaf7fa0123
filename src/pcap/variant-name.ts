/** What files of a magic number, the first four bytes big-endian, are called. */
const NAMES = new Map<number, string>([
  [0x0a0d0d0a, "pcapng"],
  [0xa1b2c3d4, "pcap, big-endian"],
  [0xd4c3b2a1, "pcap"],
  [0xa1b23c4d, "pcap with nanoseconds, big-endian"],
  [0x4d3cb2a1, "pcap with nanoseconds"],
  [0xa1b2cd34, "pcap, Kuznetzov's variant, big-endian"],
  [0x34cdb2a1, "pcap, Kuznetzov's variant"],
]);

/** The name of a file's form; `pcap` for one that isn't known. */
export function variantName(magic: number): string {
  return NAMES.get(magic) ?? "pcap";
}
