import { labelsOf, type Label } from "./label-sets.ts";
import { labelUnits } from "./label-units.ts";
import { scale } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import { re2 } from "./re2.ts";
import type { Reduction } from "./reduction.ts";

/** Whether a sample's labels are those that are asked for. */
type LabelTest = (labels: readonly Label[]) => boolean;

/**
 * What pprof's `tagfocus` and `tagignore` mean: `KEY=` and then, or without it for any key, a range of numbers (`32kb`,
 * `:64kb`, `4mb:`, `12kb:64mb`), or regular expressions with commas between them. Without a key each of them must match some
 * `key:value`; with one, one of them must match some value.
 *
 * @throws {InquestError} `misuse` where it is neither
 */
export function labelTest(profile: Profile, filter: string, what: string): LabelTest {
  const equals = filter.indexOf("=");
  const wanted = equals === -1 ? undefined : filter.slice(0, equals);
  const value = filter.slice(equals + 1);
  const isWanted = (key: string): boolean => wanted === undefined || key === wanted;
  const range = numberRange(value);
  if (range) {
    const unitOf = labelUnits(profile);
    return (labels) =>
      labels.some(({ key, str, num }) => {
        const name = profile.string(key);
        return str === 0 && isWanted(name) && range(Number(num), unitOf(name));
      });
  }
  const matchers = value.split(",").map((expression) => re2(expression, what));
  if (wanted === undefined) {
    return (labels) => {
      const texts = labels.filter(({ str }) => str !== 0);
      const pairs = texts.map(({ key, str }) => `${profile.string(key)}:${profile.string(str)}`);
      return matchers.every((matcher) => pairs.some((pair) => matcher.test(pair)));
    };
  }
  return (labels) =>
    labels.some(
      ({ key, str }) =>
        str !== 0 &&
        isWanted(profile.string(key)) &&
        matchers.some((matcher) => matcher.test(profile.string(str))),
    );
}

/** The labels of a sample that pprof keeps: those whose key matches `show` and not `hide`. */
export function labelKeeper(
  profile: Profile,
  show: string | undefined,
  hide: string | undefined,
): (label: Label) => boolean {
  const shown = show === undefined ? undefined : re2(show, "tagshow");
  const hidden = hide === undefined ? undefined : re2(hide, "taghide");
  return ({ key }) => {
    const name = profile.string(key);
    return (shown?.test(name) ?? true) && !(hidden?.test(name) ?? false);
  };
}

/** Keeps samples whose labels pass one test and fail the other. */
export function filterByLabels(
  reduction: Reduction,
  {
    tagFocus,
    tagIgnore,
  }: { readonly tagFocus?: string | undefined; readonly tagIgnore?: string | undefined },
): void {
  const { profile } = reduction;
  const focus = tagFocus === undefined ? undefined : labelTest(profile, tagFocus, "tagfocus");
  const ignore = tagIgnore === undefined ? undefined : labelTest(profile, tagIgnore, "tagignore");
  reduction.cut((stack, row) => {
    const labels = labelsOf(profile.labels, row);
    return (focus?.(labels) ?? true) && !(ignore?.(labels) ?? false) ? stack : undefined;
  });
}

const RANGE = /^(?:(:)?([+-]?\d+)([a-z]+)?|([+-]?\d+)([a-z]+)?(:)(?:([+-]?\d+)([a-z]+)?)?)$/i;

/** The test of a range, its ends included; `undefined` where the text is none. */
function numberRange(text: string): ((value: number, unit: string) => boolean) | undefined {
  const found = RANGE.exec(text);
  if (!found) return undefined;
  const [, most, only, onlyUnit = "", least, leastUnit = "", , last, lastUnit = ""] = found;
  const [first, unit] = only === undefined ? [Number(least), leastUnit] : [Number(only), onlyUnit];
  const [bound, family] = scale(first, unit, unit);
  let [low, high] = [bound, bound];
  if (most !== undefined) low = -Infinity;
  else if (least !== undefined) {
    high = Infinity;
    if (last !== undefined) {
      const [end, endFamily] = scale(Number(last), lastUnit, family);
      if (endFamily !== family) return undefined;
      high = end;
    }
  }
  return (value, own) => {
    const [scaled, ownFamily] = scale(value, own, family);
    return ownFamily === family && scaled >= low && scaled <= high;
  };
}
