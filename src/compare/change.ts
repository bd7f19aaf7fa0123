import type { Cite } from "../evidence/index.ts";

/** One thing that differs between two bundles. */
export interface Change {
  readonly is: "added" | "removed" | "changed";
  /** What it is, among others of its section: a key, an address, a stack, an object's path. */
  readonly what: string;
  /** What was said before; absent for what was added. */
  readonly before?: string;
  /** What is said now; absent for what was removed. */
  readonly after?: string;
  /** By how much a number grew, negative where it fell. */
  readonly by?: number;
  /** Where it stands: in the later bundle, or, for what was removed, in the earlier. */
  readonly cite?: Cite;
}

/** What changed in one matter of one host, or of the cluster. */
export interface Section {
  /** What is compared, such as `kernel parameters`. */
  readonly title: string;
  /** How many things were compared. */
  readonly compared: number;
  /** What bears upon all of the section's changes. */
  readonly note?: string;
  /** The most telling first. */
  readonly changes: readonly Change[];
  /** Changes that were left out for being too many. */
  readonly omitted: number;
}

/** Most changes of one section that are kept. */
const MOST_CHANGES = 5000;

/** A section of changes that stand in their order. */
export function section(title: string, compared: number, changes: readonly Change[], note?: string): Section {
  return {
    title,
    compared,
    ...(note !== undefined && { note }),
    changes: changes.slice(0, MOST_CHANGES),
    omitted: Math.max(0, changes.length - MOST_CHANGES),
  };
}
