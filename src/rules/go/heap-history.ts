import type { Cite, Heap, HostEvidence, Process } from "../../evidence/index.ts";
import type { HeapSite } from "../../pprof/index.ts";
import { percent, size, span } from "../words.ts";
import { processesBefore } from "./baseline.ts";

/** The heap of a process, and what other profiles tell of it. */
export interface HeapHistory {
  readonly process: Process;
  /** The latest profile of the process. */
  readonly now: Heap;
  /** Earlier profiles of the same process, the earliest first. */
  readonly earlier: readonly Heap[];
  /** Profiles of other processes of the program, in the baseline. */
  readonly peers: readonly Heap[];
}

/** What one function holds of it. */
export interface HeldHeap extends HeapHistory {
  readonly site: HeapSite;
}

/** Growth that counts: so many bytes, and such a share of what was there. */
const MUCH = 64 * 2 ** 20;
const SHARE = 0.1;
/** Nanoseconds in which several profiles are saved by one command. */
const MOMENT = 10_000_000_000n;
/** And so many times what sampling may be wrong by. */
const DEVIATIONS = 3;

/** What is known of a process's heap; `undefined` where no profile of it was read. */
export function heapHistory(host: HostEvidence, process: Process): HeapHistory | undefined {
  const now = process.heaps.at(-1);
  if (!now) return undefined;
  const others = processesBefore(host, process);
  const of = (same: boolean) => others.filter((one) => one.same === same).flatMap((one) => one.process.heaps);
  // Profiles that were saved into one folder may be of several replicas.
  const own = process.heaps.filter((heap) => heap.vdso !== undefined && heap.vdso === now.vdso);
  const all = [...of(true), ...own.filter(({ time }) => time !== 0n)].filter((heap) => mayBecome(heap, now));
  // Texts don't tell their time; where others do, they would be the same again.
  const timed = all.filter(({ time }) => time !== 0n);
  const earlier = (timed.length > 0 ? timed : all)
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .filter((heap, i, sorted) => !isOneMoment(sorted[i - 1], heap));
  return { process, now, earlier, peers: of(false) };
}

/** Profiles that are taken one right after the other, as the heap's and that of all allocations, tell the same twice. */
const isOneMoment = (earlier: Heap | undefined, { time }: Heap): boolean =>
  earlier !== undefined && earlier.time !== 0n && time !== 0n && time - earlier.time < MOMENT;

/**
 * Whether a process whose heap was one way may have become another. What was ever allocated never becomes less, at any
 * site, until the process is started anew.
 */
function mayBecome(earlier: Heap, later: Heap): boolean {
  if (earlier === later || isOneMoment(earlier, later)) return false;
  const ever = new Map(later.sites.map(({ owner, allocated }) => [owner, allocated ?? Infinity]));
  return earlier.sites.every(({ owner, allocated = 0 }) => allocated <= (ever.get(owner) ?? 0));
}

/** What a function holds in one of the profiles; nothing where it isn't there. */
export function held(heap: Heap, { owner }: HeapSite): HeapSite {
  return (
    heap.sites.find((site) => site.owner === owner) ?? {
      owner,
      leaf: owner,
      bytes: 0,
      objects: 0,
      ...(heap.allocated !== undefined && { allocated: 0 }),
      stack: [],
    }
  );
}

/** Whether a site holds more than it did, beyond what sampling and a change of load make of it. */
export function hasGrown(site: HeapSite, earlier: Heap, later: Heap): boolean {
  const [before, after] = [held(earlier, site), held(later, site)];
  const more = after.bytes - before.bytes;
  const error = Math.hypot(deviation(before, earlier.period), deviation(after, later.period));
  return more >= MUCH && more >= before.bytes * SHARE && more > error * DEVIATIONS;
}

/** The standard deviation of what sampling says of a site: an object is sampled with a chance that grows with its size. */
function deviation({ bytes, objects }: HeapSite, period: number): number {
  if (bytes === 0) return 0;
  if (objects === 0) return Math.sqrt(bytes * period);
  const chance = 1 - Math.exp(-bytes / objects / period);
  return bytes * Math.sqrt((1 - chance) / (chance * objects));
}

/** What a profile says of a site. */
export function heapCite(heap: Heap, site: HeapSite, when: string): Cite {
  const { bytes, stack } = held(heap, site);
  return {
    artifact: heap.artifact.path,
    text: `${size(bytes)} of ${size(heap.bytes)} in use (${percent(bytes, heap.bytes)}) were of ${site.owner}${when}`,
    ...(stack.length > 0 && { where: { stack: stack.slice(0, CITED_FRAMES) } }),
  };
}

/** Frames of a stack that are cited: the allocating one, and its callers up to the program's own. */
const CITED_FRAMES = 6;

/** How much earlier than another a profile was taken: `8 minutes earlier`. */
export function howLongBefore(earlier: Heap, later: Heap): string {
  return earlier.time === 0n || later.time === 0n ? "earlier" : `${span(later.time - earlier.time)} earlier`;
}
