import { scaledLabel } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import type { TraceLabel, Traces } from "./traces.ts";
import { profileLines } from "./view-text.ts";

const SEPARATOR = "-----------+-------------------------------------------------------";

/**
 * {@link Traces} in the form of `go tool pprof -traces`: the value and the leaf on the first line, its callers below. A line at a
 * time: together they may be many times the profile.
 */
export function* renderTraces(
  profile: Profile,
  { type, unit, total, traces }: Traces,
): Generator<string, void> {
  const label = (value: bigint | number): string => scaledLabel(Number(value), unit, "minimum");
  yield* profileLines(profile, { type, unit, total }, label);
  for (const { frames, value, labels } of traces) {
    if (frames.length === 0) continue;
    yield SEPARATOR;
    yield* labelLines(labels);
    for (const [i, { name, inlined }] of frames.entries()) {
      yield `${(i === 0 ? label(value) : "").padStart(10)}   ${name}${inlined ? " (inline)" : ""}`;
    }
  }
  yield SEPARATOR;
}

/** Texts first, then numbers, each sorted as lines. */
function labelLines(labels: readonly TraceLabel[]): string[] {
  const line = (key: string, values: readonly string[]): string =>
    `${key.padStart(10)}:  ${values.join(" ")}`;
  const texts = labels
    .filter(({ texts: all }) => all.length > 0)
    .map(({ key, texts: all }) => line(key, all));
  const numbers = labels
    .filter(({ numbers: all }) => all.length > 0)
    .map(({ key, numbers: all, unit }) =>
      line(
        key,
        all.map((value) => scaledLabel(Number(value), unit, "auto")),
      ),
    );
  return [...texts.sort(), ...numbers.sort()];
}
