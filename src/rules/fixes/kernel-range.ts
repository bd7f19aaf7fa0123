import type { KernelRelease } from "../../node/index.ts";
import type { VersionRange } from "./version-range.ts";
import { compareNumbers, isFixed, isOfLine } from "./version-range.ts";

/** Kernels that have a fault. Vendors bring fixes, and new features with their faults, to kernels with an old number. */
export interface KernelRange extends VersionRange {
  /**
   * The first fixed kernels of vendors, by what names the vendor in the release: `el7`, `amzn2`, `generic` (Ubuntu), `azure`. Each is the
   * beginning of a release, such as `3.10.0-1062`; several are of several lines.
   */
  readonly vendors?: ReadonlyMap<string, readonly string[]> | undefined;
  /**
   * `never` for what no vendor brings to older kernels, such as a feature that was removed. `unlisted` where it went into stable
   * kernels that the range doesn't name: then nothing between the first and the last bound is decided.
   */
  readonly backports?: "never" | "unlisted" | undefined;
}

interface Build {
  readonly numbers: readonly number[];
}

const compareBuilds = (a: Build, b: Build): number => compareNumbers(a.numbers, b.numbers);

/** Releases as kernel.org numbers them, with nothing of anybody's behind. */
const UPSTREAM = /^\d+\.\d+(?:\.\d+)?(?:-rc\d+)?$/;
/** One on the way to a release: what that brings may come later. */
const EARLY = /^\d+\.\d+(?:\.0)?-rc\d+/;

/**
 * Whether a kernel has the fault. A vendor's kernel is judged by the vendor's own builds where the range names them. Where it
 * doesn't, the upstream number alone tells only what is later than the fix.
 *
 * @returns `undefined` where that can't be told
 */
export function hasKernel({ text, version }: KernelRelease, range: KernelRange): boolean | undefined {
  const { from, fixedIn = [], vendors, backports } = range;
  const upstream: Build = { numbers: version };
  const vendor = [...(vendors ?? [])].find(([name]) => partsOf(text).includes(name.toLowerCase()));
  if (vendor) {
    const build = buildOf(text);
    const bounds = vendor[1].map(buildOf);
    const own = bounds.filter((bound) => isOfLine(build, bound));
    if (own.length > 0) return !own.some((bound) => compareBuilds(build, bound) >= 0);
  }
  const fixed = isFixed(upstream, fixedIn.map(buildOf), compareBuilds);
  // What is as late as the fix has it, whoever built it.
  if (fixed)
    return EARLY.test(text) && fixedIn.some((bound) => isSameRelease(buildOf(bound), upstream))
      ? undefined
      : false;
  const isOlder = from !== undefined && compareBuilds(upstream, buildOf(from)) < 0;
  if (UPSTREAM.test(text) && backports === "unlisted") return isOlder ? false : undefined;
  if (UPSTREAM.test(text) || backports === "never") return !isOlder;
  // Of a vendor's kernel an older number excludes neither the fault nor the fix. Without a fix there is nothing to bring back.
  return !isOlder && fixedIn.length === 0 ? true : undefined;
}

const isSameRelease = (a: Build, b: Build): boolean =>
  isOfLine(a, b) && (a.numbers[2] ?? 0) === (b.numbers[2] ?? 0);

/** What names the vendor stands among these: `3.10.0-1062.9.1.el7.x86_64`, `5.4.0-42-generic`. */
const partsOf = (release: string): string[] => release.toLowerCase().split(/[-.+_~]/);

/** The numbers with which a release begins: those of upstream, then those of the vendor's build. */
function buildOf(release: string): Build {
  const [numbers = ""] = /^\d{1,9}(?:[-.]\d{1,9})*/.exec(release) ?? [];
  return { numbers: numbers.split(/[-.]/).map(Number) };
}
