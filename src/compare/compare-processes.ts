import type { HostEvidence, Process } from "../evidence/index.ts";
import { compare } from "../pprof/index.ts";
import type { GoroutineGroup } from "../pprof/index.ts";
import { entryFunction, leafName, stackName } from "../rules/go/goroutine-text.ts";
import type { Change, Section } from "./change.ts";
import { section } from "./change.ts";
import type { Counted } from "./keyed.ts";
import { growthOf, sizeOf } from "./keyed.ts";

/** Functions that a heap's or CPU profile's comparison lists. */
const LISTED = 50;

/** Compares the goroutines, heaps and CPU profiles of processes that have one name in both bundles. */
export function compareProcesses(before: HostEvidence, after: HostEvidence): Section[] {
  return after.processes.flatMap((now) => {
    const namesakes = before.processes.filter(({ name }) => name === now.name);
    const [then] = namesakes;
    // Of several of one name nobody knows which is which.
    if (!then || namesakes.length > 1) return [];
    return [...goroutines(then, now), ...profiles(then, now)];
  });
}

function goroutines(then: Process, now: Process): Section[] {
  const [earlier, later] = [then.goroutines.at(-1), now.goroutines.at(-1)];
  if (!earlier || !later) return [];
  const [from, to] = [stacks(earlier), stacks(later)];
  const note = `${earlier.model.total} goroutines then, ${later.model.total} now`;
  return [section(`goroutines of ${now.name}`, sizeOf(from, to), growthOf(from, to), note)];
}

/** The goroutines of a host's processes by stack, by what the comparison calls them. */
export function goroutineNumbers({
  processes,
}: HostEvidence): ReadonlyMap<string, ReadonlyMap<string, Counted>> {
  const names = processes.map(({ name }) => name);
  return new Map(
    processes.flatMap(({ name, goroutines: all }) => {
      const last = all.at(-1);
      // Of several of one name nobody knows which is which.
      const isOnly = names.indexOf(name) === names.lastIndexOf(name);
      return last && isOnly ? [[`goroutines of ${name}`, stacks(last)] as const] : [];
    }),
  );
}

function stacks({ model, artifact }: Process["goroutines"][number]): Map<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const group of model.groups) {
    const what = stackOf(group);
    const n = (counts.get(what)?.n ?? 0) + group.count;
    counts.set(what, { n, cite: { artifact: artifact.path, text: `${n} goroutines in ${what}` } });
  }
  return counts;
}

function stackOf(group: GoroutineGroup): string {
  const entry = entryFunction(group);
  return entry === "" || entry === leafName(group) ? stackName(group) : `${stackName(group)} of ${entry}`;
}

/** The last profile of each sort; goroutines are compared by themselves. */
function profiles(then: Process, now: Process): Section[] {
  return [...lastOfEach(now.profiles)].flatMap(([types, later]) => {
    const earlier = lastOfEach(then.profiles).get(types);
    const compared = earlier && types !== "goroutine" ? compare(earlier.model, later.model) : undefined;
    if (!compared) return [];
    const { type, unit, total, rows } = compared;
    const changes = rows.slice(0, LISTED).map(({ name, flat, cum }): Change => {
      const changed = flat.delta === 0n ? cum : flat;
      return {
        is: changed.base === 0n ? "added" : changed.now === 0n ? "removed" : "changed",
        what: flat.delta === 0n ? `${name}, with what it calls` : name,
        before: `${changed.base} ${unit}`,
        after: `${changed.now} ${unit}`,
        by: Number(changed.delta),
        cite: { artifact: later.artifact.path, text: `${name}: ${changed.now} ${unit}` },
      };
    });
    const note = `${total.base} ${unit} in all then, ${total.now} now`;
    return [section(`${type} of ${now.name}`, rows.length, changes, note)];
  });
}

function lastOfEach(profiles: Process["profiles"]): Map<string, Process["profiles"][number]> {
  return new Map(
    profiles.map((profile) => {
      const { model } = profile;
      return [model.sampleTypes.map(({ type }) => model.string(type)).join(" "), profile];
    }),
  );
}
