import { fixed2, general2 } from "./go-format.ts";

/** A unit with the names that profiles give it, and its size in the family's smallest. */
interface Unit {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly factor: number;
}

/** Families of units that values are scaled in, as pprof's measurement package has them. */
interface Family {
  readonly units: readonly Unit[];
  /** The unit of what is smaller than all. */
  readonly fallback: { readonly name: string; readonly factor: number };
}

const unit = (name: string, factor: number, ...aliases: string[]): Unit => ({ name, aliases, factor });

const FAMILIES: readonly Family[] = [
  {
    units: [
      unit("B", 1, "b", "byte"),
      unit("kB", 2 ** 10, "kb", "kbyte", "kilobyte"),
      unit("MB", 2 ** 20, "mb", "mbyte", "megabyte"),
      unit("GB", 2 ** 30, "gb", "gbyte", "gigabyte"),
      unit("TB", 2 ** 40, "tb", "tbyte", "terabyte"),
      unit("PB", 2 ** 50, "pb", "pbyte", "petabyte"),
    ],
    fallback: { name: "B", factor: 1 },
  },
  {
    units: [
      unit("ns", 1, "ns", "nanosecond"),
      unit("us", 1e3, "μs", "us", "microsecond"),
      unit("ms", 1e6, "ms", "millisecond"),
      unit("s", 1e9, "s", "sec", "second"),
      unit("hrs", 3600e9, "hour", "hr"),
    ],
    fallback: { name: "s", factor: 1e9 },
  },
];

/** Units of plain numbers, which are printed bare. */
const BARE = new Set(["count", "sample", "unit", "minimum", "auto"]);

/**
 * A value in another unit. `minimum` and `auto` choose the largest in which it is at least 1.
 *
 * @returns the value and the name of its unit, empty for plain counts
 */
export function scale(value: number, from: string, to: string): [value: number, unit: string] {
  if (value < 0) {
    const [scaled, name] = scale(-value, from, to);
    return [-scaled, name];
  }
  for (const family of FAMILIES) {
    const source = sniff(family, from);
    if (source) return convert(family, value * source.factor, to);
  }
  return BARE.has(to) ? [value, ""] : [value, to];
}

/** A value with its unit as pprof prints it: at most two decimals, `.00` dropped, zero bare. */
export function scaledLabel(value: number, from: string, to: string): string {
  const [scaled, name] = scale(value, from, to);
  return labelOf(scaled, name);
}

/** What {@link scaledLabel} makes of many values in one unit. */
export function labeller(from: string, to: string): (value: number) => string {
  const family = FAMILIES.find((each) => sniff(each, from));
  const source = family && sniff(family, from);
  if (!family || !source || to === "minimum" || to === "auto") return (value) => scaledLabel(value, from, to);
  const target = sniff(family, to) ?? family.fallback;
  return (value) => labelOf((value * source.factor) / target.factor, target.name);
}

function labelOf(scaled: number, name: string): string {
  const fixed = fixed2(scaled);
  const text = fixed.endsWith(".00") ? fixed.slice(0, -3) : fixed;
  return text === "0" || text === "-0" ? "0" : text + name;
}

/** A share as pprof prints it, six characters or more. */
export function percentage(value: number, total: number): string {
  const ratio = total === 0 ? 0 : Math.abs(value / total) * 100;
  if (ratio >= 99.95 && ratio <= 100.05) return "  100%";
  const text = ratio >= 1 ? fixed2(ratio) : general2(ratio);
  return `${text.padStart(5)}%`;
}

function convert(family: Family, value: number, to: string): [value: number, unit: string] {
  if (to === "minimum" || to === "auto") {
    const fits = family.units.findLast(({ factor }) => value / factor >= 1) ?? family.fallback;
    return [value / fits.factor, fits.name];
  }
  const target = sniff(family, to) ?? family.fallback;
  return [value / target.factor, target.name];
}

function sniff({ units }: Family, name: string): Unit | undefined {
  const exact = units.find((one) => one.name === name);
  if (exact) return exact;
  const lower = name.toLowerCase();
  const singular = lower.length > 2 ? lower.replace(/s$/, "") : lower;
  return units.find(({ aliases }) => aliases.includes(singular));
}
