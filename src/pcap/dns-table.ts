import type { DnsTotals } from "./dns-totals.ts";

/** What carried a query and its answer. */
export const Transport = { udp: 0, tcp: 1 } as const;

/** The columns of {@link DnsTable}, as they are while it is filled. */
export class DnsColumns {
  client: Int32Array = new Int32Array(0);
  clientPort: Uint16Array = new Uint16Array(0);
  server: Int32Array = new Int32Array(0);
  serverPort: Uint16Array = new Uint16Array(0);
  /** The transaction id. */
  id: Uint16Array = new Uint16Array(0);
  /** Type and name of the question; 0 where the capture cut it. The name is a number for {@link DnsTable.nameOf}. */
  qtype: Uint16Array = new Uint16Array(0);
  name: Int32Array = new Int32Array(0);
  /** A value of {@link Transport}. */
  transport: Uint8Array = new Uint8Array(0);
  /** The longest answer over UDP that the query allows (EDNS); 0 where it doesn't tell, which means 512. */
  ednsSize: Uint16Array = new Uint16Array(0);
  time: Float64Array = new Float64Array(0);
  /** Of the segment that completed the query, where it came in several. */
  frame: Uint32Array = new Uint32Array(0);
  /** Of the first response, or else of the ICMP error; NaN and 0 for none. */
  answerTime: Float64Array = new Float64Array(0);
  answerFrame: Uint32Array = new Uint32Array(0);
  /** The response code, -1 without a response. */
  rcode: Int8Array = new Int8Array(0);
  /** ANCOUNT of the response. */
  answerCount: Uint16Array = new Uint16Array(0);
  /** A or AAAA records of the type asked for among the captured bytes of the response. */
  records: Uint16Array = new Uint16Array(0);
  /** Whether the response had the TC bit. */
  truncated: Uint8Array = new Uint8Array(0);
  /** 1 where an ICMP error came and no response; its type, code and sender (an address id). */
  icmp: Uint8Array = new Uint8Array(0);
  icmpType: Uint8Array = new Uint8Array(0);
  icmpCode: Uint8Array = new Uint8Array(0);
  icmpFrom: Int32Array = new Int32Array(0);
  /**
   * A response with the query's id and question that came from another address or port than was asked, which a client does
   * not take: its frame and its sender (an address id); 0 and -1 for none.
   */
  strayFrame: Uint32Array = new Uint32Array(0);
  strayFrom: Int32Array = new Int32Array(0);
  /**
   * The try before this one of the same lookup, by the same client at the same server; -1 for none. A query over TCP follows
   * on one over UDP whose answer had the TC bit.
   */
  retryOf: Int32Array = new Int32Array(0);
  /** The previous query with the same five-tuple and transaction id, whatever it asks; -1 for none. */
  previousSameId: Int32Array = new Int32Array(0);
  /**
   * The copy of this query before or after address translation, -1 for none: of the copy nearest to the server the one
   * before it, of the others the next one.
   */
  linked: Int32Array = new Int32Array(0);
  /** 1 for a query as the server sees it; 0 for its copies before address translation, which count no second time. */
  counted: Uint8Array = new Uint8Array(0);
  /** The client's own address and port before translation; the same as client and clientPort without. */
  originalClient: Int32Array = new Int32Array(0);
  originalClientPort: Uint16Array = new Uint16Array(0);
  /** Whom the client asked before translation; the same as server and serverPort without. */
  originalServer: Int32Array = new Int32Array(0);
  originalServerPort: Uint16Array = new Uint16Array(0);
  /** 1 where the capture ended before an answer was due. */
  undecided: Uint8Array = new Uint8Array(0);
  /** How often the query and its answer were captured, on several interfaces; 255 is that or more. */
  copies: Uint8Array = new Uint8Array(0);
  answerCopies: Uint8Array = new Uint8Array(0);
}

/**
 * DNS queries over UDP and TCP, one row each, with what answered them. Columns are parallel arrays; times are seconds since the
 * capture's first packet, addresses are ids for {@link DnsTable.address}.
 */
export interface DnsTable extends Readonly<DnsColumns> {
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
