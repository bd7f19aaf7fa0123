import { groupBy } from "../../bytes/index.ts";
import type { DnsExchange } from "../../pcap/index.ts";
import { hasBetween } from "./lost-answers.ts";

/** A query that a resolver made of a shorter name and a search domain. */
export interface Expansion {
  readonly query: DnsExchange;
  /** The name that the program asked for, as far as the later queries tell. */
  readonly base: string;
}

/** A resolver goes through its search list within this time. */
const LOOKUP = 12;
/** Names of more labels are nobody's search. */
const MAX_LABELS = 16;

/**
 * Queries without success behind which the same client asks for the same with less behind it: `db.example.com.svc.cluster.local`,
 * then `db.example.com.cluster.local`, then `db.example.com`. No other traffic looks like that.
 */
export function expansionsOf(exchanges: readonly DnsExchange[], failed: readonly DnsExchange[]): Expansion[] {
  const times = new Map<string, number[]>();
  for (const [key, group] of groupBy(exchanges, ({ type, name }) => `${type} ${name}`))
    times.set(
      key,
      group.map(({ time }) => time).sort((a, b) => a - b),
    );
  const bases = new Map<string, readonly Base[]>();
  return failed.flatMap((query) => {
    const key = `${query.type} ${query.name}`;
    let candidates = bases.get(key);
    if (!candidates) {
      candidates = basesOf(query.name, (name) => times.get(`${query.type} ${name}`));
      bases.set(key, candidates);
    }
    const found = candidates.find(({ asked }) => hasBetween(asked, query.time, query.time + LOOKUP));
    return found ? [{ query, base: found.base }] : [];
  });
}

/** A front of a name, and when it was asked for with less behind it. */
interface Base {
  readonly base: string;
  readonly asked: readonly number[];
}

/** The fronts of a name that were ever asked for with less behind them, or nothing. */
function basesOf(name: string, timesOf: (name: string) => readonly number[] | undefined): Base[] {
  const labels = name.split(".");
  if (labels.length > MAX_LABELS) return [];
  const found: Base[] = [];
  const note = (base: string, shorter: string): void => {
    const asked = timesOf(shorter);
    if (asked) found.push({ base, asked });
  };
  // A bare label is a name by itself, and may be asked for another reason.
  for (let front = labels.length - 1; front > 1; front--) {
    const base = labels.slice(0, front).join(".");
    note(base, base);
  }
  for (let front = 1; front < labels.length - 2; front++) {
    const base = labels.slice(0, front).join(".");
    for (let back = front + 1; back < labels.length - 1; back++)
      note(base, `${base}.${labels.slice(back).join(".")}`);
  }
  return found;
}
