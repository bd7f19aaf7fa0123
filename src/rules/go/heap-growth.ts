import type { Heap } from "../../evidence/index.ts";
import { isLibraryFunction } from "../../pprof/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { percent, size } from "../words.ts";
import { goroutineCite, stackName } from "./goroutine-text.ts";
import { heapDominator, siteName } from "./heap-dominator.ts";
import type { HeldHeap } from "./heap-history.ts";
import { hasGrown, heapCite, held, howLongBefore } from "./heap-history.ts";
import {
  keepsPace,
  keptShare,
  mayBeWarmingUp,
  measureOf,
  pointsFrom,
  risesOf,
  wasSettled,
} from "./heap-trend.ts";
import { heapIncrease } from "./heap-increase.ts";

/** A site that is so many times larger has grown for sure; one that is at most so many times larger has not. */
const GROWN = 1.5;
const STEADY = 1.05;
/**
 * Share of what it allocated that a site must still hold. A buffer that grows by doubling throws half of that away even if it
 * is kept itself; of what work in progress allocates over minutes, next to nothing is in use at the end.
 */
const KEPT = 0.25;
/** Nanoseconds in which work in progress comes to its end. */
const LONG = 60_000_000_000n;
/** Goroutines of one stack that are many. */
const MANY = 100;

const LATER =
  "curl -s http://127.0.0.1:6060/debug/pprof/heap > heap-later.pb.gz   # beside the first, ten minutes on or more";

/** Memory that is allocated at one place and not let go of. */
export const heapGrowth = defineCause<HeldHeap>({
  id: "go/heap-growth",
  title: "the heap grows: what one function allocates is kept",
  description:
    "One function holds more than it did in an earlier profile of the same process, goes on to do so when the process has long been " +
    "running, and still holds most of what it has allocated in between. One profile never shows that. Whether it would end " +
    "some day, as a cache does that is not yet full, profiles can't tell.",
  explains: [heapDominator, heapIncrease],
  tests: [
    {
      statement: "it holds more than it did earlier",
      axis: "time",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "an earlier or a later heap profile of the same process, to compare with",
        command: LATER,
      },
      answer: ({ seen }) => answerGrowth(seen),
    },
    {
      statement: "it goes on growing after the process has warmed up, and keeps what it allocates",
      axis: "time",
      holds: "decisive",
      ask: {
        text: "a further heap profile of the same process: two can't tell growth from warming up",
        command: LATER,
      },
      answer: ({ seen }) => answerTrend(seen),
    },
    {
      statement: "goroutines of the process pile up in the functions that the memory was allocated below",
      axis: "state",
      holds: "weak",
      ask: {
        text: "the goroutines of the process: leaked ones keep the memory that they refer to",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=2' > goroutine-debug2.txt",
      },
      answer: ({ seen }) => answerGoroutines(seen),
    },
  ],
  remedy: [
    "Find what refers to it: a map or a slice that is only added to, a cache without a bound, goroutines that never end. Bound it, or " +
      "let go when the work is done.",
    "If it is a cache, compare its bound with the container's memory limit.",
  ],
  references: [
    "https://go.dev/blog/pprof",
    "https://pkg.go.dev/runtime#MemProfileRate",
    "https://github.com/kubernetes/dns/issues/334",
  ],
  summary({ seen }) {
    if (!seen) return "";
    const { site, now, process } = seen;
    const before = measureOf(seen);
    const holding = `${siteName(site)} holds ${size(site.bytes)} of the ${size(now.bytes)} that ${process.name} has in use`;
    if (!before) return `${holding}. Whether that grows, one profile can't tell.`;
    const more = site.bytes - held(before, site).bytes;
    const all = now.bytes - before.bytes;
    const share = all > 0 && more > 0 ? `: ${percent(more, all)} of what the heap has grown by` : "";
    const change = more < 0 ? `${size(-more)} less` : `${size(more)} more`;
    return `${holding}, ${change} than ${howLongBefore(before, now)}${share}.`;
  },
});

function answerGrowth(seen: HeldHeap | undefined): Answer {
  if (!seen) return cantTell();
  const { site, now, peers } = seen;
  const before = measureOf(seen);
  if (!before) {
    const [peer] = peers.toSorted((a, b) => held(b, site).bytes - held(a, site).bytes);
    if (!peer) return cantTell();
    const cites = [heapCite(peer, site, " in another process of the program"), heapCite(now, site, "")];
    if (held(peer, site).bytes * STEADY >= site.bytes) return fails(cites, { atMost: "weak" });
    return hasGrown(site, peer, now) ? holds(cites, { atMost: "weak" }) : cantTell("uncovered");
  }
  const cites = [
    heapCite(before, site, `, ${howLongBefore(before, now)} in the same process`),
    heapCite(now, site, ""),
  ];
  const then = held(before, site).bytes;
  if (site.bytes <= then * STEADY)
    return before.time !== 0n && now.time - before.time < LONG ? cantTell("uncovered") : fails(cites);
  if (!hasGrown(site, before, now)) return cantTell("uncovered");
  const isWeak = site.bytes < then * GROWN || mayBeWarmingUp(before, seen, (heap) => held(heap, site).bytes);
  return holds(cites, isWeak ? { atMost: "weak" } : {});
}

function answerTrend(seen: HeldHeap | undefined): Answer {
  const before = seen && measureOf(seen);
  if (!before) return cantTell();
  const { site, now } = seen;
  const points = pointsFrom(before, seen);
  const kept = keptShare(site, before, now);
  const isSettled = wasSettled(before, seen) === true;
  const isOpen = kept === undefined || (!isSettled && points.length < 3) || now.time - before.time < LONG;
  if (isOpen || !hasGrown(site, before, now)) return cantTell("uncovered");
  const between = points.slice(1, -1).map((heap) => heapCite(heap, site, `, ${howLongBefore(heap, now)}`));
  const text = `of what ${site.owner} allocated since, ${percent(kept, 1)} is still in use`;
  const cites = [...between, { artifact: now.artifact.path, text }];
  const bytesOf = (heap: Heap): number => held(heap, site).bytes;
  const goesOn = isSettled
    ? risesOf(points, bytesOf).every(({ bytes }) => bytes > 0)
    : keepsPace(points, bytesOf);
  return holds(cites, kept >= KEPT && goesOn ? {} : { atMost: "weak" });
}

/** Goroutines that stand where the memory was allocated are likely to be what refers to it. Libraries are everybody's. */
function answerGoroutines(seen: HeldHeap | undefined): Answer {
  if (!seen || seen.process.goroutines.length === 0) return cantTell();
  const own = new Set(seen.site.stack.filter((func) => !isLibraryFunction(func)));
  const cites = seen.process.goroutines.flatMap((snapshot) =>
    snapshot.model.groups.flatMap((group) => {
      const shared = group.frames.find(({ func }) => own.has(func));
      if (!shared || group.count < MANY) return [];
      const text = `${group.count} goroutines stand in ${stackName(group)}, below ${shared.func}`;
      return [goroutineCite(snapshot, group, text)];
    }),
  );
  return cites.length > 0 ? holds(cites) : fails([]);
}
