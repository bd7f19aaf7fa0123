import type { GoroutineGroup } from "../../pprof/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import {
  APISERVER_TIMEOUT,
  CONTAINERD_EXEC_SYNC,
  CONTAINERD_TTRPC,
  ETCD2_WATCH,
  MIEKG_TCP,
} from "../fixes/index.ts";
import { answerGrowth, answerSeries } from "./goroutine-growth.ts";
import { goroutineCite, stackName, waitOf, waitText } from "./goroutine-text.ts";
import type { Pile, Pileup } from "./goroutine-pileup.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { adviceOnLeak, KNOWN_VERSION } from "./known-fix.ts";
import { citeSockets, inState, socketsOfPile } from "./pile-sockets.ts";
import { ageOf, dated, isMarked } from "./wait-age.ts";
import { isOfPeer, NEVER_IDLE, WAITS_INSIDE, waitsInside } from "./waits.ts";

/** Goroutines that will never go on. One snapshot makes it likely at most; growth or Go's own mark confirms. */
export const goroutineLeak = defineCause<Pileup>({
  id: "go/goroutine-leak",
  title: "goroutines are leaked: they wait for what will never come",
  description:
    "Goroutines of one stack that wait for another goroutine of the process and have done so for long. Go 1.26 and later " +
    "can mark them as leaked, which settles it. A single snapshot can't tell a leak from workers that are idle by " +
    "design, so without that mark the verdict is at most likely.",
  explains: [goroutinePileup],
  tests: [
    {
      statement: "Go's garbage collector found them unreachable and marked them as leaked",
      axis: "time",
      holds: "decisive",
      ask: {
        text: "Go 1.26 and later find leaked goroutines themselves, where they are built with GOEXPERIMENT=goroutineleakprofile",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/goroutineleak?debug=2' > goroutine-leaks.txt",
      },
      answer({ seen }) {
        const marked = seen?.piles.filter(isMarked) ?? [];
        if (marked.length === 0) return cantTell();
        return holds(
          marked.map((pile) => cite(pile, `${pile.group.leaked} of ${pile.group.count} are marked (leaked)`)),
        );
      },
    },
    {
      statement: "they have grown in number since the baseline",
      axis: "time",
      holds: "decisive",
      fails: "strong",
      ask: {
        text: "the same profile of the process from another time, or of a healthy peer, to compare with",
        command: "inquest BUNDLE --baseline EARLIER-OR-HEALTHY-BUNDLE",
      },
      answer: ({ seen }) => besideMark(seen, answerGrowth(seen)),
    },
    {
      statement: "they have grown in number from snapshot to snapshot",
      axis: "time",
      holds: "decisive",
      fails: "strong",
      answer: ({ seen }) => besideMark(seen, answerSeries(seen)),
    },
    {
      statement:
        "they wait where idle workers don't: to send on a channel, or on one that can never be ready",
      axis: "state",
      holds: "strong",
      answer({ seen }) {
        if (!seen) return cantTell();
        const [pile] = seen.piles;
        const wait = waitOf(pile.group);
        if (wait === undefined) return cantTell();
        const what = [cite(pile, `${pile.group.count} goroutines wait in ${wait}`)];
        if (NEVER_IDLE.test(wait)) return holds(what);
        return WAITS_INSIDE.test(wait) ? holds(what, { atMost: "weak" }) : fails(what);
      },
    },
    {
      statement: "they have waited for minutes",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the text form of the goroutine profile, taken some minutes after the process started: only it has wait times",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=2' > goroutine-debug2.txt",
      },
      answer: ({ seen }) => answerAge(seen),
    },
    {
      statement: "the process keeps as many connections that their peers have closed",
      // One look at connections that are open is no more than one at goroutines that wait.
      axis: "state",
      holds: "strong",
      answer: ({ host, seen }) => (seen ? answerClosed(host, seen) : cantTell()),
    },
    {
      statement: "their stack is one that a known leak leaves behind",
      axis: "identity",
      holds: "weak",
      answer({ seen }) {
        if (!seen?.known) return cantTell();
        const { signature, counts } = seen.known;
        const beside = counts.length > 1 ? `, in stacks of ${counts.join(", ")} goroutines` : "";
        return holds([cite(seen.piles[0], `it is known from ${signature.name}${beside}`)]);
      },
    },
    KNOWN_VERSION,
  ],
  fixes: [APISERVER_TIMEOUT, CONTAINERD_EXEC_SYNC, CONTAINERD_TTRPC, ETCD2_WATCH, MIEKG_TCP],
  advice: ({ host, seen }) => seen && adviceOnLeak(host, seen),
  remedy: [
    "Find who should end the wait: give the channel a buffer of one, or select on the context as well, so that the " +
      "goroutine can leave when its caller has.",
    "Bound what starts them, and watch go_goroutines after the fix.",
  ],
  references: [
    "https://go.dev/doc/diagnostics",
    "https://github.com/kubernetes/kubernetes/pull/83333",
    "https://github.com/kubernetes/dns/issues/334",
  ],
  summary({ seen }) {
    if (!seen) return "";
    const { group, snapshot } = seen.piles[0];
    const wait = seen.piles.map((pile) => waitText(pile.group)).find((text) => text !== "") ?? "";
    return (
      `${group.count} of ${snapshot.model.total} goroutines in ${stackName(group)}${wait}` +
      `${createdBy(group)}${NEVER_IDLE.test(waitOf(group) ?? "") ? ": only another goroutine can end this wait" : ""}.`
    );
  },
});

const createdBy = ({ createdBy: frame }: GoroutineGroup): string =>
  frame ? `, created by ${frame.func}` : "";

const cite = ({ snapshot, group }: Pile, text: string) => goroutineCite(snapshot, group, text);

/** What the runtime found to be unreachable never goes on, however many there were before. */
function besideMark(seen: Pileup | undefined, answer: Answer): Answer {
  return answer.is === "fails" && seen?.piles.some(isMarked) === true
    ? { ...answer, atMost: "weak" }
    : answer;
}

function answerAge(seen: Pileup | undefined): Answer {
  if (!seen) return cantTell();
  const age = ageOf(seen.piles);
  if (!age) return cantTell(dated(seen.piles) ? "uncovered" : "absent");
  const cites = [cite(age.pile, age.text)];
  if (age.is === "recent") return fails(cites);
  return holds(cites, isTelling(age.pile) ? {} : { atMost: "weak" });
}

/** What waits that began within so much of their length of each other began together, as those of a pool do. */
const TOGETHER = 0.1;

/**
 * Whether a long wait tells a leak. Connections are idle for long, and so are those who work for peers; for a lock one waits as long
 * as somebody keeps it. Idle workers that were started together have waited equally long.
 */
function isTelling({ group, snapshot }: Pile): boolean {
  if (!waitsInside(group) || isOfPeer(group, snapshot.model)) return false;
  const { min, max } = group.wait ?? { min: 0, max: 0 };
  return NEVER_IDLE.test(waitOf(group) ?? "") || max - min > Math.max(1, max * TOGETHER);
}

/** A few are closed late on any day. */
const MANY_CLOSED = 100;
/** The two goroutines of each connection of an HTTP client, whose response nobody reads to its end or closes. */
const HTTP_CLIENT = /^net\/http\.\(\*persistConn\)\.(?:read|write)Loop$/;

/** Connections in CLOSE-WAIT: the peer has ended them, and the program doesn't. */
function answerClosed(host: HostEvidence, { piles: [pile] }: Pileup): Answer {
  const sockets = socketsOfPile(host, pile);
  if (!sockets) return cantTell(host.sockets.length > 0 ? "uncovered" : "absent");
  const { group, snapshot } = pile;
  const isClient = group.frames.some(({ func }) => HTTP_CLIENT.test(func));
  const closed = inState(sockets, "CLOSE-WAIT");
  if (closed.length < MANY_CLOSED || closed.length < group.count / 2) return cantTell("uncovered");
  if (!isClient && !isOfPeer(group, snapshot.model)) return cantTell("uncovered");
  // A program that hangs leaves its connections open, too: then those that should close them stand elsewhere.
  const others = snapshot.model.groups
    .filter(({ frames }) => !frames.some(({ func }) => HTTP_CLIENT.test(func)))
    .reduce((sum, { count }) => sum + count, 0);
  const text = `${closed.length} connections of the process are in CLOSE-WAIT: their peers have closed them, and the program has not`;
  return holds(citeSockets(closed, text), isClient && others < group.count / 2 ? {} : { atMost: "weak" });
}
