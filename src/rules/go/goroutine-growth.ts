import type { Answer, Weight } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import type { Pileup } from "./goroutine-pileup.ts";
import { goroutineCite, waitOf } from "./goroutine-text.ts";
import { isOneProcess } from "./vdso.ts";
import { ageOf } from "./wait-age.ts";
import { isAccompanied, isOfPeer, NEVER_IDLE, waitsInside } from "./waits.ts";

/** A pile has grown when it is at least so many times larger, and larger by so many. */
const GROWN = 2;
const GROWN_BY = 100;
/** A peer serves other clients: its pile must be smaller by more. */
const GROWN_OVER_PEER = 5;
/** And it is steady when it is at most so many times larger. */
const STEADY = 1.25;

/** So many snapshots in a row are hardly of different processes, as two may be that don't tell. */
const SERIES = 3;
/** In less time than the one, only requests in flight may have become more; in less than the other, a slow leak looks steady. */
const GROWN_WITHIN = 60_000;
const STEADY_FOR = 600_000;
/** A number that falls below this share of what it was has ended with its process. */
const RESTARTED = 0.1;

/**
 * A pile that was as large before is a pool; one that multiplied is a leak, unless it waits for others, whose number may
 * have grown as well. A peer may only have less to do, as the followers of a leader, whose idle workers are then many.
 */
export function answerGrowth(seen: Pileup | undefined): Answer {
  if (!seen?.before) return cantTell();
  const { snapshot, group, same, apart } = seen.before;
  const [pile] = seen.piles;
  const then = group?.count ?? 0;
  const now = pile.group.count;
  const where = same ? "the same process" : "a peer";
  const cites = [
    {
      artifact: snapshot.artifact.path,
      text: `${then} of ${snapshot.model.total} goroutines stood there in the baseline, ${where}`,
    },
    goroutineCite(pile.snapshot, pile.group, `${now} of ${pile.snapshot.model.total} stand there now`),
  ];
  const elapsed = apart === undefined ? Infinity : Number(apart / 1_000_000n);
  if (now <= then * STEADY) return elapsed < STEADY_FOR ? cantTell("uncovered") : fails(cites);
  if (now < then * GROWN || now - then < GROWN_BY) return cantTell("uncovered");
  if (snapshot.artifact.status !== "read") return cantTell("unreadable");
  if (elapsed < GROWN_WITHIN) return cantTell("uncovered");
  if (same) return holds(cites, growthWorth(seen));
  const isStuck = NEVER_IDLE.test(waitOf(pile.group) ?? "") && ageOf(seen.piles)?.is === "old";
  return holds(cites, { atMost: isStuck && now >= then * GROWN_OVER_PEER ? "strong" : "weak" });
}

/**
 * What growth is worth. What there is one of for each peer grows with these, unless it is known to leak; what waits for a
 * lock grows while somebody keeps it.
 */
function growthWorth({ piles, known }: Pileup): { atMost?: Weight } {
  const [{ group, snapshot }] = piles;
  const isKnown =
    known !== undefined && known.signature.general !== true && !isAccompanied(group, snapshot.model);
  if (isOfPeer(group, snapshot.model) && !isKnown) return { atMost: "weak" };
  const isForgotten = isKnown && known.signature.endsIdle === true && ageOf(piles)?.is === "old";
  return isForgotten || waitsInside(group) ? {} : { atMost: "strong" };
}

/** Snapshots of one process in a row tell the same; where the number falls, goroutines end. */
export function answerSeries(seen: Pileup | undefined): Answer {
  const [first, ...later] = seen?.series ?? [];
  const last = later.at(-1);
  if (!seen || !first || !last) return cantTell();
  const points = [first, ...later];
  const span = last.at - first.at;
  const cites = points.map(({ snapshot, at, count: n }) => ({
    artifact: snapshot.artifact.path,
    text: `${n} of ${snapshot.model.total} goroutines stood there${at === first.at ? "" : ` ${after(at - first.at)} later`}`,
  }));
  const grows = points.every(({ count: n }, i) => n >= (points[i - 1]?.count ?? 0));
  if (grows && last.count >= first.count * GROWN && last.count - first.count >= GROWN_BY) {
    if (span < GROWN_WITHIN) return cantTell("uncovered");
    const isOne = points.length >= SERIES || isOneProcess(first.snapshot.artifact, last.snapshot.artifact);
    const worth = growthWorth(seen);
    return holds(cites, isOne === true ? worth : { atMost: "strong", ...worth });
  }
  const most = Math.max(...points.map(({ count: n }) => n));
  const falls = last.count * STEADY < most;
  if (falls) return last.count < most * RESTARTED ? cantTell("uncovered") : fails(cites);
  return span >= STEADY_FOR && last.count <= first.count * STEADY ? fails(cites) : cantTell("uncovered");
}

const after = (milliseconds: number): string =>
  milliseconds < 120_000
    ? `${Math.round(milliseconds / 1000)} s`
    : `${Math.round(milliseconds / 60_000)} minutes`;
