import { rowValues } from "./socket-words.ts";
import type { SocketRow } from "./sockets.ts";

const ROW =
  /^(?:(tcp)6?\s+(\d+)\s+(\d+)\s+(\S+):(\d+|\*)\s+(\S+):(\d+|\*)\s+(LISTEN|ESTABLISHED|SYN_SENT|SYN_RECV|FIN_WAIT1|FIN_WAIT2|TIME_WAIT|CLOSE|CLOSE_WAIT|LAST_ACK|CLOSING)|(udp)6?\s+(\d+)\s+(\d+)\s+(\S+):(\d+|\*)\s+(\S+):(\d+|\*)(?:\s+(ESTABLISHED))?)(?=\s|$)/;
const HEADER = /^Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address/;
/** The timer of -o is in brackets. */
const HOLDER = /(?:^|\s)(\d{1,10})\/([^\s:]+)/;

export const isNetstatHeader = (line: string): boolean => HEADER.test(line);

/**
 * A line of `netstat -tu` (net-tools, netstat.c), which of a UDP socket tells a state where it is connected.
 *
 * @param header the line above all of them: with -e it has the inode's column
 */
export function netstatRow(line: string, header: string): SocketRow | undefined {
  const match = ROW.exec(line);
  if (!match) return undefined;
  const isTcp = match[1] !== undefined;
  const [recvQ, sendQ, address = "", port, peer = "", peerPort, state = "UNCONN"] = match.slice(
    isTcp ? 2 : 10,
  );
  const rest = line.slice(match[0].length).trim();
  const inode = /\bInode\b/i.test(header) ? Number(/^\S+\s+(\d{1,15})(?=\s|$)/.exec(rest)?.[1] ?? 0) : 0;
  const [, pid, comm] = HOLDER.exec(rest) ?? [];
  return {
    protocol: isTcp ? "tcp" : "udp",
    ...rowValues({ state, recvQ, sendQ, address, port, peer, peerPort, inode }),
    holders: pid === undefined || comm === undefined ? [] : [{ pid: Number(pid), comm }],
  };
}
