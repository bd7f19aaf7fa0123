import type { Pile } from "./goroutine-pileup.ts";
import { isDated } from "./goroutine-text.ts";

/** Minutes after which a wait isn't part of serving a request any more. */
export const OLD = 2;
/** Share of a pile that must be old, or recent, before it is said of the pile. */
const MOST = 0.9;

/** How long nearly all goroutines of a pile have waited. */
export interface WaitAge {
  readonly pile: Pile;
  readonly is: "recent" | "old";
  readonly text: string;
}

/** What the first dated dump of a pile tells: less than a minute, or minutes; `undefined` where it is neither, or none is dated. */
export function ageOf(piles: readonly Pile[]): WaitAge | undefined {
  const pile = dated(piles);
  if (!pile) return undefined;
  const { wait, count, leaked } = pile.group;
  const known = wait?.known ?? 0;
  // Go prints no minutes for those that it marks as leaked.
  const recent = count - known - leaked;
  if (recent >= count * MOST)
    return { pile, is: "recent", text: `${recent} of ${count} have waited for less than a minute` };
  if (!wait || known < count * MOST || wait.median < OLD) return undefined;
  const { min, max } = wait;
  const minutes = min === max ? min : `${min} to ${max}`;
  return { pile, is: "old", text: `${known} of ${count} have waited for ${minutes} minutes` };
}

/** The first pile whose dump tells ages. */
export function dated(piles: readonly Pile[]): Pile | undefined {
  return piles.find(({ snapshot, group }) => group.wait !== undefined || isDated(snapshot.model.groups));
}

/** Whether Go's garbage collector found most of a pile to be unreachable. */
export const isMarked = ({ group }: Pile): boolean => group.leaked >= group.count / 2;
