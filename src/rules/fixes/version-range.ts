/** Versions that have a fault: those from one on, but for those that have been fixed. */
export interface VersionRange {
  /** The first that has it; from the very first where absent. */
  readonly from?: string | undefined;
  /**
   * The first that doesn't have it any more, of each line of releases (`1.20.4` and `1.21.1`): a version is compared with that of its
   * own line, and is fixed in any case from the last of them on.
   */
  readonly fixedIn?: readonly string[] | undefined;
}

const VERSION = /^v?(\d{1,9}(?:\.\d{1,9}){0,7})(?:-((?:alpha|beta|rc|pre|dev)[-.\w]*))?(?![A-Za-z0-9]|\.\d)/i;

interface Version {
  readonly numbers: readonly number[];
  /** What stands before the release itself: `rc.1`. */
  readonly early: string | undefined;
}

/** A version with or without its `v`; what a vendor appends, as `-eks-4d21f`, is of the same version. */
function versionOf(text: string): Version | undefined {
  const [, numbers, early] = VERSION.exec(text.trim()) ?? [];
  return numbers === undefined ? undefined : { numbers: numbers.split(".").map(Number), early };
}

/** Whether a text is a version that can be compared. */
export const isVersion = (text: string): boolean => versionOf(text) !== undefined;

/** Numbers one after the other; what is missing is zero. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareVersions(a: Version, b: Version): number {
  const numbers = compareNumbers(a.numbers, b.numbers);
  if (numbers !== 0 || a.early === b.early) return numbers;
  if (a.early === undefined) return 1;
  if (b.early === undefined) return -1;
  return a.early.localeCompare(b.early, "en", { numeric: true });
}

/** Whether a version is in a range; `undefined` where it is no version. */
export function isInRange(text: string, { from, fixedIn = [] }: VersionRange): boolean | undefined {
  const version = versionOf(text);
  if (!version) return undefined;
  const first = from === undefined ? undefined : versionOf(from);
  if (first && compareVersions(version, first) < 0) return false;
  return !isFixed(
    version,
    fixedIn.flatMap((each) => versionOf(each) ?? []),
    compareVersions,
  );
}

/** Whether a version has what was fixed in those of several lines, which share the first two numbers. */
export function isFixed<V extends { readonly numbers: readonly number[] }>(
  version: V,
  fixedIn: readonly V[],
  compare: (a: V, b: V) => number,
): boolean {
  const last = fixedIn.toSorted(compare).at(-1);
  if (!last) return false;
  if (compare(version, last) >= 0) return true;
  return fixedIn.some((fixed) => isOfLine(version, fixed) && compare(version, fixed) >= 0);
}

/** Whether two are of one line: 5.4.50 and 5.4.99. */
export function isOfLine(
  { numbers: a }: { readonly numbers: readonly number[] },
  { numbers: b }: { readonly numbers: readonly number[] },
): boolean {
  return a[0] === b[0] && (a[1] ?? 0) === (b[1] ?? 0);
}
