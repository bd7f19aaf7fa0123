import type { Heap } from "../../evidence/index.ts";
import type { HeapSite } from "../../pprof/index.ts";
import type { HeapHistory } from "./heap-history.ts";
import { held } from "./heap-history.ts";

/** In a series, the last rise must be so fast at least, measured by the first. */
const PACE = 0.5;

const NANOS_PER_MINUTE = 60_000_000_000;
/** Minutes after which a process has read its configuration and filled its caches, and minutes that an estimate must give. */
const SETTLED = 10;
const SETTLED_BY_ESTIMATE = 30;

/**
 * Whether a process had been running for long when an earlier profile was taken: by a still earlier one, else by what it had
 * allocated by then, if it went on at the pace that it had since. `undefined` where nothing tells.
 */
export function wasSettled(heap: Heap, { now, earlier }: HeapHistory): boolean | undefined {
  const [first = heap] = earlier;
  if (heap.time === 0n || now.time === 0n) return undefined;
  if (first.time !== 0n && Number(heap.time - first.time) >= SETTLED * NANOS_PER_MINUTE) return true;
  if (heap.allocated === undefined || now.allocated === undefined) return undefined;
  const since = now.allocated - heap.allocated;
  if (since === 0) return undefined;
  const age = (Number(now.time - heap.time) * heap.allocated) / since;
  return age >= SETTLED_BY_ESTIMATE * NANOS_PER_MINUTE;
}

/** The earlier profile to measure by: the first that isn't of the process's first minutes, else the first. */
export const measureOf = (history: HeapHistory): Heap | undefined =>
  history.earlier.find((heap) => wasSettled(heap, history) === true) ?? history.earlier[0];

/** The profiles from one on, the latest included. */
export const pointsFrom = (heap: Heap, { now, earlier }: HeapHistory): readonly Heap[] => [
  ...earlier.slice(earlier.indexOf(heap)),
  now,
];

/**
 * Whether all that two profiles show may be a process that warms up: the first is of its first minutes, and no third shows that it
 * goes on at its pace.
 */
export function mayBeWarmingUp(heap: Heap, history: HeapHistory, bytesOf: (heap: Heap) => number): boolean {
  return wasSettled(heap, history) === false && !keepsPace(pointsFrom(heap, history), bytesOf);
}

/** Whether profiles rise, and the last two about as fast as the first two; two alone have no pace. */
export function keepsPace(points: readonly Heap[], bytesOf: (heap: Heap) => number): boolean {
  const rises = risesOf(points, bytesOf);
  const [first, last] = [rises[0], rises.at(-1)];
  if (!first || !last || rises.length < 2 || rises.some(({ bytes }) => bytes <= 0)) return false;
  return last.bytes / last.nanos >= (first.bytes / first.nanos) * PACE;
}

/** From each profile to the next. */
export const risesOf = (
  points: readonly Heap[],
  bytesOf: (heap: Heap) => number,
): { bytes: number; nanos: number }[] =>
  points.slice(1).map((heap, i) => {
    const before = points[i] ?? heap;
    return { bytes: bytesOf(heap) - bytesOf(before), nanos: Number(heap.time - before.time) };
  });

/** Of what a site has allocated between two profiles, the share that is still in use. */
export function keptShare(site: HeapSite, earlier: Heap, later: Heap): number | undefined {
  const [before, after] = [held(earlier, site), held(later, site)];
  if (before.allocated === undefined || after.allocated === undefined) return undefined;
  return (after.bytes - before.bytes) / (after.allocated - before.allocated);
}
