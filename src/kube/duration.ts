const UNITS: Readonly<Record<string, number>> = { y: 365 * 86_400, d: 86_400, h: 3600, m: 60, s: 1 };
const DURATION = /^(?:\d{1,6}[ydhms]){1,4}$/;

/**
 * Seconds of an age as kubectl prints it, such as `45s`, `2m3s`, `5d3h` or `2y30d`: what it leaves out is cut off, so that the true
 * age is this or a little more (apimachinery's `duration.HumanDuration`).
 *
 * @returns `undefined` for `<unknown>`, `<invalid>` and the like
 */
export function ageOf(written: string | undefined): number | undefined {
  if (written === undefined || !DURATION.test(written)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of written.matchAll(/(\d+)([ydhms])/g))
    seconds += Number(count) * (UNITS[unit ?? ""] ?? 0);
  return seconds;
}

/** How often something happened, and when, as kubectl prints it for an event: `39s (x735 over 15h)`. */
export interface Repetition {
  /** Seconds since the last. */
  readonly lastAgo: number;
  /** `undefined` where the text tells of one time only. */
  readonly count: number | undefined;
  /** Seconds since the first. */
  readonly firstAgo: number | undefined;
}

const REPEATED = /^(\S{1,40})(?: \(x(\d{1,12}) over (\S{1,40})\))?$/;

/** @returns `undefined` where the text tells no age */
export function repetitionOf(written: string): Repetition | undefined {
  const [, last, count, first] = REPEATED.exec(written.trim()) ?? [];
  const lastAgo = ageOf(last);
  if (lastAgo === undefined) return undefined;
  return { lastAgo, count: count === undefined ? undefined : Number(count), firstAgo: ageOf(first) };
}
