import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** A TCP socket as one line states it. */
export interface Socket {
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
  readonly text: string;
  readonly line: number;
}

/** The TCP sockets of a network namespace, as `ss` or `netstat` list them; which ones their options decide. */
export interface Sockets extends Model {
  /** What listed them: in `netstat` a listener's {@link Socket.sendQ} is always 0. */
  readonly source: "ss" | "netstat";
  readonly sockets: readonly Socket[];
}

/** Most sockets that are kept; a busy machine has some ten thousand. */
const MOST_SOCKETS = 1 << 18;

const SS_STATES =
  "LISTEN|ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-1|FIN-WAIT-2|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING|UNCONN|CLOSED?";
/** `LISTEN 0 128 *:80 *:*`, perhaps with `tcp` before it (-tu), spaces between address and port as old releases print. */
const SS = new RegExp(
  `^\\s*(?:tcp\\s+)?(${SS_STATES})\\s+(\\d+)\\s+(\\d+)\\s+(\\S+?)\\s*:(\\d+|\\*)\\s+(\\S+?)\\s*:(\\d+|\\*)(?:\\s|$)`,
);
const SS_HEADER = /^\s*(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:\s*Port\s+Peer Address:\s*Port/;
const NETSTAT =
  /^tcp6?\s+(\d+)\s+(\d+)\s+(\S+):(\d+|\*)\s+(\S+):(\d+|\*)\s+(LISTEN|ESTABLISHED|SYN_SENT|SYN_RECV|FIN_WAIT1|FIN_WAIT2|TIME_WAIT|CLOSE|CLOSE_WAIT|LAST_ACK|CLOSING)(?:\s|$)/;
const NETSTAT_HEADER = /^Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address/;
/** States that `ss` spells otherwise. */
const SPELLED: Readonly<Record<string, string>> = {
  ESTABLISHED: "ESTAB",
  FIN_WAIT1: "FIN-WAIT-1",
  FIN_WAIT2: "FIN-WAIT-2",
};

/** Parses `ss -t…` and `netstat -t…`, numeric forms; lines of other sockets and continuations are passed over. */
export function parseSockets(text: string): Sockets {
  const sockets: Socket[] = [];
  let source: Sockets["source"] = "ss";
  let isHeaded = false;
  let dropped = 0;
  for (const { text: line, number } of linesOf(text)) {
    if (SS_HEADER.test(line) || NETSTAT_HEADER.test(line)) isHeaded = true;
    const [fromSs, fromNetstat] = [SS.exec(line), NETSTAT.exec(line)];
    const match = fromSs ?? fromNetstat;
    if (!match) continue;
    if (sockets.length === MOST_SOCKETS) {
      dropped++;
      continue;
    }
    if (fromNetstat) source = "netstat";
    const fields = match.slice(1);
    const [state, recvQ, sendQ, address, port, peer, peerPort] = fromSs
      ? fields
      : [fields[6], ...fields.slice(0, 6)];
    sockets.push({
      state: stateName(state ?? ""),
      recvQ: Number(recvQ),
      sendQ: Number(sendQ),
      address: bare(address ?? ""),
      port: portOf(port),
      peer: bare(peer ?? ""),
      peerPort: portOf(peerPort),
      text: line.trim(),
      line: number,
    });
  }
  if (sockets.length === 0 && !isHeaded) {
    const message = "no line is of a TCP socket";
    return { source, sockets, diagnostics: [{ effect: "unread", code: "no-socket", message }] };
  }
  if (dropped === 0) return { source, sockets, diagnostics: [] };
  const message = `${dropped} sockets more than ${MOST_SOCKETS} were passed over`;
  return { source, sockets, diagnostics: [{ effect: "partial", code: "many-sockets", message }] };
}

const stateName = (state: string): string => SPELLED[state] ?? state.replaceAll("_", "-");
const portOf = (port: string | undefined): number => (port === undefined || port === "*" ? 0 : Number(port));
/** `[::1]` and `fe80::1%eth0` as plain addresses; netstat's `::` and ss's `*` stay as they are. */
const bare = (address: string): string =>
  address
    .replace(/^\[|\]$/g, "")
    .replace(/%\w[\w.-]*/, "")
    .replace(/\]$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");

/** By a header, or by lines of sockets in either tool's form. */
export const socketFormat: Format<"sockets", Sockets> = textFormat({
  kind: "sockets",
  failure: { program: /\b(?:ss|netstat)\b/, path: /(?:^|[/_.-])(?:ss|netstat)[-_. ](?!-?s\b)/i },
  recognise(head) {
    let lines = 0;
    let others = 0;
    for (const { text } of linesOf(head)) {
      if (SS_HEADER.test(text) || NETSTAT_HEADER.test(text)) return true;
      if (SS.test(text) || NETSTAT.test(text)) lines++;
      else if (/^\S/.test(text)) others++;
    }
    return lines > 0 && lines >= others * 4;
  },
  parse: parseSockets,
});
