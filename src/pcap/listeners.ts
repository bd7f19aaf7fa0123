import type { Capture } from "./capture.ts";
import { type HandshakeTable, Outcome, Reset, Seen } from "./handshake-table.ts";

/** ICMP errors of one kind from one sender. */
export interface IcmpAnswers {
  readonly type: number;
  readonly code: number;
  readonly from: string;
  readonly count: number;
}

/** A SYN-ACK without an ACK is sent again after a second (RFC 6298); by then, with what a busy machine adds. */
const SECOND_SYN_ACK = 2.5;

/** What a capture shows of one server address and port. Copies before address translation are not counted. */
export interface Listener {
  /** Address and port as text, the address of IPv6 in brackets: what other functions take. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  /** All of the following together. */
  readonly attempts: number;
  readonly answered: number;
  readonly answeredLate: number;
  readonly refused: number;
  readonly challenged: number;
  /** Answered out of the capture's sight. */
  readonly answerUnseen: number;
  readonly unanswered: number;
  readonly undecided: number;
  readonly icmp: readonly IcmpAnswers[];
  /** Attempts whose SYN-ACK the listener's timer sent again, and those of them to which the client's ACK had been captured. */
  readonly synAckRetried: number;
  readonly ackUnheard: number;
  /**
   * Attempts that stayed half open until long after a second SYN-ACK was due, and got none: the listener keeps nothing
   * of them, as with SYN cookies, or is set not to try again (net.ipv4.tcp_synack_retries).
   */
  readonly forgotten: number;
  /** Attempts that the listener reset behind the client's ACK before it sent anything, as with tcp_abort_on_overflow. */
  readonly aborted: number;
  /** Distinct source addresses, as the listener sees them. */
  readonly sources: number;
  /** Most connections at once whose SYN-ACK was sent and whose ACK had not come. */
  readonly maxHalfOpen: number;
  /** Most attempts at once that had begun and were neither completed nor given an answer for good. */
  readonly maxWaiting: number;
}

/** The key of a listener: `10.0.0.1:80`, `[fd00::1]:80`. */
export function listenerKey(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The listeners of a capture, those with most attempts first. */
export function listeners(capture: Capture): readonly Listener[] {
  const table = capture.handshakes;
  const known = summaries.get(table);
  if (known !== undefined) return known;
  const all = [...rowsByListener(table).values()].map((rows) => summary(table, rows));
  all.sort((a, b) => b.attempts - a.attempts || (a.key < b.key ? -1 : 1));
  summaries.set(table, all);
  return all;
}

/** The rows of one listener's attempts, copies before address translation left out. */
export function rowsOf(table: HandshakeTable, listener: string): readonly number[] {
  return rowsByListener(table).get(listener) ?? [];
}

/** A table doesn't change: a port scan has as many listeners as attempts, and each is asked for. */
const summaries = new WeakMap<HandshakeTable, readonly Listener[]>();
const grouped = new WeakMap<HandshakeTable, ReadonlyMap<string, number[]>>();

function rowsByListener(table: HandshakeTable): ReadonlyMap<string, number[]> {
  const known = grouped.get(table);
  if (known !== undefined) return known;
  const groups = new Map<number, number[]>();
  for (let row = 0; row < table.length; row++) {
    if (table.counted[row] !== 1) continue;
    const place = placeOf(table, row);
    const rows = groups.get(place);
    if (rows === undefined) groups.set(place, [row]);
    else rows.push(row);
  }
  const byKey = new Map([...groups.values()].map((rows) => [keyOf(table, rows[0] as number), rows] as const));
  grouped.set(table, byKey);
  return byKey;
}

/** The key of the listener that an attempt went to. */
export function keyOf(table: HandshakeTable, row: number): string {
  return listenerKey(table.address(table.server[row] as number), table.serverPort[row] as number);
}

/** The listener that an attempt went to, as one number. */
export function placeOf(table: HandshakeTable, row: number): number {
  return (table.server[row] as number) * 0x10000 + (table.serverPort[row] as number);
}

function summary(table: HandshakeTable, rows: number[]): Listener {
  const first = rows[0] as number;
  const counts = new Uint32Array(Object.keys(Outcome).length);
  for (const row of rows) (counts[table.outcome[row] as number] as number)++;
  const of = (outcome: number) => counts[outcome] as number;
  return {
    key: keyOf(table, first),
    address: table.address(table.server[first] as number),
    port: table.serverPort[first] as number,
    attempts: rows.length,
    answered: of(Outcome.answered),
    answeredLate: of(Outcome.answeredLate),
    refused: of(Outcome.refused),
    challenged: of(Outcome.challengeAck),
    answerUnseen: of(Outcome.answerUnseen),
    unanswered: of(Outcome.unanswered),
    undecided: of(Outcome.undecided),
    icmp: icmpAnswers(table, rows),
    synAckRetried: count(rows, (row) => (table.synAckRetries[row] as number) > 0),
    ackUnheard: count(rows, (row) => isUnheard(table, row)),
    forgotten: count(rows, (row) => isForgotten(table, row)),
    aborted: count(rows, (row) => isAborted(table, row)),
    sources: new Set(rows.map((row) => table.client[row])).size,
    maxHalfOpen: mostAtOnce(spansOf(table, rows, halfOpen)),
    maxWaiting: mostAtOnce(spansOf(table, rows, waiting)),
  };
}

function count(rows: readonly number[], is: (row: number) => boolean): number {
  let found = 0;
  for (const row of rows) if (is(row)) found++;
  return found;
}

function isUnheard(table: HandshakeTable, row: number): boolean {
  const isRetried = (table.synAckRetries[row] as number) > 0;
  return isRetried && (table.lastSynAckTime[row] as number) > (table.completeTime[row] as number);
}

function isForgotten(table: HandshakeTable, row: number): boolean {
  if (!((table.synAckCount[row] as number) > 0) || table.completed[row] === 1) return false;
  const wasDue = (table.lastSynAckTime[row] as number) + SECOND_SYN_ACK < table.end;
  return wasDue && table.reset[row] === Reset.none && table.synAckRetries[row] === 0;
}

function isAborted(table: HandshakeTable, row: number): boolean {
  const seen = table.seen[row] as number;
  const quiet = (seen & (Seen.serverData | Seen.serverFin | Seen.clientFin)) === 0;
  return quiet && table.completed[row] === 1 && table.reset[row] === Reset.byServer;
}

function icmpAnswers(table: HandshakeTable, rows: number[]): IcmpAnswers[] {
  const found = new Map<string, IcmpAnswers>();
  for (const row of rows) {
    if (table.outcome[row] !== Outcome.icmp) continue;
    const type = table.icmpType[row] as number;
    const code = table.icmpCode[row] as number;
    const from = table.address(table.icmpFrom[row] as number);
    const key = `${type}/${code} ${from}`;
    found.set(key, { type, code, from, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

/** Spans of time by their starts and their ends, in seconds: no object for each, for a listener may have very many. */
interface Spans {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  length: number;
}

/** Adds the span of an attempt, where it has one. */
type AddSpan = (table: HandshakeTable, row: number, to: Spans) => void;

function addSpan(spans: Spans, from: number, to: number): void {
  spans.starts[spans.length] = from;
  spans.ends[spans.length++] = Math.max(from, to);
}

/** From the SYN-ACK to the ACK, a reset, or the time when the server gave up sending SYN-ACKs. */
export function halfOpen(table: HandshakeTable, row: number, to: Spans): void {
  if (!((table.synAckCount[row] as number) > 0)) return;
  const from = table.answerTime[row] as number;
  const last = table.lastSynAckTime[row] as number;
  // SYN-ACKs go out after 1, 3, 7 … seconds: the next is due twice as late as the last, and a second. A cookie's is never sent.
  const givenUp = last + (last - from) + 1.25;
  addSpan(to, from, firstOf(givenUp, table.completeTime[row], table.resetTime[row]));
}

/** From the first SYN until the client's ACK, a refusal, or a retry interval behind the last SYN. */
function waiting(table: HandshakeTable, row: number, to: Spans): void {
  const tries = table.synCount[row] as number;
  if (tries === 0) return;
  const outcome = table.outcome[row];
  const isFinal = outcome === Outcome.refused || outcome === Outcome.icmp;
  const end = isFinal ? (table.answerTime[row] as number) : (table.lastSynTime[row] as number) + 1;
  addSpan(to, table.firstTime[row] as number, firstOf(end, table.completeTime[row], table.resetTime[row]));
}

/** The least of three times; NaN for one that never was. */
function firstOf(time: number, second = Number.NaN, third = Number.NaN): number {
  const least = second < time ? second : time;
  return third < least ? third : least;
}

/** Spans by their starts and their ends, each in order: how many are open at once follows from these alone. */
export function spansOf(
  table: HandshakeTable,
  rows: readonly number[],
  add: AddSpan,
): { starts: Float64Array; ends: Float64Array } {
  const spans = { starts: new Float64Array(rows.length), ends: new Float64Array(rows.length), length: 0 };
  for (const row of rows) add(table, row, spans);
  const { starts, ends, length } = spans;
  return { starts: inOrder(starts.subarray(0, length)), ends: inOrder(ends.subarray(0, length)) };
}

/** Rows are in the order of their first packets: most of what begins or ends with these is in order already. */
function inOrder(times: Float64Array): Float64Array {
  for (let at = 1; at < times.length; at++)
    if (!((times[at - 1] as number) <= (times[at] as number))) return times.sort();
  return times;
}

function mostAtOnce({ starts, ends }: { starts: Float64Array; ends: Float64Array }): number {
  let most = 0;
  let ended = 0;
  for (let begun = 0; begun < starts.length; begun++) {
    while ((ends[ended] as number) < (starts[begun] as number)) ended++;
    most = Math.max(most, begun + 1 - ended);
  }
  return most;
}
