import type { Burn } from "./burns.ts";
import { weightOf } from "./burns.ts";

/** A function above another, with the share of the other's CPU time that comes by way of it. */
export interface Caller {
  readonly name: string;
  readonly share: number;
}

/** Callers that are named, and what each must account for: further out they are less and less to the point. */
const NAMED_CALLERS = 5;
const MOST = 0.5;

/** Who calls a function, who calls that one, and so on: the heaviest each time, as long as most comes by way of it. */
export function callersOf(name: string, burns: readonly Burn[]): Caller[] {
  const callers: Caller[] = [];
  let inside = burns;
  while (callers.length < NAMED_CALLERS) {
    const up = callers.length + 1;
    const callerIn = ({ path }: Burn): string | undefined => path[path.indexOf(name) - up];
    const weights = new Map<string, number>();
    for (const burn of inside) {
      const caller = callerIn(burn);
      if (caller !== undefined) weights.set(caller, (weights.get(caller) ?? 0) + burn.nanoseconds);
    }
    const [heaviest] = [...weights].sort(([, a], [, b]) => b - a);
    if (!heaviest) break;
    const [caller, weight] = heaviest;
    const share = weight / weightOf(burns);
    if (share < MOST) break;
    callers.push({ name: caller, share });
    inside = inside.filter((burn) => callerIn(burn) === caller);
  }
  return callers;
}
