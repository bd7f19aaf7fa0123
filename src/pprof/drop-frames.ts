import type { Profile } from "./profile.ts";
import { re2 } from "./re2.ts";
import { Reduction } from "./reduction.ts";

/**
 * Leaves out the functions that a profile itself calls uninteresting (`drop_frames`, but not what `keep_frames` exempts)
 * with all that they called, as allocators do. Nothing is dropped before a stack's first other frame from the root.
 *
 * @returns the profile itself where it names none, or names them by what is no regular expression
 */
export function dropFrames(profile: Profile): Profile {
  if (profile.dropFrames === 0) return profile;
  const [drop, keep] = [profile.dropFrames, profile.keepFrames].map((index) => {
    const expression = profile.string(index);
    return expression === "" ? undefined : wholeName(expression);
  });
  if (!drop) return profile;
  const reduction = new Reduction(profile);
  const { functions, lines: table } = profile;
  const dropped = new Uint8Array(profile.locations.count);
  const below = new Uint8Array(profile.locations.count);
  for (const location of reduction.locations()) {
    const lines = reduction.linesOf(location);
    const outermost = lines.findLastIndex((line) => {
      const name = simpleName(profile.string(functions.name[table.function[line] ?? 0] ?? 0));
      return name !== "" && drop.test(name) && keep?.test(name) !== true;
    });
    if (outermost === -1) continue;
    below[location] = 1;
    if (outermost === lines.length - 1) dropped[location] = 1;
    else reduction.setLines(location, lines.slice(outermost + 1));
  }
  reduction.cut((stack) => {
    let seen = false;
    for (let i = stack.length - 1; i >= 0; i--) {
      const location = stack[i] ?? 0;
      if (below[location] !== 1) seen = true;
      else if (seen) return stack.subarray(dropped[location] === 1 ? i + 1 : i);
    }
    return stack;
  });
  return reduction.result();
}

/** What a profile's own expression must match is the whole of a name; one that can't be compiled matches nothing. */
function wholeName(expression: string): ReturnType<typeof re2> | undefined {
  try {
    return re2(`^(${expression})$`, "drop_frames");
  } catch {
    return undefined;
  }
}

/** Parentheses in C++ names that are no argument list. */
const PARENTHESES = /\(anonymous namespace\)|operator\(\)|\(/g;

/** A function's name without its arguments, and without the dot that PowerPC's first ABI puts before it. */
export function simpleName(name: string): string {
  const bare = name.startsWith(".") ? name.slice(1) : name;
  for (const found of bare.matchAll(PARENTHESES)) if (found[0] === "(") return bare.slice(0, found.index);
  return bare;
}
