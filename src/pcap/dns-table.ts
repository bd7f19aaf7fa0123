import type { DnsTotals } from "./dns-totals.ts";

/** What carried a query and its answer. */
export const Transport = { udp: 0, tcp: 1 } as const;

/** The columns of {@link DnsTable}. */
export interface DnsColumns {
  readonly client: Int32Array;
  readonly clientPort: Uint16Array;
  readonly server: Int32Array;
  readonly serverPort: Uint16Array;
  /** The transaction id. */
  readonly id: Uint16Array;
  /** Type and name of the question; 0 where the capture cut it. The name is a number for {@link DnsTable.nameOf}. */
  readonly qtype: Uint16Array;
  readonly name: Int32Array;
  /** A value of {@link Transport}. */
  readonly transport: Uint8Array;
  /** The longest answer over UDP that the query allows (EDNS); 0 where it doesn't tell, which means 512. */
  readonly ednsSize: Uint16Array;
  readonly time: Float64Array;
  /** Of the segment that completed the query, where it came in several. */
  readonly frame: Uint32Array;
  /** Of the first response, or else of the ICMP error; NaN and 0 for none. */
  readonly answerTime: Float64Array;
  readonly answerFrame: Uint32Array;
  /** The response code, -1 without a response. */
  readonly rcode: Int8Array;
  /** ANCOUNT of the response. */
  readonly answerCount: Uint16Array;
  /** A or AAAA records of the type asked for among the captured bytes of the response. */
  readonly records: Uint16Array;
  /** Whether the response had the TC bit. */
  readonly truncated: Uint8Array;
  /** 1 where an ICMP error came and no response; its type, code and sender (an address id). */
  readonly icmp: Uint8Array;
  readonly icmpType: Uint8Array;
  readonly icmpCode: Uint8Array;
  readonly icmpFrom: Int32Array;
  /**
   * A response with the query's id and question that came from another address or port than was asked, which a client does
   * not take: its frame and its sender (an address id); 0 and -1 for none.
   */
  readonly strayFrame: Uint32Array;
  readonly strayFrom: Int32Array;
  /**
   * The try before this one of the same lookup, by the same client at the same server; -1 for none. A query over TCP follows
   * on one over UDP whose answer had the TC bit.
   */
  readonly retryOf: Int32Array;
  /** The previous query with the same five-tuple and transaction id, whatever it asks; -1 for none. */
  readonly previousSameId: Int32Array;
  /**
   * The copy of this query before or after address translation, -1 for none: of the copy nearest to the server the one
   * before it, of the others the next one.
   */
  readonly linked: Int32Array;
  /** 1 for a query as the server sees it; 0 for its copies before address translation, which count no second time. */
  readonly counted: Uint8Array;
  /** The client's own address and port before translation; the same as client and clientPort without. */
  readonly originalClient: Int32Array;
  readonly originalClientPort: Uint16Array;
  /** Whom the client asked before translation; the same as server and serverPort without. */
  readonly originalServer: Int32Array;
  readonly originalServerPort: Uint16Array;
  /** 1 where the capture ended before an answer was due. */
  readonly undecided: Uint8Array;
  /** How often the query and its answer were captured, on several interfaces; 255 is that or more. */
  readonly copies: Uint8Array;
  readonly answerCopies: Uint8Array;
}

/**
 * DNS queries over UDP and TCP, one row each, with what answered them. Columns are parallel arrays; times are seconds since the
 * capture's first packet, addresses are ids for {@link DnsTable.address}.
 */
export interface DnsTable extends DnsColumns {
  readonly length: number;
  /** Sums over all queries, those that were dropped because there were too many included. */
  readonly totals: DnsTotals;
  /** The text of a name's number, lower-cased, without a last dot; empty where it isn't known. */
  nameOf(name: number): string;
  /** The canonical text of an address id. */
  address(id: number): string;
}

/** Names of query types that resolvers ask for (IANA's DNS parameters). */
const TYPES = new Map<number, string>([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [33, "SRV"],
  [35, "NAPTR"],
  [43, "DS"],
  [48, "DNSKEY"],
  [64, "SVCB"],
  [65, "HTTPS"],
  [255, "ANY"],
]);

/** The name of a query type; `TYPE` and the number for one without (RFC 3597, section 5). */
export function queryTypeName(type: number): string {
  return TYPES.get(type) ?? `TYPE${type}`;
}

const CODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/** The name of a response code; `RCODE` and the number for a rare one. */
export function responseCodeName(code: number): string {
  return CODES[code] ?? `RCODE${code}`;
}
