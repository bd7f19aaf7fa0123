import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { Pile, Pileup } from "./goroutine-pileup.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { goroutineCite, stackName, waitOf } from "./goroutine-text.ts";
import type { LockRequest } from "./locks.ts";
import { holdersOf, isSame, lockRequest } from "./locks.ts";
import { ageOf, isMarked, OLD } from "./wait-age.ts";

/** A chain of locks is followed so far; nobody takes more at once. */
const LONGEST_CHAIN = 8;

/** A lock that is never given back. One dump can show the ring of waits; that it is no slow holder, only Go's mark does. */
export const mutexDeadlock = defineCause<Pileup>({
  id: "go/mutex-deadlock",
  title: "goroutines wait for a lock that is never released",
  description:
    "Many goroutines wait for one sync.Mutex or sync.RWMutex whose likely holder has waited for minutes " +
    "itself, in the end for the same lock: locks that are taken in different orders, or twice. Who holds a lock is inferred from the types " +
    "whose methods are in the stacks, so that a dump makes it likely at most.",
  explains: [goroutinePileup],
  concerns: ({ seen }) => seen?.piles.some(({ group }) => lockRequest(group)) === true,
  tests: [
    {
      statement: "Go's garbage collector found them unreachable and marked them as leaked",
      axis: "time",
      holds: "decisive",
      answer({ seen }) {
        const marked = seen?.piles.find(isMarked);
        if (!marked) return cantTell();
        const { snapshot, group } = marked;
        return holds([
          goroutineCite(snapshot, group, `${group.leaked} of ${group.count} are marked (leaked)`),
        ]);
      },
    },
    {
      statement: "who holds the lock has waited for it for minutes, by way of other locks or twice",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the text form of the goroutine profile, which tells who waits for what and for how long",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=2' > goroutine-debug2.txt",
      },
      answer: ({ seen }) => answerRing(seen),
    },
    {
      statement: "nobody has got it for minutes",
      axis: "state",
      holds: "weak",
      fails: "strong",
      answer({ seen }) {
        const age = seen && ageOf(seen.piles);
        if (!age) return cantTell(seen ? "uncovered" : "absent");
        const cites = [goroutineCite(age.pile.snapshot, age.pile.group, age.text)];
        return age.is === "old" ? holds(cites) : fails(cites);
      },
    },
  ],
  remedy: [
    "Take locks in one order everywhere, and call nothing that takes another while one is held.",
    "Release with defer right after locking; take no read lock twice in one goroutine: a writer that waits in between stops it.",
    "Restart the process: nothing else ends it.",
  ],
  references: [
    "https://github.com/docker/for-linux/issues/543",
    "https://github.com/moby/moby/issues/13885",
    "https://pkg.go.dev/sync#RWMutex",
  ],
  summary({ seen }) {
    const pile = seen && locked(seen);
    if (!pile) return "";
    const { snapshot, group } = pile;
    const chain = chainOf(group, snapshot.model);
    const steps = chain.holders.map((holder) => `goroutine ${holder.ids[0] ?? "?"} in ${stackName(holder)}`);
    const held =
      steps.length === 0
        ? ""
        : ` Its likely holder is ${steps.join(", who waits for one that is likely held by ")}.`;
    return (
      `${group.count} goroutines wait in ${stackName(group)}.${held}` +
      (chain.end === "ring" ? " That one waits for the first lock: none of them can go on." : "")
    );
  },
});

const locked = ({ piles }: Pileup): Pile | undefined => {
  const waiting = piles.filter(({ group }) => lockRequest(group) !== undefined);
  return waiting.find(({ group }) => group.lock !== undefined) ?? waiting[0];
};

/** Who holds the lock that is waited for, who holds the one that this one waits for, and so on. */
interface Chain {
  readonly holders: readonly GoroutineGroup[];
  /** `ring`: the last waits for a lock from further up; `free`: it waits for no lock; `unknown`: none or several may hold one. */
  readonly end: "ring" | "free" | "unknown";
}

function chainOf(group: GoroutineGroup, snapshot: GoroutineSet): Chain {
  const holders: GoroutineGroup[] = [];
  const asked: LockRequest[] = [];
  let request = lockRequest(group);
  while (request && asked.length < LONGEST_CHAIN) {
    asked.push(request);
    const holder = likelyHolder(holdersOf(request, snapshot));
    if (!holder) return { holders, end: "unknown" };
    holders.push(holder);
    const next = lockRequest(holder);
    if (!next) return { holders, end: "free" };
    if (asked.some((one) => isSame(one, next))) return { holders, end: "ring" };
    request = next;
  }
  return { holders, end: "unknown" };
}

/** The only one that may hold it or, of several, the only one that waits for a lock itself: the others may be its type's loops. */
function likelyHolder(holders: readonly GoroutineGroup[]): GoroutineGroup | undefined {
  const waiting = holders.filter((group) => lockRequest(group) !== undefined);
  const [holder, ...others] = waiting.length > 0 ? waiting : holders;
  return others.length === 0 && holder?.count === 1 ? holder : undefined;
}

function answerRing(seen: Pileup | undefined): Answer {
  const pile = seen && locked(seen);
  if (!pile) return cantTell();
  const { snapshot, group } = pile;
  const { holders, end } = chainOf(group, snapshot.model);
  const last = holders.at(-1);
  if (!last || end === "unknown") return cantTell("uncovered");
  const cites = holders.map((holder) =>
    goroutineCite(snapshot, holder, `the goroutine that likely holds it waits in ${stackName(holder)}`),
  );
  // Locks that are handed on look like a ring too, for a moment.
  const lasts = holders.every(({ wait }) => (wait?.min ?? 0) >= OLD);
  if (end === "ring") return holds(cites, lasts ? {} : { atMost: "weak" });
  // A holder that waits for something else may wait for one of those who want its lock.
  return /^(?:chan|select|semacquire|sync\.)/.test(waitOf(last) ?? "")
    ? holds(cites, { atMost: "weak" })
    : fails(cites);
}
