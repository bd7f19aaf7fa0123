import { folderOf } from "../../evidence/index.ts";
import type { Located } from "../../bundle/index.ts";
import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { Pile, Pileup } from "./goroutine-pileup.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { goroutineCite, stackName } from "./goroutine-text.ts";
import type { LockDelay } from "./lock-delays.ts";
import { lockDelays } from "./lock-delays.ts";
import { delayCite, lockWait, waitingOf } from "./lock-wait.ts";
import { holdersOf, lockRequest, ownerOf, writerBefore } from "./locks.ts";
import { ageOf, isMarked } from "./wait-age.ts";

/** Share of a pile that waits for the same lock before it is one lock. */
const ONE_LOCK = 0.9;
/** And below which it certainly isn't. */
const MANY_LOCKS = 0.5;
/** A lock for which somebody waits for half of the time is always in demand; so many waits make it more than one long one. */
const IN_DEMAND = 0.5;
const SEVERAL_WAITS = 10;

type Waiting = Pileup | LockDelay;

/** Goroutines queue for one lock that is held for too long, or asked for too often. */
export const mutexContention = defineCause<Waiting>({
  id: "go/mutex-contention",
  title: "goroutines queue for one lock",
  description:
    "Many goroutines wait for one sync.Mutex or sync.RWMutex, which is handed on, but more slowly than it is asked for. " +
    "A dump shows the queue and, by the lock's address, that it is one lock; a mutex or block profile of a known time shows the waits.",
  explains: [goroutinePileup, lockWait],
  concerns: ({ host, seen }) => seen !== undefined && ("site" in seen || waiters(host, seen) !== undefined),
  tests: [
    {
      statement: "they wait for one lock",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the text form of the goroutine profile, which has the addresses of locks",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=2' > goroutine-debug2.txt",
      },
      answer: answerOneLock,
    },
    {
      statement: "a profile of a known time shows that it was waited for",
      axis: "counter",
      holds: "strong",
      ask: {
        text: "a mutex profile of some seconds, where the program has called runtime.SetMutexProfileFraction",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/mutex?seconds=30' > mutex-30s.pb.gz",
      },
      answer({ host, seen }) {
        const pile = seen && waiters(host, seen);
        const delays =
          seen && "site" in seen ? [seen] : lockDelays(host).filter((delay) => pile && isOf(delay, pile));
        const telling = delays.filter(
          (delay) => waitingOf(delay) >= IN_DEMAND && delay.waits >= SEVERAL_WAITS,
        );
        return telling.length > 0
          ? holds(telling.map(delayCite))
          : cantTell(delays.length > 0 ? "uncovered" : "absent");
      },
    },
    {
      statement: "the waits are short: the lock is handed on",
      axis: "time",
      holds: "weak",
      fails: "strong",
      answer({ host, seen }) {
        const pile = seen && waiters(host, seen);
        if (!pile) return cantTell();
        if (isMarked(pile))
          return fails([goroutineCite(pile.snapshot, pile.group, "they are marked (leaked)")]);
        const age = ageOf([pile]);
        if (!age) return cantTell("uncovered");
        const cites = [goroutineCite(pile.snapshot, pile.group, age.text)];
        return age.is === "recent" ? holds(cites) : fails(cites);
      },
    },
  ],
  remedy: [
    "Do less while the lock is held: no input or output, no waiting, no call of other programs.",
    "Split the lock by what it protects, or let readers share it (sync.RWMutex).",
  ],
  references: ["https://go.dev/doc/diagnostics", "https://pkg.go.dev/runtime#SetMutexProfileFraction"],
  summary({ host, seen }) {
    if (!seen) return "";
    const pile = waiters(host, seen);
    if (!pile) return "site" in seen ? `Goroutines queue for the lock of ${seen.site}.` : "";
    const { snapshot, group } = pile;
    const request = lockRequest(group);
    if (!request) return "";
    const address = request.address === undefined ? "" : ` at ${request.address}`;
    const writer = writerBefore(request, snapshot.model);
    const behind = writer ? ` They want to read, behind a writer that waits in ${writer.site}.` : "";
    const holder = holderText(holdersOf(request, snapshot.model));
    return `${group.count} goroutines wait in ${request.site} for one lock${address}.${behind}${holder}`;
  },
});

/** The goroutines that wait: those of the pile, or of the profile's process where a dump has some. */
function waiters(host: HostEvidence, seen: Waiting): Pile | undefined {
  const piles = "site" in seen ? dumpedWaiters(host, seen) : seen.piles;
  const waiting = piles.filter(({ group }) => lockRequest(group) !== undefined);
  return waiting.find(({ group }) => group.lock !== undefined) ?? waiting[0];
}

function dumpedWaiters(host: HostEvidence, delay: LockDelay): Pile[] {
  return host.goroutines.flatMap((snapshot: Located<GoroutineSet>) =>
    snapshot.model.groups.flatMap((group) => (isOf(delay, { snapshot, group }) ? [{ snapshot, group }] : [])),
  );
}

/** Whether a profile's lock is the one that a group waits for: asked for in its function, or released in one of its type. */
function isOf({ profile, site, side }: LockDelay, { snapshot, group }: Pile): boolean {
  const request = lockRequest(group);
  if (!request || folderOf(profile.artifact.path) !== folderOf(snapshot.artifact.path)) return false;
  if (request.site === site) return true;
  return side === "released" && request.owner !== undefined && ownerOf(site) === request.owner;
}

function answerOneLock({ host, seen }: About<Waiting>): Answer {
  const pile = seen && waiters(host, seen);
  if (!pile) return cantTell();
  const { snapshot, group } = pile;
  const { lock, count } = group;
  if (!lock) {
    const text = `${count} goroutines wait for a lock in one function; which lock it is isn't told`;
    return holds([goroutineCite(snapshot, group, text)], { atMost: "weak" });
  }
  const text = `${lock.waiters} of ${count} wait for the lock at ${lock.address}`;
  const cites = [goroutineCite(snapshot, group, text)];
  if (lock.waiters >= count * ONE_LOCK) return holds(cites);
  return lock.waiters < count * MANY_LOCKS ? fails(cites) : cantTell("uncovered");
}

/** Who may hold the lock, where it is one goroutine. */
function holderText(holders: readonly GoroutineGroup[]): string {
  const [holder] = holders;
  if (!holder || holders.length > 1 || holder.count > 1) return "";
  const id = holder.ids[0] === undefined ? "one" : `goroutine ${holder.ids[0]}`;
  return ` A candidate for holding it is ${id}, in ${stackName(holder)}.`;
}
