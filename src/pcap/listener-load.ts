import type { Capture } from "./capture.ts";
import { type HandshakeTable, Outcome } from "./handshake-table.ts";
import { halfOpen, rowsOf, spansOf } from "./listeners.ts";

/** What happened at a listener in one stretch of time. Attempts are counted where their first SYN lies. */
export interface Stretch {
  /** Seconds since the capture's first packet, and how many. */
  readonly from: number;
  readonly length: number;
  readonly attempts: number;
  /** Attempts by their outcome: values of {@link Outcome} are the places. */
  readonly outcomes: readonly number[];
  /** Most handshakes at once whose SYN-ACK was sent and whose ACK had not come. */
  readonly maxHalfOpen: number;
}

/** How the losses at a listener go with its load. */
export interface LossesByLoad {
  /** Handshakes that were half open when the first SYNs were sent that got no answer: median and least. */
  readonly lost: Load;
  /** The same of those that were answered at once. */
  readonly answered: Load;
  /**
   * How probable it is that of an attempt that was lost and one that was answered, the lost one met more half-open
   * handshakes; 0.5 means that the load tells nothing. `undefined` where one kind is absent.
   */
  readonly tells: number | undefined;
}

export interface Load {
  readonly attempts: number;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A step of how many are half open: from this time on, so many. */
interface Steps {
  readonly times: Float64Array;
  readonly counts: Int32Array;
}

/**
 * A listener's attempts over time.
 *
 * @param listener as in `Listener.key`
 * @param stretches into how many equal parts the capture is cut; 60 if not given
 */
export function listenerTimeline(capture: Capture, listener: string, stretches = 60): Stretch[] {
  const table = capture.handshakes;
  const rows = rowsOf(table, listener);
  const parts = Math.max(1, Math.floor(stretches));
  const length = table.end > 0 ? table.end / parts : 1;
  const placeOf = (time: number) => Math.min(parts - 1, Math.max(0, Math.floor(time / length)));
  const outcomes = Array.from({ length: parts }, () => Array.from({ length: OUTCOMES }, () => 0));
  for (const row of rows) {
    const part = outcomes[placeOf(table.firstTime[row] as number)] as number[];
    (part[table.outcome[row] as number] as number)++;
  }
  const most = Array.from({ length: parts }, () => 0);
  const { times, counts } = halfOpenSteps(table, rows);
  let before = 0;
  let part = 0;
  for (const [step, time] of times.entries()) {
    const here = placeOf(time);
    // What was open when the last step was made is open in all parts until this one.
    for (; part < here; part++) most[part + 1] = Math.max(most[part + 1] as number, before);
    before = counts[step] as number;
    most[here] = Math.max(most[here] as number, before);
  }
  return outcomes.map((of, at) => ({
    from: at * length,
    length,
    attempts: of.reduce((sum, each) => sum + each, 0),
    outcomes: of,
    maxHalfOpen: most[at] as number,
  }));
}

/**
 * Whether a listener loses SYNs while many of its handshakes are half open.
 *
 * @param listener as in `Listener.key`
 */
export function lossesByLoad(capture: Capture, listener: string): LossesByLoad {
  const table = capture.handshakes;
  const rows = rowsOf(table, listener);
  const steps = halfOpenSteps(table, rows);
  const lost: number[] = [];
  const answered: number[] = [];
  for (const row of rows) {
    const outcome = table.outcome[row];
    const load = () => countAt(steps, table.firstTime[row] as number);
    if (outcome === Outcome.unanswered || outcome === Outcome.answeredLate) lost.push(load());
    else if (outcome === Outcome.answered) answered.push(load());
  }
  lost.sort((a, b) => a - b);
  answered.sort((a, b) => a - b);
  return { lost: loadOf(lost), answered: loadOf(answered), tells: larger(lost, answered) };
}

const OUTCOMES = Object.keys(Outcome).length;

function loadOf(sorted: readonly number[]): Load {
  return {
    attempts: sorted.length,
    median: sorted[sorted.length >> 1] ?? 0,
    least: sorted[0] ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}

/** The share of pairs whose first is larger, those that are equal half counted (Mann and Whitney's U). Both are sorted. */
function larger(first: readonly number[], second: readonly number[]): number | undefined {
  if (first.length === 0 || second.length === 0) return undefined;
  let below = 0;
  let upTo = 0;
  let sum = 0;
  for (const value of first) {
    while (below < second.length && (second[below] as number) < value) below++;
    while (upTo < second.length && (second[upTo] as number) <= value) upTo++;
    sum += (below + upTo) / 2;
  }
  return sum / (first.length * second.length);
}

function halfOpenSteps(table: HandshakeTable, rows: readonly number[]): Steps {
  const { starts, ends } = spansOf(table, rows, halfOpen);
  const times = new Float64Array(2 * starts.length);
  const counts = new Int32Array(2 * starts.length);
  let ended = 0;
  let begun = 0;
  for (let step = 0; step < times.length; step++) {
    const isStart = begun < starts.length && (starts[begun] as number) <= (ends[ended] as number);
    times[step] = isStart ? (starts[begun++] as number) : (ends[ended++] as number);
    counts[step] = begun - ended;
  }
  return { times, counts };
}

/** How many are half open just before a time. */
function countAt({ times, counts }: Steps, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (counts[low - 1] as number);
}
