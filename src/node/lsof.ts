import { bareAddress, portOf, stateName } from "./socket-words.ts";
import type { SocketRow } from "./sockets.ts";

const HEADER = /^COMMAND\s+PID\s+(?:TID\s+)?(?:TASKCMD\s+)?(?:PPID\s+|PGID\s+)*USER\s+FD\s+TYPE\s+DEVICE\s/;
/** From the descriptor on: `3u  IPv4 3091674      0t0  TCP 127.0.0.1:8080 (LISTEN)`. */
const SOCKET =
  /\s(\d{1,9})[rwu]?[A-Za-z-]?\s+IPv[46]\s+(\S+)\s+\S+\s+(TCP|UDP)\s+([^\s>]+):(\d+|\*)(?:->([^\s>]+):(\d+))?(?:\s+\((\w+)\))?\s*$/;
const WHOSE = /^(\S+)\s+(\d{1,10})\s/;
const LONGEST = 1000;

export const isLsofHeader = (line: string): boolean => HEADER.test(line);

/** A line of `lsof -i -n -P`: of one process that holds the socket. Linux's lsof has the inode in the column DEVICE. */
export function lsofRow(line: string): SocketRow | undefined {
  if (line.length > LONGEST) return undefined;
  const [, comm, pid] = WHOSE.exec(line) ?? [];
  if (comm === undefined || pid === undefined) return undefined;
  const match = SOCKET.exec(line);
  if (!match) return undefined;
  const [, fd, device = "", protocol, address = "", port, peer = "*", peerPort, state] = match;
  const isTcp = protocol === "TCP";
  if (isTcp && state === undefined) return undefined;
  const inode = /^\d{1,15}$/.test(device) ? Number(device) : 0;
  return {
    protocol: isTcp ? "tcp" : "udp",
    state: isTcp ? stateName(state ?? "") : peerPort === undefined ? "UNCONN" : "ESTAB",
    recvQ: 0,
    sendQ: 0,
    address: bareAddress(address),
    port: portOf(port),
    peer: bareAddress(peer),
    peerPort: portOf(peerPort),
    ...(inode > 0 && { inode }),
    holders: [{ pid: Number(pid), comm, fd: Number(fd) }],
  };
}
