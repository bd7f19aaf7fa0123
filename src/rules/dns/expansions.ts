import type { DnsExchange } from "../../pcap/index.ts";
import { groupBy } from "./dns-trouble.ts";

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
  return failed.flatMap((query) => {
    const base = baseOf(query, (name) => {
      const asked = times.get(`${query.type} ${name}`);
      return asked !== undefined && hasBetween(asked, query.time, query.time + LOOKUP);
    });
    return base === undefined ? [] : [{ query, base }];
  });
}

/** The front of a name to which a later query has less behind it, or nothing; the shortest that fits. */
function baseOf({ name }: DnsExchange, isAskedLater: (name: string) => boolean): string | undefined {
  const labels = name.split(".");
  if (labels.length > MAX_LABELS) return undefined;
  for (let front = labels.length - 1; front > 0; front--) {
    const base = labels.slice(0, front).join(".");
    // A bare label is a name by itself, and may be asked for another reason.
    if (front > 1 && isAskedLater(base)) return base;
  }
  for (let front = 1; front < labels.length - 2; front++) {
    const base = labels.slice(0, front).join(".");
    for (let back = front + 1; back < labels.length - 1; back++)
      if (isAskedLater(`${base}.${labels.slice(back).join(".")}`)) return base;
  }
  return undefined;
}

/** Whether a sorted list has a time after `from` and up to `to`. */
function hasBetween(times: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  const next = times[low];
  return next !== undefined && next <= to;
}
