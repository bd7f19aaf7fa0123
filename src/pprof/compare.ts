import type { Profile } from "./profile.ts";
import { descending, magnitude } from "./int64.ts";
import { compareBytes, type ViewOptions, weigh } from "./weigh.ts";

/** What a function weighs in a profile and in its base. */
export interface CompareRow {
  readonly name: string;
  readonly flat: Change;
  readonly cum: Change;
}

/** In the sample type's unit. */
export interface Change {
  readonly base: bigint;
  readonly now: bigint;
  /** What came, less what went. */
  readonly delta: bigint;
}

/** Functions by how much they changed. */
export interface Comparison {
  readonly type: string;
  readonly unit: string;
  readonly total: Change;
  /** Functions that were left out for having changed too little. */
  readonly dropped: number;
  /** What changed most first. */
  readonly rows: readonly CompareRow[];
}

const NODE_FRACTION = 0.005;
const NONE: Change = { base: 0n, now: 0n, delta: 0n };

/**
 * Compares a profile with a base, function by function.
 *
 * @param options.nodeFraction share of the larger total that a function's flat or cum must have changed by: 0.005 when absent
 * @returns `undefined` where one of them has no such sample type, or another in its place
 */
export function compare(base: Profile, profile: Profile, options: ViewOptions = {}): Comparison | undefined {
  const whole = { ...options, nodeCount: 0, nodeFraction: 0, edgeFraction: 0 };
  const [before, now] = [weigh(base, whole), weigh(profile, whole)];
  if (!before || !now || before.type !== now.type || before.unit !== now.unit) return undefined;
  const rows = new Map<string, CompareRow>();
  for (const [weighed, side] of [
    [before, "base"],
    [now, "now"],
  ] as const) {
    for (const node of weighed.shown) {
      const name = weighed.graph.names[node] ?? "";
      const row = rows.get(name) ?? { name, flat: NONE, cum: NONE };
      rows.set(name, {
        name,
        flat: changed(row.flat, side, weighed.flat(node)),
        cum: changed(row.cum, side, weighed.cum(node)),
      });
    }
  }
  const total = changed(changed(NONE, "base", before.total), "now", now.total);
  const most = Number(total.base > total.now ? total.base : total.now);
  const least = most * (options.nodeFraction ?? NODE_FRACTION);
  const weightOf = ({ flat, cum }: CompareRow): bigint => {
    const [a, b] = [magnitude(flat.delta), magnitude(cum.delta)];
    return a > b ? a : b;
  };
  const heavy = [...rows.values()].filter((row) => weightOf(row) > 0n && Number(weightOf(row)) >= least);
  const [first, second] = options.cum === true ? (["cum", "flat"] as const) : (["flat", "cum"] as const);
  heavy.sort(
    (a, b) => byChange(a[first], b[first]) || byChange(a[second], b[second]) || compareBytes(a.name, b.name),
  );
  const limit = options.nodeCount ?? 0;
  return {
    type: now.type,
    unit: now.unit,
    total,
    dropped: rows.size - heavy.length,
    rows: limit > 0 ? heavy.slice(0, limit) : heavy,
  };
}

function changed(change: Change, side: "base" | "now", value: bigint): Change {
  const next = { ...change, [side]: change[side] + value };
  return { ...next, delta: next.now - next.base };
}

const byChange = (a: Change, b: Change): number => descending(magnitude(a.delta), magnitude(b.delta));
