import type { Cite } from "../evidence/index.ts";
import type { Change } from "./change.ts";

/** What one side says of one thing. */
export interface Said {
  readonly text: string;
  /** What must be the same for the two sides to agree; the text where absent. */
  readonly value?: string;
  readonly cite?: Cite | undefined;
}

/** What two sides say of the same things, by what these are called: what came, what went, and what is said otherwise, in order. */
export function changesOf(before: ReadonlyMap<string, Said>, after: ReadonlyMap<string, Said>): Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((what) => changeOf(what, before.get(what), after.get(what)) ?? []);
}

function changeOf(what: string, before: Said | undefined, after: Said | undefined): Change | undefined {
  if (before && after) {
    if ((before.value ?? before.text) === (after.value ?? after.text)) return undefined;
    return { is: "changed", what, before: before.text, after: after.text, ...citedBy(after) };
  }
  if (after) return { is: "added", what, after: after.text, ...citedBy(after) };
  return before && { is: "removed", what, before: before.text, ...citedBy(before) };
}

const citedBy = ({ cite }: Said): Pick<Change, "cite"> => (cite ? { cite } : {});

/** The things of two sides together. */
export function sizeOf(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): number {
  return new Set([...before.keys(), ...after.keys()]).size;
}

/** What two sides count, by what is counted: what changed most, as a ratio, first. */
export function growthOf(
  before: ReadonlyMap<string, Counted>,
  after: ReadonlyMap<string, Counted>,
): Change[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const grown = [...keys].flatMap((what) => {
    const [from, to] = [before.get(what), after.get(what)];
    const by = (to?.n ?? 0) - (from?.n ?? 0);
    if (by === 0) return [];
    const cite = to?.cite ?? from?.cite;
    const change: Change = {
      is: from === undefined ? "added" : to === undefined ? "removed" : "changed",
      what,
      ...(from && { before: String(from.n) }),
      ...(to && { after: String(to.n) }),
      by,
      ...(cite && { cite }),
    };
    return [{ change, ratio: Math.abs(Math.log(((to?.n ?? 0) + 1) / ((from?.n ?? 0) + 1))) }];
  });
  grown.sort((a, b) => b.ratio - a.ratio || (a.change.what < b.change.what ? -1 : 1));
  return grown.map(({ change }) => change);
}

/** How many there are of one thing. Never negative. */
export interface Counted {
  readonly n: number;
  readonly cite?: Cite | undefined;
  /** How many more there may be, where that is told. */
  readonly room?: number | undefined;
}

/** What it means that counters fell, which only grow; `undefined` where none did. */
export function fallenInWords([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${first}${more} fell: the counters began anew in between, or are of different machines`;
}
