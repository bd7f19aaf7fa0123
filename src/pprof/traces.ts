import type { Profile } from "./profile.ts";
import { callNodes } from "./call-nodes.ts";
import { magnitude } from "./int64.ts";
import { sampleColumn } from "./weigh.ts";

/** One function of a stack. */
export interface TraceFrame {
  readonly name: string;
  readonly inlined: boolean;
}

/** A label of a sample, its values as pprof would keep them: texts, or numbers of one unit. */
export interface TraceLabel {
  readonly key: string;
  readonly texts: readonly string[];
  readonly numbers: readonly bigint[];
  /** Of the numbers; the key itself, or bytes, where the profile gives none. */
  readonly unit: string;
}

/** A stack with what was measured in it. */
export interface Trace {
  /** Leaf first. */
  readonly frames: readonly TraceFrame[];
  /** In the sample type's unit. */
  readonly value: bigint;
  readonly labels: readonly TraceLabel[];
}

/** All stacks of a profile in one sample type, as `go tool pprof -traces` lists them. */
export interface Traces {
  readonly type: string;
  readonly unit: string;
  /** Sum of the absolute values of all traces, those without a stack included. */
  readonly total: bigint;
  /** In the profile's order; samples of one stack and one set of labels are one trace. */
  readonly traces: readonly Trace[];
}

/**
 * The stacks of a profile, sample after sample.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function traces(
  profile: Profile,
  options: { readonly sampleIndex?: string | number | undefined } = {},
): Traces | undefined {
  const column = sampleColumn(profile, options.sampleIndex);
  const type = column === undefined ? undefined : profile.sampleTypes[column];
  if (column === undefined || !type) return undefined;
  const { samples } = profile;
  const { names, start, nodes } = callNodes(profile);
  const merged = new Map<string, { locations: Uint32Array; labels: TraceLabel[]; sums: bigint[] }>();
  for (let sample = 0; sample < samples.count; sample++) {
    const values = samples.values.map((own) => own.bigint(sample));
    // A sample that measured nothing in any type says nothing.
    if (values.every((value) => value === 0n)) continue;
    const locations = samples.locations.subarray(samples.stackStart[sample], samples.stackStart[sample + 1]);
    const labels = labelsOf(profile, sample);
    const spelt = labels.map(({ key, texts, numbers, unit }) => [key, texts, numbers.map(String), unit]);
    const key = `${locations.join()} ${JSON.stringify(spelt)}`;
    const trace = merged.get(key);
    if (trace) trace.sums = trace.sums.map((sum, i) => sum + (values[i] ?? 0n));
    else merged.set(key, { locations, labels, sums: values });
  }
  const counted = [...merged.values()]
    .filter(({ sums }) => sums.some((sum) => sum !== 0n))
    .map(({ locations, labels, sums }) => ({ locations, labels, value: sums[column] ?? 0n }));
  return {
    type: profile.string(type.type),
    unit: profile.string(type.unit),
    total: counted.reduce((sum, { value }) => sum + magnitude(value), 0n),
    traces: counted.map(({ locations, labels, value }) => ({
      value,
      labels,
      frames: [...locations].flatMap((location) => {
        const outermost = (start[location + 1] ?? 0) - 1;
        const own = nodes.subarray(start[location], outermost + 1);
        return Array.from(own, (node, i) => ({ name: names[node] ?? "", inlined: i < own.length - 1 }));
      }),
    })),
  };
}

/** Units that pprof takes for granted where a profile gives none (`Profile.NumLabelUnits`). */
const IMPLIED_UNITS: Readonly<Record<string, string>> = { alignment: "bytes", request: "bytes" };

function labelsOf(profile: Profile, sample: number): TraceLabel[] {
  const { start, key, str, num, numUnit } = profile.labels;
  const byKey = new Map<string, { key: string; texts: string[]; numbers: bigint[]; unit: string }>();
  for (let row = start[sample] ?? 0; row < (start[sample + 1] ?? 0); row++) {
    const name = profile.string(key[row] ?? 0);
    const label = byKey.get(name) ?? { key: name, texts: [], numbers: [], unit: IMPLIED_UNITS[name] ?? name };
    const unit = profile.string(numUnit[row] ?? 0);
    if (unit !== "") label.unit = unit;
    if ((str[row] ?? 0) === 0) label.numbers.push(num.bigint(row));
    else label.texts.push(profile.string(str[row] ?? 0));
    byKey.set(name, label);
  }
  return [...byKey.values()];
}
