import { Outcome, rowsOf } from "../../pcap/index.ts";
import { median } from "../median.ts";
import { memo } from "../../bytes/index.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

export interface Burst {
  readonly median: number;
  readonly seconds: number;
  readonly lost: number;
  readonly answered: number;
}

/** What a capture shows of a listener's queues. */
export interface QueuePattern {
  /**
   * Lost attempts that began in a burst: median of how many began within so many seconds before. `undefined` where the losses don't
   * keep to bursts, or nothing was answered that they could be compared with.
   */
  readonly burst: Burst | undefined;
  /** Attempts whose SYN-ACK was sent again though the client's ACK had come: the accept queue had no room for them. */
  readonly ackIgnored: readonly number[];
  /** Median of how many connections were half open when a SYN was lost, where that is much and more than at answered ones. */
  readonly halfOpen: number | undefined;
}

/** Seconds in which attempts count as one burst: a sudden one, or a long one. */
const BURSTS = [0.1, 1];
/** Fewer attempts in a second are no burst, and fewer half-open connections fill no queue: the least backlog is some. */
const FEWEST = 8;
const FEWEST_LOST = 5;
/** A burst is so many times as dense as the capture on the whole. */
const DENSER = 3;
/** How sure it must be that a lost SYN met more of it than an answered one. */
const CLEARLY = 0.9;
/** A SYN-ACK is sent again after a second at the soonest; one that crosses the ACK is not sent again. */
const AGAIN = 0.3;

/** Looks at how a listener's losses go with the load on its queues. */
export const queuePattern: (seen: ListenerLoss) => QueuePattern = memo(makePattern);

function makePattern(seen: ListenerLoss): QueuePattern {
  const { handshakes } = seen.capture.model;
  const { outcome, synAckCount, completed, completeTime, lastSynAckTime, firstTime } = handshakes;
  const rows = rowsOf(handshakes, seen.listener.key);
  const hidden = new Set(seen.lostHere);
  const lost = seen.lost.filter((row) => !hidden.has(row));
  const answered = new Float64Array(rows.length);
  let answers = 0;
  const ackIgnored: number[] = [];
  for (const row of rows) {
    if (outcome[row] === Outcome.answered && !hidden.has(row)) answered[answers++] = firstTime[row] as number;
    if (completed[row] !== 1 || (synAckCount[row] as number) < 2) continue;
    if ((lastSynAckTime[row] as number) > (completeTime[row] as number) + AGAIN) ackIgnored.push(row);
  }
  const times = (of: readonly number[]): Float64Array => {
    const found = new Float64Array(of.length);
    for (let i = 0; i < of.length; i++) found[i] = firstTime[of[i] as number] as number;
    return found;
  };
  const [lostAt, answeredAt] = [times(lost), answered.subarray(0, answers)];
  return {
    burst: burstOf(seen, lostAt, answeredAt, () => times(rows)),
    ackIgnored,
    halfOpen: halfOpenAt(seen, rows, lostAt, answeredAt),
  };
}

function burstOf(
  seen: ListenerLoss,
  lost: Float64Array,
  answered: Float64Array,
  all: () => Float64Array,
): QueuePattern["burst"] {
  if (lost.length < FEWEST_LOST || answered.length === 0) return undefined;
  const times = all().sort();
  for (const seconds of BURSTS) {
    const before = (time: number): number => countIn(times, time - seconds, time) - 1;
    const atLost = lost.map(before);
    const mid = median(atLost);
    const usual = (times.length * seconds) / Math.max(seen.capture.model.duration, seconds);
    const isBurst = mid >= FEWEST && mid >= usual * DENSER;
    if (isBurst && clearly(atLost, answered.map(before)) >= CLEARLY)
      return { median: mid, seconds, lost: lost.length, answered: answered.length };
  }
  return undefined;
}

/** How many connections were half open at some moments; SYN-ACKs go out again, twice as late each time, until one is given up. */
function halfOpenAt(
  { capture }: ListenerLoss,
  rows: readonly number[],
  lost: Float64Array,
  answered: Float64Array,
): number | undefined {
  if (lost.length < FEWEST_LOST) return undefined;
  const { synAckCount, synCount, answerTime, lastSynAckTime, completeTime, resetTime } =
    capture.model.handshakes;
  const starts: number[] = [];
  const ends: number[] = [];
  for (const row of rows) {
    // One that was completed at once takes no place for long; a cookie takes none.
    if ((synAckCount[row] ?? 0) <= (synCount[row] ?? 0)) continue;
    const last = lastSynAckTime[row] ?? 0;
    const from = synCount[row] === 0 ? Number.NEGATIVE_INFINITY : (answerTime[row] ?? 0);
    const due = last + Math.max(1.25, last - (answerTime[row] ?? last) + 1.25);
    const end = [due, completeTime[row], resetTime[row]].filter((time) => time !== undefined && time >= 0);
    starts.push(from);
    ends.push(Math.min(...(end as number[])));
  }
  if (starts.length < FEWEST) return undefined;
  starts.sort((a, b) => a - b);
  ends.sort((a, b) => a - b);
  const at = (time: number): number => upTo(starts, time) - upTo(ends, time);
  const atLost = lost.map(at);
  const mid = median(atLost);
  if (mid < FEWEST || (answered.length > 0 && clearly(atLost, answered.map(at)) < CLEARLY)) return undefined;
  return mid;
}

/** How often a value of the first list exceeds one of the second, ties counting half. */
function clearly(more: Float64Array, less: Float64Array): number {
  const sorted = less.toSorted();
  let wins = 0;
  for (const value of more) {
    const notAbove = upTo(sorted, value);
    const below = upTo(sorted, value - 0.5);
    wins += below + (notAbove - below) / 2;
  }
  return wins / (more.length * less.length);
}

/** How many of some sorted numbers are at most a value. */
function upTo(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const countIn = (sorted: ArrayLike<number>, after: number, until: number): number =>
  upTo(sorted, until) - upTo(sorted, after);
