import type { Matcher } from "./re2.ts";
import { PlaceMatcher, type Reduction } from "./reduction.ts";
import { simpleName } from "./drop-frames.ts";

/** Which samples and frames stay, by the names of functions, files and binaries. */
export interface FrameFilters {
  readonly focus?: Matcher | undefined;
  readonly ignore?: Matcher | undefined;
  readonly hide?: Matcher | undefined;
  readonly show?: Matcher | undefined;
}

/**
 * Keeps samples that go through a place of `focus` and through none of `ignore`, without their frames that `hide` matches
 * or `show` doesn't. A sample without a frame left is gone, so those that had no stack are too.
 */
export function filterFrames(reduction: Reduction, filters: FrameFilters): void {
  const { profile } = reduction;
  const [focus, ignore, hide, show] = [filters.focus, filters.ignore, filters.hide, filters.show].map(
    (matcher) => matcher && new PlaceMatcher(profile, matcher),
  );
  const goesThrough = (place: PlaceMatcher, location: number): boolean =>
    reduction.linesOf(location).some((line) => place.line(line)) || place.binary(location);
  const focused = new Uint8Array(profile.locations.count);
  const ignored = new Uint8Array(profile.locations.count);
  const hidden = new Uint8Array(profile.locations.count);
  for (const location of reduction.locations()) {
    if (ignore && goesThrough(ignore, location)) ignored[location] = 1;
    else if (!focus || goesThrough(focus, location)) focused[location] = 1;
    if (hide && goesThrough(hide, location)) {
      const lines = reduction.linesOf(location).filter((line) => !hide.line(line));
      reduction.setLines(location, hide.binary(location) ? [] : lines);
      if (reduction.linesOf(location).length === 0) hidden[location] = 1;
    }
    if (show) {
      // A line without a function stays, as in pprof.
      const lines = reduction.linesOf(location);
      if (!show.binary(location)) {
        reduction.setLines(
          location,
          lines.filter((line) => show.line(line) || profile.lines.function[line] === 0),
        );
      }
      if (reduction.linesOf(location).length === 0) hidden[location] = 1;
    }
  }
  reduction.cut((stack) => {
    if (!stack.some((location) => focused[location] === 1)) return undefined;
    if (stack.some((location) => ignored[location] === 1)) return undefined;
    const left = hide || show ? stack.filter((location) => hidden[location] === 0) : stack;
    return left.length === 0 ? undefined : left;
  });
}

/** Drops what stands above the outermost frame that matches; samples without one are gone. */
export function showFrom(reduction: Reduction, matcher: Matcher): void {
  const place = new PlaceMatcher(reduction.profile, matcher);
  const from = new Uint8Array(reduction.profile.locations.count);
  for (const location of reduction.locations()) {
    if (place.binary(location)) from[location] = 1;
    else {
      const lines = reduction.linesOf(location);
      const last = lines.findLastIndex((line) => place.line(line));
      if (last === -1) continue;
      from[location] = 1;
      reduction.setLines(location, lines.slice(0, last + 1));
    }
  }
  reduction.cut((stack) => {
    const outermost = stack.findLastIndex((location) => from[location] === 1);
    return outermost === -1 ? undefined : stack.subarray(0, outermost + 1);
  });
}

/** Drops what stands below the innermost function that matches. */
export function pruneFrom(reduction: Reduction, matcher: Matcher): void {
  const { profile } = reduction;
  const { functions, lines: table } = profile;
  const from = new Uint8Array(profile.locations.count);
  for (const location of reduction.locations()) {
    const lines = reduction.linesOf(location);
    const first = lines.findIndex((line) => {
      const name = profile.string(functions.name[table.function[line] ?? 0] ?? 0);
      return name !== "" && matcher.test(simpleName(name));
    });
    if (first === -1) continue;
    from[location] = 1;
    reduction.setLines(location, lines.slice(first));
  }
  reduction.cut((stack) => {
    const innermost = stack.findIndex((location) => from[location] === 1);
    return innermost === -1 ? stack : stack.subarray(innermost);
  });
}
