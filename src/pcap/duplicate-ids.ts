import type { Capture } from "./capture.ts";
import type { DnsTable } from "./dns-table.ts";
import { type DnsExchange, exchange } from "./dns-exchanges.ts";

/** A resolver gives a lookup up after this many seconds; later the same id is another lookup's. */
const LOOKUP = 5;

/** Two queries of one socket to one server with the same transaction id, asking for different things. */
export interface DuplicateId {
  readonly first: DnsExchange;
  readonly second: DnsExchange;
  /** Seconds between them. */
  readonly gap: number;
  /** Whether the second was sent before the first was answered. */
  readonly inFlight: boolean;
  /** Whether both ask for the same name: then they are of one lookup, and no accident of a busy socket. */
  readonly sameName: boolean;
  /** Which was answered first; `undefined` where neither was. */
  readonly answeredFirst: "first" | "second" | undefined;
}

/**
 * Pairs of queries that share five-tuple and transaction id but not type and name. A retry, which has the same type and
 * name, makes no pair.
 */
export function duplicateIds(capture: Capture): DuplicateId[] {
  const { dns } = capture;
  const pairs: DuplicateId[] = [];
  for (let row = 0; row < dns.length; row++) {
    if (!makesPair(dns, row)) continue;
    let before = dns.previousSameId[row] as number;
    while (isRecent(dns, row, before) && !(makesPair(dns, before) && differs(dns, row, before)))
      before = dns.previousSameId[before] as number;
    if (isRecent(dns, row, before)) pairs.push(pairOf(dns, before, row));
  }
  return pairs;
}

/** A query asks again where it repeats socket, id and question; with another id or port it begins anew. */
function makesPair(dns: DnsTable, row: number): boolean {
  const before = dns.retryOf[row] as number;
  const isRepeat =
    before !== -1 && dns.id[before] === dns.id[row] && dns.clientPort[before] === dns.clientPort[row];
  return dns.counted[row] === 1 && dns.name[row] !== 0 && !isRepeat;
}

function isRecent(dns: DnsTable, row: number, before: number): boolean {
  return before !== -1 && (dns.time[row] as number) - (dns.time[before] as number) <= LOOKUP;
}

function differs(dns: DnsTable, a: number, b: number): boolean {
  return dns.qtype[a] !== dns.qtype[b] || dns.name[a] !== dns.name[b];
}

function pairOf(dns: DnsTable, before: number, row: number): DuplicateId {
  const first = exchange(dns, before);
  const second = exchange(dns, row);
  const a = first.answer?.time ?? Number.POSITIVE_INFINITY;
  const b = second.answer?.time ?? Number.POSITIVE_INFINITY;
  return {
    first,
    second,
    gap: second.time - first.time,
    inFlight: a > second.time,
    sameName: dns.name[before] === dns.name[row],
    answeredFirst: a === b ? undefined : a < b ? "first" : "second",
  };
}
