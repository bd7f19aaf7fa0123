import type { Timeline } from "../../evidence/index.ts";
import { median } from "../median.ts";

/** A time during which something went on. Times are seconds since 1970, NaN where nothing tells them. */
export interface Episode {
  readonly start: number;
  /** When it was seen last. */
  readonly end: number;
  /** The greatest value in it, or the sum of all: what the episodes are of says which. */
  readonly amount: number;
}

/** Samples that lie further apart are of two episodes. */
const LONGEST_GAP = 3600;

/** When a gauge stood at or above a value, and for how long at least; a sample counts until the next one is due. */
export function episodesAbove({ samples }: Timeline, least: number): Episode[] {
  const steps = samples.slice(1).map(({ time }, i) => time - (samples[i]?.time ?? 0));
  const step = steps.length === 0 ? Number.NaN : median(steps);
  const found: Episode[] = [];
  let open: { start: number; last: number; amount: number } | undefined;
  const close = (): void => {
    if (open) found.push({ start: open.start, end: open.last + step, amount: open.amount });
    open = undefined;
  };
  for (const { time, value } of samples) {
    if (!(value >= least)) {
      close();
      continue;
    }
    if (open && time - open.last > LONGEST_GAP) close();
    open ??= { start: time, last: time, amount: value };
    open.last = time;
    open.amount = Math.max(open.amount, value);
  }
  close();
  return found;
}

/** Runs of minutes in which something was counted, with the sum of each. */
export function episodesOfMinutes(minutes: ReadonlyMap<number, number>, longestGap: number): Episode[] {
  const found: { start: number; end: number; amount: number }[] = [];
  for (const [minute, count] of [...minutes].sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    const start = minute * 60;
    if (last && start - last.end <= longestGap * 60) {
      last.end = start + 60;
      last.amount += count;
    } else found.push({ start, end: start + 60, amount: count });
  }
  return found;
}

/** Intervals that belong to one timer differ by so much of their length at most. */
const UNEQUAL = 0.05;

/**
 * The period at which episodes begin again.
 *
 * @returns its length in seconds and from how many intervals it is known; `undefined` where the intervals are not alike
 */
export function periodOf(
  episodes: readonly Episode[],
): { readonly seconds: number; readonly intervals: number } | undefined {
  const starts = episodes.map(({ start }) => start).sort((a, b) => a - b);
  const intervals = starts.slice(1).map((start, i) => start - (starts[i] ?? 0));
  if (intervals.length === 0 || intervals.some((each) => !(each > 0))) return undefined;
  const seconds = median(intervals);
  const alike = intervals.every((each) => Math.abs(each - seconds) <= seconds * UNEQUAL);
  return alike ? { seconds, intervals: intervals.length } : undefined;
}
