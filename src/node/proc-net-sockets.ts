import type { SocketRow } from "./sockets.ts";

const ROW =
  /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) ([0-9A-F]{8}):([0-9A-F]{8}) [0-9A-F]{2}:[0-9A-F]{8} [0-9A-F]{8} +\d+ +\d+ (\d+) /;
const HEADER = /^\s*sl\s+local_address\s+rem(?:ote)?_address\s+st\s+tx_queue\s+rx_queue\s+tr\s+tm->when/;
/** include/net/tcp_states.h; a UDP socket uses the first and the seventh. */
const STATES = [
  "",
  "ESTAB",
  "SYN-SENT",
  "SYN-RECV",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "TIME-WAIT",
  "UNCONN",
  "CLOSE-WAIT",
  "LAST-ACK",
  "LISTEN",
  "CLOSING",
  "SYN-RECV",
];

export const isProcNetHeader = (line: string): boolean => HEADER.test(line);

/**
 * A line of `/proc/net/tcp`, `tcp6`, `udp` or `udp6` (net/ipv4/tcp_ipv4.c, `tcp4_seq_show`; net/ipv4/udp.c, `udp4_format_sock`).
 * An address is printed in words of 32 bits in the machine's byte order, which is taken for little-endian.
 *
 * @param header UDP's tells of drops
 * @param path of a text without a header the protocol
 */
export function procNetRow(line: string, header: string, path: string): SocketRow | undefined {
  const match = ROW.exec(line);
  if (!match) return undefined;
  const [, address = "", port = "", peer = "", peerPort = "", state = "", sendQ = "", recvQ = "", inode] =
    match;
  const name = STATES[Number.parseInt(state, 16)];
  if (name === undefined || name === "") return undefined;
  const isUdp = header === "" ? /(?:^|[/_.-])udp6?(?:[._-]|$)/.test(path) : header.includes("drops");
  return {
    protocol: isUdp ? "udp" : "tcp",
    state: name,
    recvQ: Number.parseInt(recvQ, 16),
    sendQ: Number.parseInt(sendQ, 16),
    address: addressOf(address),
    port: Number.parseInt(port, 16),
    peer: addressOf(peer),
    peerPort: Number.parseInt(peerPort, 16),
    ...(Number(inode) > 0 && { inode: Number(inode) }),
    holders: [],
  };
}

function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (isMapped) return bytes.slice(12).join(".");
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return shortened(groups);
}

/** RFC 5952: the longest run of zeros, two at least, is left out. */
function shortened(groups: readonly number[]): string {
  let [start, length] = [-1, 1];
  for (let at = 0; at < groups.length; at++) {
    let end = at;
    while (groups[end] === 0) end++;
    if (end - at > length) [start, length] = [at, end - at];
  }
  const hex = groups.map((group) => group.toString(16));
  if (start === -1) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}
