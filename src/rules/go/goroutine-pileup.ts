import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { folderOf } from "../../evidence/index.ts";
import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { defineSymptom } from "../engine/index.ts";
import type { Before } from "./baseline.ts";
import { stackBefore } from "./baseline.ts";
import { adviceOnLeak } from "./known-fix.ts";
import type { KnownLeak } from "./known-leak.ts";
import { knownLeak } from "./known-leak.ts";
import type { Point } from "./series.ts";
import { seriesOf } from "./series.ts";
import {
  entryFunction,
  goroutineCite,
  stackKey,
  stackName,
  stackPlace,
  waitOf,
  waitText,
} from "./goroutine-text.ts";

/** The goroutines of one stack in one snapshot. */
export interface Pile {
  readonly snapshot: Located<GoroutineSet>;
  readonly group: GoroutineGroup;
}

/** One stack that holds many goroutines, in every snapshot of the host that shows it; the largest first. */
export interface Pileup {
  readonly piles: readonly [Pile, ...Pile[]];
  /** The same stack in the baseline, where there is one that can be compared. */
  readonly before: Before | undefined;
  /** The stack in the snapshots of its process, the earliest first, where several tell when they were taken. */
  readonly series: readonly Point[];
  /** The leak that the stack is known for. */
  readonly known: KnownLeak | undefined;
}

/** Goroutines in one stack that are many whatever else runs. */
const MANY = 1000;
/** Fewer are many where they are half of the process; a small server's idle connections stay below. */
const MANY_OF_HALF = 300;
/** Healthy processes don't keep goroutines in these; a hundred are many. */
const NEVER_IDLE =
  /^(?:chan send|chan (?:send|receive) \(nil chan\)|select \(no cases\)|semacquire|sync\.(?:RW)?Mutex\.)/;
const MANY_NEVER_IDLE = 100;

/** Many goroutines in one stack: a fact about a snapshot, harmless or not. */
export const goroutinePileup = defineSymptom<Pileup>({
  id: "go/goroutine-pileup",
  title: "many goroutines stand in one stack",
  description:
    "A goroutine profile or dump in which one stack holds at least 1,000 goroutines; or at least 300 that are half of the " +
    "process; or at least 100 that wait for a lock or to send on a channel. Servers with as many connections look like " +
    "that too: the causes tell them apart.",
  remedy: ["Read the stack's creator: it is where goroutines are started and should be bounded or ended."],
  references: ["https://pkg.go.dev/runtime/pprof#Profile"],
  *detect(host) {
    for (const piles of pilesByStack(host)) {
      const { snapshot, group } = piles[0];
      const { total } = snapshot.model;
      const name = stackName(group);
      const share = Math.round((group.count / total) * 100);
      const wait = piles.map((pile) => waitText(pile.group)).find((text) => text !== "") ?? "";
      const creator = piles.map((pile) => pile.group.createdBy).find((frame) => frame !== undefined);
      const createdBy = creator ? `, created by ${creator.func}` : "";
      const known = piles.map((pile) => knownLeak(pile.group, pile.snapshot.model)).find((leak) => leak);
      yield {
        subject: { kind: "goroutines", name, entry: entryFunction(group) },
        summary:
          `${group.count} of ${total} goroutines (${share}%) stand in ${name}${wait}${createdBy}.` +
          (known ? ` It is known from ${known.signature.name}.` : ""),
        evidence: piles.map((pile) =>
          goroutineCite(
            pile.snapshot,
            pile.group,
            `${pile.group.count} of ${pile.snapshot.model.total} goroutines in ${name}`,
          ),
        ),
        data: {
          piles,
          before: stackBefore(
            host,
            piles.map(({ snapshot: s }) => s),
            stackKey(group),
          ),
          series: seriesOf(host, snapshot, stackKey(group)),
          known,
        },
        weight: group.count,
        advice: adviceOnLeak(host, { piles, known }),
      };
    }
  },
});

function pilesByStack(host: HostEvidence): [Pile, ...Pile[]][] {
  const byStack = new Map<string, [Pile, ...Pile[]]>();
  for (const snapshot of host.goroutines) {
    for (const group of snapshot.model.groups) {
      if (!isMany(group, snapshot.model)) continue;
      // Snapshots of one process lie in one folder; another folder is another process, whose stacks are not this one's.
      const pile = { snapshot, group };
      const key = `${placeOf(pile)} ${stackKey(group)}`;
      const piles = byStack.get(key);
      if (piles) piles.push(pile);
      else byStack.set(key, [pile]);
    }
  }
  const stacks = [...byStack.values()];
  const told = stacks.filter(([{ group }]) => waitOf(group) !== undefined);
  const untold = stacks.filter((piles) => !told.includes(piles));
  const apart = untold.filter((piles) => {
    const [same, ...others] = told.filter(([pile]) => isOnePlace(pile, piles[0]));
    if (!same || others.length > 0) return true;
    same.push(...piles);
    return false;
  });
  for (const piles of stacks) piles.sort((a, b) => tells(b) - tells(a) || b.group.count - a.group.count);
  return [...told, ...apart];
}

const placeOf = ({ snapshot }: Pile): string => folderOf(snapshot.artifact.path);

const isOnePlace = (a: Pile, b: Pile): boolean =>
  placeOf(a) === placeOf(b) && stackPlace(a.group) === stackPlace(b.group);

/** Those that tell what they wait for come first. */
const tells = ({ group }: Pile): number => Number(waitOf(group) !== undefined);

function isMany(group: GoroutineGroup, snapshot: GoroutineSet): boolean {
  const { count } = group;
  if (count >= MANY) return true;
  if (count >= MANY_OF_HALF) {
    // What a known leak keeps beside it is as many of the same.
    const counts = knownLeak(group, snapshot)?.counts ?? [count];
    if (counts.reduce((sum, one) => sum + one, 0) * 2 >= snapshot.total) return true;
  }
  return count >= MANY_NEVER_IDLE && NEVER_IDLE.test(waitOf(group) ?? "");
}
