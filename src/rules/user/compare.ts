import type { Pattern } from "./pattern.ts";

/** A plain value of a rule file or of an artifact. */
export type Scalar = string | number | boolean;

/** What a value is compared with. All that is given must be so. */
export interface Comparison {
  readonly equals?: Scalar | undefined;
  readonly not?: Scalar | undefined;
  readonly in?: readonly Scalar[] | undefined;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
  readonly matches?: Pattern | undefined;
}

/** Numbers as the API's quantities write them: `500m`, `1.5Gi`. */
const QUANTITY = /^([-+]?\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,3})?)(m|k|Ki|Mi?|Gi?|Ti?|Pi?|Ei?)?$/;
const FACTOR: ReadonlyMap<string, number> = new Map(
  ["K", "M", "G", "T", "P", "E"].flatMap((unit, i) => [
    [unit === "K" ? "k" : unit, 1000 ** (i + 1)] as const,
    [`${unit}i`, 1024 ** (i + 1)] as const,
  ]),
);

/** A value as a number; `undefined` where it is none. */
export function numberOf(value: Scalar): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return undefined;
  const [, digits, unit] = QUANTITY.exec(value.trim()) ?? [];
  if (digits === undefined) return undefined;
  const factor = unit === undefined ? 1 : unit === "m" ? 0.001 : (FACTOR.get(unit) ?? Number.NaN);
  const number = Number(digits) * factor;
  return Number.isFinite(number) ? number : undefined;
}

/** The same value, however it is written: `1` and `"1"`, and any white space between the parts of one. */
function isSame(a: Scalar, b: Scalar): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x === y;
  return normal(a) === normal(b);
}

const normal = (value: Scalar): string => String(value).trim().replaceAll(/\s+/g, " ");

/** Whether a value is what a comparison says; `undefined` where it can't be compared, as a text with a number. */
export function compare(value: Scalar, comparison: Comparison): boolean | undefined {
  const { equals, not, matches } = comparison;
  const answers: (boolean | undefined)[] = [];
  if (equals !== undefined) answers.push(isSame(value, equals));
  if (not !== undefined) answers.push(!isSame(value, not));
  if (comparison.in !== undefined) answers.push(comparison.in.some((each) => isSame(value, each)));
  if (matches !== undefined) answers.push(matches.test(String(value)));
  const number = numberOf(value);
  const bounds: readonly (readonly [number | undefined, (value: number, bound: number) => boolean])[] = [
    [comparison.above, (a, b) => a > b],
    [comparison.below, (a, b) => a < b],
    [comparison.atLeast, (a, b) => a >= b],
    [comparison.atMost, (a, b) => a <= b],
  ];
  for (const [bound, test] of bounds)
    if (bound !== undefined) answers.push(number === undefined ? undefined : test(number, bound));
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}
