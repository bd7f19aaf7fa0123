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

/** Ubuntu's builds of kernels as they are (`5.3.8-050308-generic`) name no build of Ubuntu's behind the number, but the number again. */
const MAINLINE = /^(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)-0\d{5}(rc\d+)?-[a-z]+$/;

/**
 * The last builds of RHEL's minor releases before the next one came. Later ones of the same base are of extended support: what is fixed
 * in them the bounds of the newer base don't tell.
 */
const LAST_OF_BASE: Readonly<Record<string, readonly string[]>> = {
  el7: [
    "3.10.0-123.20.1",
    "3.10.0-229.20.1",
    "3.10.0-327.36.3",
    "3.10.0-514.26.2",
    "3.10.0-693.21.1",
    "3.10.0-862.14.4",
    "3.10.0-957.27.2",
    "3.10.0-1062.18.1",
    "3.10.0-1127.19.1",
  ],
  el8: ["4.18.0-80.11.2", "4.18.0-147.8.1", "4.18.0-193.28.1", "4.18.0-240.22.1", "4.18.0-305.25.1"],
};
/** Numbers of a RHEL kernel up to its base: 3.10.0-957. */
const BASE = 4;

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
  const [, mainline, candidate] = MAINLINE.exec(text) ?? [];
  if (mainline !== undefined) {
    const plain = candidate === undefined ? mainline : `${mainline}-${candidate}`;
    return hasKernel({ text: plain, version }, range);
  }
  const { from, fixedIn = [], vendors, backports } = range;
  const upstream: Build = { numbers: version };
  const vendor = [...(vendors ?? [])].find(([name]) => partsOf(text).includes(name.toLowerCase()));
  if (vendor) {
    const build = buildOf(text);
    const bounds = vendor[1].map(buildOf);
    const own = bounds.filter((bound) => isOfLine(build, bound));
    if (own.some((bound) => compareBuilds(build, bound) >= 0)) return false;
    if (own.length > 0) return isOfExtendedSupport(vendor[0], build, own) ? undefined : true;
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

/** Whether a build was made after those that its base had while it was the newest, and no bound is of its base. */
function isOfExtendedSupport(vendor: string, build: Build, bounds: readonly Build[]): boolean {
  if (bounds.some((bound) => isSameBase(bound, build))) return false;
  const last = (LAST_OF_BASE[vendor] ?? []).map(buildOf).find((each) => isSameBase(each, build));
  return last !== undefined && compareBuilds(build, last) > 0;
}

const isSameBase = (a: Build, b: Build): boolean =>
  compareBuilds({ numbers: a.numbers.slice(0, BASE) }, { numbers: b.numbers.slice(0, BASE) }) === 0;

const isSameRelease = (a: Build, b: Build): boolean =>
  isOfLine(a, b) && (a.numbers[2] ?? 0) === (b.numbers[2] ?? 0);

/** What names the vendor stands among these: `3.10.0-1062.9.1.el7.x86_64`, `5.4.0-42-generic`. */
const partsOf = (release: string): string[] => release.toLowerCase().split(/[-.+_~]/);

/** The numbers with which a release begins: those of upstream, then those of the vendor's build. */
function buildOf(release: string): Build {
  const [numbers = ""] = /^\d{1,9}(?:[-.]\d{1,9})*/.exec(release) ?? [];
  return { numbers: numbers.split(/[-.]/).map(Number) };
}
