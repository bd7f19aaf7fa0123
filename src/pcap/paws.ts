import type { Capture } from "./capture.ts";
import { type HandshakeTable, Outcome } from "./handshake-table.ts";
import { keyOf, placeOf, rowsOf } from "./listeners.ts";

/** How long the kernel judges by a cached timestamp (TCP_PAWS_MSL), in seconds, and by how much one may be behind. */
const PAWS_MSL = 60;
const PAWS_WINDOW = 1;
const EXAMPLES = 5;

/** Attempts of one kind. */
export interface PawsCount {
  readonly attempts: number;
  /** Frames of the first SYNs of a few of them. */
  readonly frames: readonly number[];
}

/**
 * How the timestamps of one source's SYNs go with their being answered. A kernel with tcp_tw_recycle drops a SYN whose
 * TSval is behind the one that it cached for the source's address within the last minute, and no other. Whether an
 * attempt *regressed*, and whether it was *answered*, is told by its first SYN: one that was answered after a retry
 * counts as unanswered.
 */
export interface PawsTable {
  /** The source address as the listener sees it. */
  readonly source: string;
  /** As in `Listener.key`. */
  readonly listener: string;
  readonly regressedAnswered: PawsCount;
  readonly regressedUnanswered: PawsCount;
  readonly monotoneAnswered: PawsCount;
  readonly monotoneUnanswered: PawsCount;
  /**
   * Of regressedAnswered those that came while the connection with the newer timestamp was still open: the kernel takes
   * it into its cache only when that connection ends.
   */
  readonly regressedAnsweredEarly: number;
  /** Of regressedUnanswered those whose every try was behind. */
  readonly regressedThroughout: number;
  /** Attempts that tell nothing: refused, answered by ICMP or a challenge ACK, undecided, or without a timestamp. */
  readonly otherwise: number;
}

/**
 * The 2×2 tables of a capture, one for each source address and listener.
 *
 * @param listener as in `Listener.key`; all of them if not given
 */
export function paws2x2(capture: Capture, listener?: string): PawsTable[] {
  const table = capture.handshakes;
  const rows = listener === undefined ? counted(table) : rowsOf(table, listener);
  const groups: number[][] = [];
  const ofListener = new Map<number, Map<number, number[]>>();
  for (const row of rows) {
    const place = placeOf(table, row);
    let bySource = ofListener.get(place);
    if (bySource === undefined) ofListener.set(place, (bySource = new Map()));
    const source = table.client[row] as number;
    const known = bySource.get(source);
    if (known !== undefined) {
      known.push(row);
      continue;
    }
    const group = [row];
    bySource.set(source, group);
    groups.push(group);
  }
  const events = new Events();
  return groups.map((group) => judge(table, group, events));
}

/**
 * Whether a table looks as if the listener dropped SYNs for their timestamps and for nothing else: unanswered ones went
 * back, answered ones did not, save a few before the cache had moved.
 */
export function fitsPaws(table: PawsTable): boolean {
  const unexplained = table.regressedAnswered.attempts - table.regressedAnsweredEarly;
  return (
    table.regressedUnanswered.attempts > table.regressedAnsweredEarly &&
    table.monotoneAnswered.attempts > 0 &&
    table.monotoneUnanswered.attempts === 0 &&
    unexplained === 0
  );
}

function counted(table: HandshakeTable): number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) if (table.counted[row] === 1) rows.push(row);
  return rows;
}

/**
 * What happens to a source's cached timestamp, in the order of time: SYNs are judged by it, answered ones move it. Columns that
 * are filled anew for each source.
 */
class Events {
  length = 0;
  time = new Float64Array(64);
  row = new Int32Array(64);
  /** Number of the try, 0 for the first; -1 for the answer. */
  attempt = new Int8Array(64);
  tsval = new Int32Array(64);
  /** Places in the columns, by time. */
  order = new Uint32Array(64);

  add(time: number, row: number, attempt: number, tsval: number): void {
    const at = this.length++;
    if (at === this.time.length) this.#grow();
    this.time[at] = time;
    this.row[at] = row;
    this.attempt[at] = attempt;
    this.tsval[at] = tsval;
  }

  sort(): void {
    const { time, length } = this;
    const order = this.order.subarray(0, length);
    let inOrder = true;
    for (let at = 0; at < length; at++) {
      order[at] = at;
      if (at > 0 && (time[at] as number) < (time[at - 1] as number)) inOrder = false;
    }
    if (!inOrder) order.sort((a, b) => (time[a] as number) - (time[b] as number));
  }

  #grow(): void {
    const { time, row, attempt, tsval } = this;
    const room = 2 * time.length;
    (this.time = new Float64Array(room)).set(time);
    (this.row = new Int32Array(room)).set(row);
    (this.attempt = new Int8Array(room)).set(attempt);
    (this.tsval = new Int32Array(room)).set(tsval);
    this.order = new Uint32Array(room);
  }
}

class Count implements PawsCount {
  attempts = 0;
  readonly frames: number[] = [];

  add(frame: number): void {
    this.attempts++;
    if (this.frames.length < EXAMPLES) this.frames.push(frame);
  }
}

/** Of a kind that a table has none of. */
const NO_ATTEMPTS: PawsCount = { attempts: 0, frames: [] };

/** A source's only SYN has nothing to be compared with; in a flood there are very many of these. */
function judgeOne(table: HandshakeTable, row: number): PawsTable {
  const silent = unansweredFirst(table, row);
  const one = { attempts: 1, frames: [table.firstFrame[row] as number] };
  return {
    source: table.address(table.client[row] as number),
    listener: keyOf(table, row),
    regressedAnswered: NO_ATTEMPTS,
    regressedUnanswered: NO_ATTEMPTS,
    monotoneAnswered: silent === false ? one : NO_ATTEMPTS,
    monotoneUnanswered: silent === true ? one : NO_ATTEMPTS,
    regressedAnsweredEarly: 0,
    regressedThroughout: 0,
    otherwise: silent === undefined ? 1 : 0,
  };
}

function judge(table: HandshakeTable, rows: readonly number[], events: Events): PawsTable {
  const only = rows[0] as number;
  if (rows.length === 1 && table.synCount[only] === 1) return judgeOne(table, only);
  const regressed = [new Count(), new Count()] as const;
  const monotone = [new Count(), new Count()] as const;
  let early = 0;
  let otherwise = 0;
  // Most sources have none of these.
  let behind: Map<number, number> | undefined;
  let openRow: Map<number, boolean> | undefined;
  // What the kernel has cached of the source: from which attempt, -1 for nothing.
  let cachedRow = -1;
  let cachedTsval = 0;
  let cachedTime = 0;
  collect(table, rows, events);
  for (let place = 0; place < events.length; place++) {
    const at = events.order[place] as number;
    const row = events.row[at] as number;
    const time = events.time[at] as number;
    const tsval = events.tsval[at] as number;
    const attempt = events.attempt[at] as number;
    if (attempt < 0) {
      const isStale = cachedRow === -1 || time - cachedTime >= PAWS_MSL;
      if (!isStale && ahead(tsval, cachedTsval) < 0) continue;
      cachedRow = row;
      cachedTsval = tsval;
      cachedTime = time;
      continue;
    }
    const applies = cachedRow !== -1 && time - cachedTime < PAWS_MSL;
    if (!applies || ahead(cachedTsval, tsval) <= PAWS_WINDOW) continue;
    behind ??= new Map();
    behind.set(row, (behind.get(row) ?? 0) | (1 << attempt));
    if (attempt === 0) (openRow ??= new Map()).set(row, !((table.closeTime[cachedRow] as number) <= time));
  }
  let throughout = 0;
  for (const row of rows) {
    const silent = unansweredFirst(table, row);
    const tries = behind?.get(row) ?? 0;
    if (silent === undefined) otherwise++;
    else {
      const isBehind = (tries & 1) !== 0;
      (isBehind ? regressed : monotone)[silent ? 1 : 0].add(table.firstFrame[row] as number);
      if (isBehind && !silent && openRow?.get(row) === true) early++;
      if (isBehind && silent && tries === (1 << table.tries(row).length) - 1) throughout++;
    }
  }
  const first = rows[0] as number;
  return {
    source: table.address(table.client[first] as number),
    listener: keyOf(table, first),
    regressedAnswered: regressed[0],
    regressedUnanswered: regressed[1],
    monotoneAnswered: monotone[0],
    monotoneUnanswered: monotone[1],
    regressedAnsweredEarly: early,
    regressedThroughout: throughout,
    otherwise,
  };
}

/** Whether silence met the first SYN; `undefined` where an attempt says nothing of that. */
function unansweredFirst(table: HandshakeTable, row: number): boolean | undefined {
  if (table.hasTimestamp[row] !== 1 || (table.challengeAcks[row] as number) > 0) return undefined;
  const outcome = table.outcome[row];
  if (outcome === Outcome.answered) return false;
  if (outcome === Outcome.answerUnseen) return (table.synCount[row] as number) > 1;
  return outcome === Outcome.answeredLate || outcome === Outcome.unanswered ? true : undefined;
}

/** By how much `a` is ahead of `b` in 32-bit serial order (RFC 1982); negative if it is behind. */
function ahead(a: number, b: number): number {
  return (a - b) | 0;
}

function collect(table: HandshakeTable, rows: readonly number[], events: Events): void {
  events.length = 0;
  for (const row of rows) {
    if (table.hasTimestamp[row] !== 1) continue;
    const isAnswered = (table.synAckCount[row] as number) > 0;
    if (table.synCount[row] === 1) {
      const tsval = table.tsval[row] as number;
      events.add(table.firstTime[row] as number, row, 0, tsval);
      if (isAnswered) events.add(table.answerTime[row] as number, row, -1, tsval);
      continue;
    }
    const tries = table.tries(row);
    for (const [attempt, { time, tsval }] of tries.entries()) events.add(time, row, attempt, tsval ?? 0);
    if (!isAnswered) continue;
    const time = table.answerTime[row] as number;
    const answered = tries.findLast((each) => each.time <= time) ?? tries[0];
    if (answered !== undefined) events.add(time, row, -1, answered.tsval ?? 0);
  }
  events.sort();
}
