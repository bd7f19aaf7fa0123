import type { Capture } from "../../pcap/index.ts";
import { memo } from "../../bytes/index.ts";

/** The copies of a packet on several interfaces come within this time: a capture that ends sooner may lack some. */
const COPY_WINDOW = 0.05;
/** A client that got no answer has asked again after this time; five seconds is the default of most. */
const ASKED_AGAIN = 6;
const NONE: ReadonlySet<number> = new Set();

/**
 * Queries whose answer was seen on fewer interfaces than they had passed, in a capture of several, and whose client asked
 * again: it got none. Where most clients are content with such answers, or the capture doesn't show that they are not, these come by a way that the capture doesn't see,
 * as with bpf_redirect_peer() of Cilium, and nothing is lost.
 */
export const lostAnswers: (capture: Capture) => ReadonlySet<number> = memo(findLost);

function findLost({ dns, duration }: Capture): ReadonlySet<number> {
  const { counted, rcode, answerTime, answerCopies, copies, time } = dns;
  const fewer: number[] = [];
  for (let row = 0; row < dns.length; row++) {
    if (counted[row] !== 1 || rcode[row] === -1 || duration - (answerTime[row] ?? 0) < COPY_WINDOW) continue;
    if ((answerCopies[row] ?? 0) < (copies[row] ?? 0)) fewer.push(row);
  }
  if (fewer.length === 0) return NONE;
  const keyOf = (row: number): string =>
    `${dns.originalClient[row]} ${dns.qtype[row]} ${dns.name[row]} ${dns.transport[row]}`;
  const asked = new Map(fewer.map((row) => [keyOf(row), [] as number[]]));
  for (let row = 0; row < dns.length; row++)
    if (counted[row] === 1) asked.get(keyOf(row))?.push(time[row] ?? 0);
  for (const times of asked.values()) times.sort((a, b) => a - b);
  const lost = fewer.filter((row) =>
    hasBetween(asked.get(keyOf(row)) ?? [], answerTime[row] ?? 0, (time[row] ?? 0) + ASKED_AGAIN),
  );
  return lost.length * 2 < fewer.length ? NONE : new Set(lost);
}

/** Whether a sorted list has a time after `from` and up to `to`. */
export function hasBetween(times: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  const next = times[low];
  return next !== undefined && next <= to;
}
