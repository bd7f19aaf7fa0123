import type { Attempt } from "../attempts.ts";
import { attempt } from "../attempts.ts";
import type { Capture } from "../capture.ts";
import { type HandshakeTable, Outcome, OUTCOME_NAMES, type OutcomeName } from "../handshake-table.ts";
import { InquestError } from "../../bytes/index.ts";
import { type End, endText, isEnd, parseEnd } from "./ends.ts";
import { limited, type Spread, marked, Times } from "./measure.ts";

/** Outcomes that leave a client without a connection. */
const FAILED: readonly OutcomeName[] = ["refused", "icmp", "challenge-ack", "unanswered"];

/** Which connection attempts a view shows, and how. */
export interface TcpViewOptions {
  /** An address, with a port or without: `10.0.0.1`, `10.0.0.1:80`, `[fd00::1]:80`. */
  readonly server?: string | undefined;
  /** The same of the client, as the server sees it or before address translation. */
  readonly client?: string | undefined;
  /** The server's port. */
  readonly port?: number | undefined;
  /** Only these; `failed` stands for `refused`, `icmp`, `challenge-ack` and `unanswered`. */
  readonly outcome?: readonly string[] | undefined;
  /** What comes first; the most attempts if not given, or of single attempts the earliest. */
  readonly sort?: "count" | "failed" | "took" | "tries" | undefined;
  /** Most rows. */
  readonly limit?: number | undefined;
  /** Whether each attempt is listed, instead of a row a listener. */
  readonly attempts?: boolean | undefined;
}

/** How many attempts came to what. */
export type OutcomeCounts = Readonly<Record<OutcomeName, number>>;

/** Connection attempts at one address and port. */
export interface TcpListenerRow {
  /** Address and port: `10.0.0.1:80`, `[fd00::1]:80`. */
  readonly listener: string;
  readonly attempts: number;
  readonly outcomes: OutcomeCounts;
  readonly failed: number;
  /** Distinct source addresses, as the listener sees them. */
  readonly clients: number;
  /** SYNs behind the first of their attempts. */
  readonly retries: number;
  /** Attempts whose SYN-ACK was sent again without a further SYN: the client's ACK was not heard, or not heeded. */
  readonly synAckRetried: number;
  /** The median of the gaps before the first retry, the second and so on, in seconds. */
  readonly retryGaps: readonly number[];
  /** Seconds from an attempt's first SYN to its SYN-ACK. */
  readonly synAckTime: Spread | undefined;
  readonly firstFrame: number;
  /** The first SYN of the first attempt that failed; 0 for none. */
  readonly firstFailed: number;
}

/** What {@link tcpView} gives. */
export interface TcpView {
  /** Seconds since 1970 of the first packet, to which all times are relative. */
  readonly start: number | undefined;
  /** Attempts that the filters leave, and what came of them. */
  readonly attempts: number;
  /** Attempts before the filters. */
  readonly among: number;
  readonly outcomes: OutcomeCounts;
  /** Listeners, or attempts where those were asked for, before the limit. */
  readonly of: number;
  readonly listeners: readonly TcpListenerRow[];
  readonly list: readonly (Attempt & { readonly took: number | undefined })[];
}

/**
 * The connection attempts of a capture by listener, or one by one. Copies before address translation are told with the attempt
 * that they are of.
 *
 * @throws {InquestError} `misuse` for what is no address or outcome
 */
export function tcpView(capture: Capture, options: TcpViewOptions = {}): TcpView {
  const { handshakes: table, start } = capture;
  const rows = chosen(table, options);
  const outcomes = countsOf(table, rows);
  const common = { start, attempts: rows.length, among: marked(table.counted), outcomes };
  if (options.attempts === true) {
    const { rows: shown, of } = limited(sorted(table, rows, options.sort), options.limit);
    const list = shown.map((row) => ({ ...attempt(table, row), took: tookOf(table, row) }));
    return { ...common, of, listeners: [], list };
  }
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const place = (table.server[row] as number) * 0x10000 + (table.serverPort[row] as number);
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [row]);
    else group.push(row);
  }
  const all = [...groups.values()].map((group) => listenerRow(table, group));
  const weight = weightOf(options.sort);
  all.sort((a, b) => weight(b) - weight(a) || b.attempts - a.attempts || (a.listener < b.listener ? -1 : 1));
  const { rows: listeners, of } = limited(all, options.limit);
  return { ...common, of, listeners, list: [] };
}

function chosen(table: HandshakeTable, options: TcpViewOptions): number[] {
  const server = options.server === undefined ? undefined : parseEnd(options.server);
  const client = options.client === undefined ? undefined : parseEnd(options.client);
  const outcomes = outcomesOf(options.outcome);
  const rows: number[] = [];
  for (const [row, outcome] of table.outcome.entries()) {
    if (table.counted[row] !== 1 || outcomes?.has(outcome) === false) continue;
    if (options.port !== undefined && table.serverPort[row] !== options.port) continue;
    if (isServer(table, row, server) && isClient(table, row, client)) rows.push(row);
  }
  return rows;
}

/** The outcomes that names stand for; `undefined` without names, for all. */
function outcomesOf(names: readonly string[] | undefined): Set<number> | undefined {
  if (names === undefined) return undefined;
  const wanted = names.flatMap((name): readonly string[] => (name === "failed" ? FAILED : [name]));
  return new Set(
    wanted.map((name) => {
      const outcome = OUTCOME_NAMES.findIndex((known) => known === name);
      if (outcome !== -1) return outcome;
      const known = [...OUTCOME_NAMES, "failed"].join(", ");
      throw new InquestError("misuse", `there is no outcome ${name}; there are: ${known}`);
    }),
  );
}

function isServer(table: HandshakeTable, row: number, wanted: End | undefined): boolean {
  if (wanted === undefined) return true;
  const is = (at: number) =>
    isEnd(wanted, table.address(table.server[at] as number), table.serverPort[at] as number);
  const copy = table.linked[row] as number;
  return is(row) || (copy !== -1 && is(copy));
}

function isClient(table: HandshakeTable, row: number, wanted: End | undefined): boolean {
  return (
    wanted === undefined ||
    isEnd(wanted, table.address(table.client[row] as number), table.clientPort[row] as number) ||
    isEnd(wanted, table.address(table.originalClient[row] as number), table.originalClientPort[row] as number)
  );
}

function countsOf(table: HandshakeTable, rows: readonly number[]): OutcomeCounts {
  const counts = new Uint32Array(OUTCOME_NAMES.length);
  for (const row of rows) (counts[table.outcome[row] as number] as number)++;
  return Object.fromEntries(OUTCOME_NAMES.map((name, at) => [name, counts[at]])) as OutcomeCounts;
}

/** Seconds from the first SYN to what decided the outcome; `undefined` where nothing came or the SYN was not captured. */
function tookOf(table: HandshakeTable, row: number): number | undefined {
  if (table.answerFrame[row] === 0 || table.synCount[row] === 0) return undefined;
  return Math.max(0, (table.answerTime[row] as number) - (table.firstTime[row] as number));
}

function sorted(table: HandshakeTable, rows: number[], sort: TcpViewOptions["sort"]): number[] {
  const byFrame = (a: number, b: number) => (table.firstFrame[a] as number) - (table.firstFrame[b] as number);
  const weight =
    sort === "took"
      ? (row: number) => tookOf(table, row) ?? -1
      : sort === "tries"
        ? (row: number) => table.synCount[row] as number
        : sort === "failed"
          ? (row: number) => Number(isFailed(table.outcome[row] as number))
          : () => 0;
  return rows.sort((a, b) => weight(b) - weight(a) || byFrame(a, b));
}

function weightOf(sort: TcpViewOptions["sort"]): (row: TcpListenerRow) => number {
  if (sort === "failed") return (row) => row.failed;
  if (sort === "took") return (row) => row.synAckTime?.max ?? -1;
  if (sort === "tries") return (row) => row.retries;
  return (row) => row.attempts;
}

const isFailed = (outcome: number): boolean => FAILED.includes(OUTCOME_NAMES[outcome] as OutcomeName);

function listenerRow(table: HandshakeTable, rows: readonly number[]): TcpListenerRow {
  const first = rows[0] as number;
  const outcomes = countsOf(table, rows);
  const times = new Times();
  const gaps: number[][] = [];
  const clients = new Set<number>();
  let retries = 0;
  let synAckRetried = 0;
  let firstFrame = table.firstFrame[first] as number;
  let firstFailed = 0;
  for (const row of rows) {
    const frame = table.firstFrame[row] as number;
    const outcome = table.outcome[row] as number;
    clients.add(table.client[row] as number);
    firstFrame = Math.min(firstFrame, frame);
    if (isFailed(outcome) && (firstFailed === 0 || frame < firstFailed)) firstFailed = frame;
    const took = tookOf(table, row);
    const isAnswered = outcome === Outcome.answered || outcome === Outcome.answeredLate;
    if (isAnswered && took !== undefined) times.add(took, frame);
    const tries = table.synCount[row] as number;
    if ((table.synAckRetries[row] as number) > 0) synAckRetried++;
    if (tries < 2) continue;
    retries += tries - 1;
    let before = table.firstTime[row] as number;
    for (const [at, { time }] of table.tries(row).slice(1).entries()) {
      (gaps[at] ??= []).push(time - before);
      before = time;
    }
  }
  return {
    listener: endText(table.address(table.server[first] as number), table.serverPort[first] as number),
    attempts: rows.length,
    outcomes,
    failed: FAILED.reduce((sum, name) => sum + outcomes[name], 0),
    clients: clients.size,
    retries,
    synAckRetried,
    retryGaps: gaps.map(median),
    synAckTime: times.spread(),
    firstFrame,
    firstFailed,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] as number;
}
