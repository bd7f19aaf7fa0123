import { type DnsTable, responseCodeName } from "../dns-table.ts";

/** Tries of a lookup that are followed back. */
const MOST_TRIES = 16;

/** Whether an answer came from another address than was asked, which no resolver takes, and nothing else. */
export const isStray = (dns: DnsTable, row: number): boolean =>
  dns.rcode[row] === -1 && (dns.strayFrame[row] as number) > 0;

/** What came of one query: a response code, `icmp`, `from elsewhere`, `unanswered` or `undecided`. */
export function queryOutcome(dns: DnsTable, row: number): string {
  const code = dns.rcode[row] as number;
  if (code !== -1) return responseCodeName(code);
  if (dns.icmp[row] === 1) return "icmp";
  if (isStray(dns, row)) return "from elsewhere";
  return dns.undecided[row] === 1 ? "undecided" : "unanswered";
}

const isAnswered = (dns: DnsTable, row: number): boolean => dns.rcode[row] !== -1;

/** Whether nothing came back in time. */
export const isUnanswered = (dns: DnsTable, row: number): boolean =>
  !isAnswered(dns, row) && dns.icmp[row] === 0 && dns.undecided[row] === 0;

/** Seconds from a query to its answer; `undefined` without one. */
export function tookOf(dns: DnsTable, row: number): number | undefined {
  if (!isAnswered(dns, row)) return undefined;
  return Math.max(0, (dns.answerTime[row] as number) - (dns.time[row] as number));
}

/** The tries of a lookup before this one, the latest first. */
export function triesBefore(dns: DnsTable, row: number): number[] {
  const tries: number[] = [];
  let before = dns.retryOf[row] as number;
  while (before !== -1 && tries.length < MOST_TRIES) {
    tries.push(before);
    before = dns.retryOf[before] as number;
  }
  return tries;
}

/** Seconds from the first try of a query's lookup to its answer; `undefined` without one. */
export function lookupTook(dns: DnsTable, row: number): number | undefined {
  const took = tookOf(dns, row);
  if (took === undefined) return undefined;
  const first = triesBefore(dns, row).at(-1) ?? row;
  return took + (dns.time[row] as number) - (dns.time[first] as number);
}

/** Whether a lookup took so many seconds, or got no answer. */
export function isSlow(dns: DnsTable, row: number, least: number): boolean {
  const took = lookupTook(dns, row);
  return took === undefined ? dns.undecided[row] === 0 : took >= least;
}
