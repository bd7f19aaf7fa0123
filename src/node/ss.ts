import { rowValues } from "./socket-words.ts";
import type { SocketHolder, SocketRow } from "./sockets.ts";

const STATES =
  "LISTEN|ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-1|FIN-WAIT-2|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING|UNCONN|CLOSED?";
/** `LISTEN 0 128 *:80 *:*`, perhaps with the protocol before it (-tu), spaces between address and port as old releases print. */
const ROW = new RegExp(
  `^\\s*(?:(tcp|udp)\\s+)?(${STATES})\\s+(\\d+)\\s+(\\d+)\\s+(\\S+?)\\s*:(\\d+|\\*)\\s+(\\S+?)\\s*:(\\d+|\\*)(?:\\s|$)`,
);
const HEADER = /^\s*(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:\s*Port\s+Peer Address:\s*Port/;
/** `("nginx",pid=7,fd=3)`, or `("nginx",7,3)` before iproute2 3.19; with -Z and -T more stands between. */
const HOLDER = /\("([^"]{0,64})",(?:pid=)?(\d{1,10}),(?:[^()]{0,300}?,)?(?:fd=)?(\d{1,10})\)/g;
/** A socket that every worker of a server has inherited has as many. */
const MOST_HOLDERS = 64;
/** Below a socket's line stands what -i and -m tell, after a tab. */
const DETAIL = /^\t\s*(\S.*?)\s*$/;

export const isSsHeader = (line: string): boolean => HEADER.test(line);

/** A line of `ss -t`, `-u` or `-tu` (iproute2, misc/ss.c). */
export function ssRow(line: string): SocketRow | undefined {
  const match = ROW.exec(line);
  if (!match) return undefined;
  const [all, protocol = "tcp", state = "", recvQ, sendQ, address = "", port, peer = "", peerPort] = match;
  const rest = line.slice(all.length).trim();
  const inode = Number(/(?:^|\s)ino:(\d{1,15})/.exec(rest)?.[1] ?? 0);
  const cgroup = /(?:^|\s)cgroup:(\/\S*)/.exec(rest)?.[1];
  const detail = /(?:^|\s)((?:timer:|skmem:|[a-z]+ (?:wscale|rto|cwnd):).*)$/.exec(rest)?.[1];
  return {
    protocol: protocol === "udp" ? "udp" : "tcp",
    ...rowValues({ state, recvQ, sendQ, address, port, peer, peerPort, inode }),
    holders: rest.includes("users:(") ? holdersOf(rest) : [],
    ...(cgroup !== undefined && { cgroup }),
    ...(detail !== undefined && { detail }),
  };
}

function holdersOf(text: string): SocketHolder[] {
  const holders: SocketHolder[] = [];
  for (const [, comm = "", pid, fd] of text.matchAll(HOLDER)) {
    if (holders.length === MOST_HOLDERS) break;
    holders.push({ pid: Number(pid), comm, fd: Number(fd) });
  }
  return holders;
}

/** What a line below a socket's tells of it. */
export const detailOf = (line: string): string | undefined => DETAIL.exec(line)?.[1];
