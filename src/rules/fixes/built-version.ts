/** A version as programs, images and packages tell it, taken apart. */
export interface BuiltVersion {
  /** Such as 1, 14, 3. */
  readonly numbers: readonly number[];
  /** What stands before the release itself: `rc.1`, `beta.0.41`. */
  readonly early: string | undefined;
  /** Whether somebody else than the project built it, or from something else than its release: what was mended later may be in it. */
  readonly isOthers: boolean;
  /** Of a Go pseudo-version, which names a commit and no release: when that was made, in seconds since 1970. */
  readonly commit: number | undefined;
}

const NUMBERS = /^(?:go|v)?(\d{1,9}(?:\.\d{1,9}){0,5})/;
const EARLY = /^[-~.]?((?:alpha|beta|rc|pre|dev)(?:[-.]?\d{1,9}(?:\.\d{1,9}){0,3})?)(?![A-Za-z0-9])/i;
/** `v0.0.0-20191109021931-daa7c04131f5`, `v1.2.4-0.2019…`, `v1.2.0-rc.1.0.2019…` */
const PSEUDO =
  /^-(?:[\w.]{1,30}\.)?(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})-[0-9a-f]{12}(?:\+incompatible)?$/;
/** What names the machine that it is built for, or that a Go module is older than modules. */
const SAME =
  /^(?:-(?:amd64|arm64|arm|armv7|ppc64le|s390x|386|x86_64|linux-amd64|linux-arm64)|\+incompatible)$/;
const LONGEST = 200;

/**
 * Takes a version apart: of a release (`v1.14.3`), of one before it (`1.0.0-rc92`), of a vendor (`1.17.0-eks-4d21f`, `1.6.20~ds1-1+b1`),
 * of somebody's own tree (`v1.14.3-12+abcdef-dirty`) or of a commit (`v0.6.1-0.20171122101130-8f3c2f5d1a3b`).
 *
 * @returns `undefined` for what tells none, such as `latest` and `(devel)`
 */
export function parseBuiltVersion(text: string): BuiltVersion | undefined {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) return undefined;
  const [head = "", written] = NUMBERS.exec(trimmed) ?? [];
  if (written === undefined) return undefined;
  const numbers = written.split(".").map(Number);
  const rest = trimmed.slice(head.length);
  const [, year, month, day, hour, minute, second] = (PSEUDO.exec(rest) ?? []).map(Number);
  if (year !== undefined && month !== undefined) {
    const commit = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
    return Number.isFinite(commit) ? { numbers, early: undefined, isOthers: true, commit } : undefined;
  }
  const [whole = "", early] = EARLY.exec(rest) ?? [];
  const behind = rest.slice(whole.length);
  // A letter or a further part at once, as in `1.9x`, is no version that can be compared.
  if (/^[A-Za-z0-9_]/.test(behind)) return undefined;
  return {
    numbers,
    early: early?.toLowerCase(),
    isOthers: behind !== "" && !SAME.test(behind),
    commit: undefined,
  };
}
