import type { CounterKind, HostEvidence, Reading } from "../evidence/index.ts";
import { GAUGES, NETWORK_COUNTERS } from "../evidence/index.ts";
import type { Section } from "./change.ts";
import { section } from "./change.ts";
import type { Numbers } from "./host-numbers.ts";
import type { Counted } from "./keyed.ts";
import { fallenInWords, growthOf } from "./keyed.ts";

/** Compares the counters of a node's network stack and of its connection tracking; what grew by the largest ratio stands first. */
export function compareCounters(before: HostEvidence, after: HostEvidence): Section[] {
  const network = namesOf([before, after], NETWORK_COUNTERS);
  const conntrack = namesOf([before, after], ["conntrack-S"]);
  return [
    ...counted("network counters", network, (host, name) => host.counter(name), before, after),
    ...counted("connection tracking", conntrack, (host, name) => host.conntrack(name), before, after),
  ];
}

/** A tool may leave out what is zero. */
function namesOf(hosts: readonly HostEvidence[], kinds: readonly CounterKind[]): string[] {
  const models = hosts.flatMap((host) => kinds.flatMap((kind) => host.models(kind)));
  return [...new Set(models.flatMap(({ model }) => [...model.counters.keys()]))];
}

function counted(
  title: string,
  names: readonly string[],
  read: (host: HostEvidence, name: string) => Reading<number>,
  before: HostEvidence,
  after: HostEvidence,
): Section[] {
  const then = new Map<string, Counted>();
  const now = new Map<string, Counted>();
  const fallen: string[] = [];
  for (const name of names) {
    const [from, to] = [read(before, name), read(after, name)];
    if (!from.known || !to.known) continue;
    then.set(name, { n: from.value });
    now.set(name, { n: to.value, cite: to.cite });
    if (to.value < from.value && !GAUGES.has(name)) fallen.push(name);
  }
  if (now.size === 0) return [];
  return [section(title, now.size, growthOf(then, now), fallenInWords(fallen))];
}

/** The same as numbers of one host, by section. */
export const COUNTER_NUMBERS: readonly Numbers[] = [
  {
    title: "network counters",
    isCounter: true,
    of: (host) => read(host, NETWORK_COUNTERS, (name) => host.counter(name)),
  },
  {
    title: "connection tracking",
    isCounter: true,
    of: (host) => read(host, ["conntrack-S"], (name) => host.conntrack(name)),
  },
];

function read(
  host: HostEvidence,
  kinds: readonly CounterKind[],
  of: (name: string) => Reading<number>,
): ReadonlyMap<string, Counted> | undefined {
  const known = namesOf([host], kinds).flatMap((name) => {
    const reading = of(name);
    return reading.known ? [[name, { n: reading.value, cite: reading.cite }] as const] : [];
  });
  return known.length === 0 ? undefined : new Map(known);
}
