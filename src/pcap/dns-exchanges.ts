import type { Capture } from "./capture.ts";
import { type DnsTable, queryTypeName, responseCodeName, Transport } from "./dns-table.ts";

/** One DNS query with its answer, spelled out. Times are seconds since the capture's first packet. */
export interface DnsExchange {
  /** Its row in the table. */
  readonly row: number;
  readonly frame: number;
  readonly time: number;
  /** As the server sees them. */
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  readonly transport: "udp" | "tcp";
  readonly id: number;
  /** `A`, `AAAA` … */
  readonly type: string;
  /** Lower-cased, without a last dot; empty where the capture cut it. */
  readonly name: string;
  /** The longest answer over UDP that the client takes (EDNS), where it tells. */
  readonly ednsSize: number | undefined;
  readonly answer: DnsAnswer | undefined;
  /** Where no answer came: one that came from another address than was asked. */
  readonly stray: { readonly frame: number; readonly from: string } | undefined;
  readonly icmp: { readonly type: number; readonly code: number; readonly from: string } | undefined;
  /** Row of the try before this one of the same lookup. */
  readonly retryOf: number | undefined;
  /** Whether the capture ended before an answer was due. */
  readonly undecided: boolean;
  /** Who asked whom before address translation, where that was captured. */
  readonly original:
    | {
        readonly client: string;
        readonly clientPort: number;
        readonly server: string;
        readonly serverPort: number;
      }
    | undefined;
}

/** The first response to a query. */
export interface DnsAnswer {
  readonly frame: number;
  readonly time: number;
  /** `NOERROR`, `NXDOMAIN` … */
  readonly code: string;
  /** Records in the answer section, and those among them of the A or AAAA type asked for. */
  readonly count: number;
  readonly records: number;
  readonly truncated: boolean;
}

/**
 * DNS queries as objects.
 *
 * @param rows which; without, all that count: copies before address translation are left out
 */
export function* dnsExchanges(capture: Capture, rows?: Iterable<number>): Generator<DnsExchange> {
  const { dns } = capture;
  for (const row of rows ?? dns.frame.keys())
    if (rows !== undefined || dns.counted[row] === 1) yield exchange(dns, row);
}

/** The query of one row as an object. */
export function exchange(table: DnsTable, row: number): DnsExchange {
  const retryOf = table.retryOf[row] as number;
  const isIcmp = table.icmp[row] === 1;
  const isTranslated = table.linked[row] !== -1 && table.counted[row] === 1;
  return {
    row,
    frame: table.frame[row] as number,
    time: table.time[row] as number,
    client: table.address(table.client[row] as number),
    clientPort: table.clientPort[row] as number,
    server: table.address(table.server[row] as number),
    serverPort: table.serverPort[row] as number,
    transport: table.transport[row] === Transport.tcp ? "tcp" : "udp",
    id: table.id[row] as number,
    type: queryTypeName(table.qtype[row] as number),
    name: table.nameOf(table.name[row] as number),
    ednsSize: table.ednsSize[row] || undefined,
    answer: answerOf(table, row),
    stray: strayOf(table, row),
    icmp: isIcmp
      ? {
          type: table.icmpType[row] as number,
          code: table.icmpCode[row] as number,
          from: table.address(table.icmpFrom[row] as number),
        }
      : undefined,
    retryOf: retryOf === -1 ? undefined : retryOf,
    undecided: table.undecided[row] === 1,
    original: isTranslated
      ? {
          client: table.address(table.originalClient[row] as number),
          clientPort: table.originalClientPort[row] as number,
          server: table.address(table.originalServer[row] as number),
          serverPort: table.originalServerPort[row] as number,
        }
      : undefined,
  };
}

function strayOf(table: DnsTable, row: number): DnsExchange["stray"] {
  const frame = table.strayFrame[row] as number;
  if (frame === 0 || table.rcode[row] !== -1) return undefined;
  return { frame, from: table.address(table.strayFrom[row] as number) };
}

function answerOf(table: DnsTable, row: number): DnsAnswer | undefined {
  const code = table.rcode[row] as number;
  if (code === -1) return undefined;
  return {
    frame: table.answerFrame[row] as number,
    time: table.answerTime[row] as number,
    code: responseCodeName(code),
    count: table.answerCount[row] as number,
    records: table.records[row] as number,
    truncated: table.truncated[row] === 1,
  };
}
