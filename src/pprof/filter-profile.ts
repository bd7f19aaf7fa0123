import { filterFrames, pruneFrom, showFrom } from "./filter-frames.ts";
import { filterByLabels, labelKeeper } from "./filter-labels.ts";
import type { Profile } from "./profile.ts";
import { re2 } from "./re2.ts";
import { Reduction } from "./reduction.ts";

/** Which part of a profile a view shows; regular expressions are in RE2's syntax and match anywhere. */
export interface FilterOptions {
  /** Keeps samples that go through a function, file or binary that matches. */
  readonly focus?: string | undefined;
  /** Drops samples that go through one. */
  readonly ignore?: string | undefined;
  /** Leaves frames out. */
  readonly hide?: string | undefined;
  /** Leaves all other frames out. */
  readonly show?: string | undefined;
  /** Leaves out what stands above the outermost frame that matches. */
  readonly showFrom?: string | undefined;
  /** Leaves out what stands below the innermost function that matches. */
  readonly pruneFrom?: string | undefined;
  /** Keeps samples by their labels: `key=value`, `value`, or a range of numbers such as `bytes=1mb:`. */
  readonly tagFocus?: string | undefined;
  readonly tagIgnore?: string | undefined;
  /** Keeps, or leaves out, labels by their keys. */
  readonly tagShow?: string | undefined;
  readonly tagHide?: string | undefined;
}

/** pprof's names of the filters that it lists where they are active, in its order; prune_from it passes over. */
export const FILTERS = [
  ["focus", "focus"],
  ["ignore", "ignore"],
  ["hide", "hide"],
  ["show", "show"],
  ["show_from", "showFrom"],
  ["tagfocus", "tagFocus"],
  ["tagignore", "tagIgnore"],
  ["tagshow", "tagShow"],
  ["taghide", "tagHide"],
] as const satisfies readonly (readonly [string, keyof FilterOptions])[];

/**
 * The part of a profile that filters leave, in pprof's order: frames first, then labels. Samples without a stack are
 * never part of it.
 *
 * @throws {InquestError} `misuse` where a filter is no regular expression
 */
export function filterProfile(profile: Profile, options: FilterOptions): Profile {
  const matcher = (key: keyof FilterOptions, name: string) => {
    const expression = options[key];
    return isAbsent(expression) ? undefined : re2(expression, name);
  };
  const reduction = new Reduction(profile);
  filterFrames(reduction, {
    focus: matcher("focus", "focus"),
    ignore: matcher("ignore", "ignore"),
    hide: matcher("hide", "hide"),
    show: matcher("show", "show"),
  });
  const from = matcher("showFrom", "show_from");
  if (from) showFrom(reduction, from);
  const { tagFocus, tagIgnore, tagShow, tagHide } = options;
  if (tagFocus !== undefined || tagIgnore !== undefined) {
    filterByLabels(reduction, { tagFocus, tagIgnore });
  }
  if (tagShow !== undefined || tagHide !== undefined) {
    reduction.keepLabel = labelKeeper(profile, tagShow, tagHide);
  }
  const prune = matcher("pruneFrom", "prune_from");
  if (prune) pruneFrom(reduction, prune);
  return reduction.result();
}

/** An empty filter is none, as in pprof. */
const isAbsent = (filter: string | undefined): filter is undefined | "" =>
  filter === undefined || filter === "";
