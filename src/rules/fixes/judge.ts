import { parseKernelRelease } from "../../node/index.ts";
import type { BuiltVersion } from "./built-version.ts";
import { parseBuiltVersion } from "./built-version.ts";
import { COMPONENTS } from "./component.ts";
import type { Fix, Landed, ProgramFix } from "./fix.ts";
import { hasKernel } from "./kernel-range.ts";
import type { VersionRange } from "./version-range.ts";
import { compareNumbers, isInRange } from "./version-range.ts";

/**
 * Whether a version has the defect of a row.
 *
 * A vendor's build, or one of somebody's own tree, keeps the number that it was made from: as late as the fix it has it too; before
 * that, somebody may have brought it back. A version before a release is judged only where its neighbours on both sides agree.
 *
 * @param text as a program, an image or a package tells it, such as `v1.17.3-eks-1`; of Linux a release, as `uname -r` prints it
 * @returns `undefined` where the version doesn't tell
 */
export function hasDefect(fix: Fix, text: string): boolean | undefined {
  if (fix.component === "linux") {
    const release = parseKernelRelease(text);
    return release && hasKernel(release, fix.affected);
  }
  const version = parseBuiltVersion(text);
  if (!version || version.numbers.length < COMPONENTS[fix.component].parts) return undefined;
  if (version.commit !== undefined) return ofCommit(fix, version, version.commit);
  const stands =
    version.early === undefined ? at(fix.affected, version.numbers) : ofEarly(fix.affected, version);
  return stands === true && version.isOthers ? undefined : stands;
}

const at = (range: VersionRange, numbers: readonly number[], early?: string): boolean | undefined =>
  isInRange(`${numbers.join(".")}${early === undefined ? "" : `-${early}`}`, range);

/** A version before a release: between the one before that and the release itself. */
function ofEarly(range: VersionRange, { numbers, early }: BuiltVersion): boolean | undefined {
  const bounds = [range.from, ...(range.fixedIn ?? [])].flatMap((bound) =>
    bound === undefined ? [] : (parseBuiltVersion(bound) ?? []),
  );
  // Where the row itself names a version before this release, they compare as they are.
  if (bounds.some((bound) => bound.early !== undefined && compareNumbers(bound.numbers, numbers) === 0))
    return at(range, numbers, early);
  const before = lineBefore(numbers);
  const release = at(range, numbers);
  return before && at(range, before) === release ? release : undefined;
}

/** The release before one, or the first of the line before. */
function lineBefore(numbers: readonly number[]): readonly number[] | undefined {
  const last = numbers.findLastIndex((each) => each > 0);
  if (last <= 0) return undefined;
  return numbers.map((each, i) => (i === last ? each - 1 : each));
}

/** A commit that is no release, by its day and by the release that it comes after. */
function ofCommit(
  { affected, landed }: ProgramFix,
  { numbers }: BuiltVersion,
  commit: number,
): boolean | undefined {
  // `v1.2.4-0.…` comes after v1.2.3.
  const parent = (numbers[2] ?? 0) > 0 ? lineBefore(numbers) : undefined;
  const isAfterAll = parent !== undefined && isPastAll(affected, parent);
  if (isAfterAll) return false;
  if (!landed) return undefined;
  if (commit >= seconds(landed.merged)) return false;
  if (commit >= seconds(landed.written)) return undefined;
  if (affected.from === undefined) return true;
  return parent && at(affected, parent) === true ? true : undefined;
}

/** Whether a release is as late as the last of the fixes. */
function isPastAll({ fixedIn = [] }: VersionRange, numbers: readonly number[]): boolean {
  return fixedIn.length > 0 && at({ fixedIn: fixedIn.slice(-1) }, numbers) === false;
}

const seconds = (at: Landed["written"]): number => Date.parse(at) / 1000;
