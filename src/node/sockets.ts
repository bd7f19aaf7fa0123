import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { isLsofHeader, lsofRow } from "./lsof.ts";
import { isNetstatHeader, netstatRow } from "./netstat-sockets.ts";
import { isProcNetHeader, procNetRow } from "./proc-net-sockets.ts";
import { detailOf, isSsHeader, ssRow } from "./ss.ts";
import { textFormat } from "./text-format.ts";

/** A program that holds a socket, as a listing names it. */
export interface SocketHolder {
  readonly pid: number;
  /** `ss` gives the kernel's name of the process; `netstat` and `lsof` cut it. */
  readonly comm?: string;
  readonly fd?: number;
}

/** A socket as one line states it. */
export interface Socket {
  readonly protocol: "tcp" | "udp";
  /** As Linux's tools name it in `ss`, with dashes: `LISTEN`, `ESTAB`, `SYN-RECV`, `TIME-WAIT`, … */
  readonly state: string;
  /** Bytes not read by the program; of a listener the connections in its accept queue. */
  readonly recvQ: number;
  /** Bytes not acknowledged by the peer; of a listener in `ss` how many connections its accept queue takes. */
  readonly sendQ: number;
  /** Without brackets and interface; `*` for any of both families. */
  readonly address: string;
  readonly port: number;
  readonly peer: string;
  /** 0 where the peer is any. */
  readonly peerPort: number;
  /** The number of `socket:[…]` in `/proc/PID/fd`; a socket that no program holds has none. */
  readonly inode?: number;
  /** Who holds it; empty where the listing doesn't tell, as without `-p`, or where nobody does. */
  readonly holders: readonly SocketHolder[];
  /** The control group that made it (`ss --cgroup`). */
  readonly cgroup?: string;
  /** What `ss -i`, `-m` and `-o` add, on the same line or the one below. */
  readonly detail?: string;
  readonly text: string;
  readonly line: number;
}

/** The TCP and UDP sockets of a network namespace, as a tool lists them; which ones its options decide. */
export interface Sockets extends Model {
  /** What listed them; `proc` is `/proc/net/tcp` and its like. Of a listener {@link Socket.sendQ} is 0 but in `ss`. */
  readonly source: "ss" | "netstat" | "proc" | "lsof";
  readonly sockets: readonly Socket[];
  /** Of `/proc/PID/net/tcp`: the process whose network namespace it is. */
  readonly ofPid?: number;
}

/** A row but for where it stands. */
export type SocketRow = Omit<Socket, "text" | "line">;

/** Most sockets that are kept; a busy machine has some ten thousand. */
const MOST_SOCKETS = 1 << 18;
/** No line of a socket is as long, whoever holds it. */
const LONGEST_LINE = 1 << 14;
const OF_PID = /(?:^|\/)proc\/(\d{1,10})\/(?:task\/\d{1,10}\/)?net\/(?:tcp|udp)6?(?:\.txt)?$/;

/**
 * Parses `ss`, `netstat`, `/proc/net/{tcp,udp}{,6}` and `lsof -i`, numeric forms; lines of other sockets are passed over.
 *
 * @param path may tell what a text without a header is, and of which process
 */
export function parseSockets(text: string, path = ""): Sockets {
  const sockets: Socket[] = [];
  const held = new Map<number, number>();
  let source: Sockets["source"] = "ss";
  let header = "";
  let isHeaded = false;
  let dropped = 0;
  for (const { text: line, number } of linesOf(text)) {
    if (line.length > LONGEST_LINE) continue;
    if (isHeader(line)) {
      header = line;
      isHeaded = true;
      continue;
    }
    const found = rowOf(line, header, path);
    if (!found) {
      const detail = detailOf(line);
      const last = sockets.at(-1);
      if (detail !== undefined && last?.line === number - 1)
        sockets[sockets.length - 1] = {
          ...last,
          detail: last.detail === undefined ? detail : `${last.detail} ${detail}`,
        };
      continue;
    }
    if (sockets.length === MOST_SOCKETS) {
      dropped++;
      continue;
    }
    ({ source } = found);
    const { row } = found;
    // lsof has a line for each process that holds it.
    const known = source === "lsof" && row.inode !== undefined ? held.get(row.inode) : undefined;
    const other = known === undefined ? undefined : sockets[known];
    if (known !== undefined && other) {
      sockets[known] = { ...other, holders: [...other.holders, ...row.holders] };
      continue;
    }
    if (row.inode !== undefined) held.set(row.inode, sockets.length);
    sockets.push({ ...row, text: line.trim(), line: number });
  }
  const pid = OF_PID.exec(path)?.[1];
  const model = {
    source,
    sockets: source === "ss" ? withUdp(sockets, header) : sockets,
    ...(pid !== undefined && source === "proc" && { ofPid: Number(pid) }),
  };
  if (sockets.length === 0 && !isHeaded) {
    const message = "no line is of a TCP or UDP socket";
    return { ...model, diagnostics: [{ effect: "unread", code: "no-socket", message }] };
  }
  if (dropped === 0) return { ...model, diagnostics: [] };
  const message = `${dropped} sockets more than ${MOST_SOCKETS} were passed over`;
  return { ...model, diagnostics: [{ effect: "partial", code: "many-sockets", message }] };
}

const isHeader = (line: string): boolean =>
  isSsHeader(line) || isNetstatHeader(line) || isProcNetHeader(line) || isLsofHeader(line);

function rowOf(
  line: string,
  header: string,
  path: string,
): { source: Sockets["source"]; row: SocketRow } | undefined {
  const ss = ssRow(line);
  if (ss) return { source: "ss", row: ss };
  const netstat = netstatRow(line, header);
  if (netstat) return { source: "netstat", row: netstat };
  const proc = procNetRow(line, header, path);
  if (proc) return { source: "proc", row: proc };
  const lsof = lsofRow(line);
  return lsof && { source: "lsof", row: lsof };
}

/** `ss -u` alone leaves the protocol out: only UDP's sockets are unconnected there, and none of them listens. */
function withUdp(sockets: Socket[], header: string): Socket[] {
  if (header.includes("Netid")) return sockets;
  const isUdp =
    sockets.some(({ state }) => state === "UNCONN") &&
    sockets.every(({ state }) => state === "UNCONN" || state === "ESTAB");
  return isUdp ? sockets.map((each) => ({ ...each, protocol: "udp" })) : sockets;
}

/** By a header, or by lines of sockets in any tool's form. */
export const socketFormat: Format<"sockets", Sockets> = textFormat({
  kind: "sockets",
  failure: {
    program: /\b(?:ss|netstat|lsof)\b/,
    path: /(?:^|[/_.-])(?:ss|netstat|lsof)[-_. ](?!-?s\b)/i,
  },
  recognise(head, path) {
    let lines = 0;
    let others = 0;
    for (const { text } of linesOf(head)) {
      if (text.length > LONGEST_LINE) continue;
      if (isSsHeader(text) || isNetstatHeader(text) || isProcNetHeader(text)) return true;
      if (rowOf(text, "", path)) lines++;
      else if (/^\S/.test(text) && !isLsofHeader(text)) others++;
    }
    // lsof lists every open file, of which few may be sockets.
    return lines > 0 && lines >= others * 4;
  },
  parse: parseSockets,
});
