import { scaledLabel } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import type { TraceLabel, Traces } from "./traces.ts";
import { profileLines } from "./view-text.ts";

const SEPARATOR = "-----------+-------------------------------------------------------";

/** {@link Traces} in the form of `go tool pprof -traces`: the value and the leaf on the first line, its callers below. */
export function renderTraces(profile: Profile, { type, unit, total, traces }: Traces): string {
  const label = (value: bigint | number): string => scaledLabel(Number(value), unit, "minimum");
  const lines = [...profileLines(profile, { type, unit, total }, label)];
  for (const { frames, value, labels } of traces) {
    if (frames.length === 0) continue;
    lines.push(SEPARATOR, ...labelLines(labels));
    for (const [i, { name, inlined }] of frames.entries()) {
      lines.push(`${(i === 0 ? label(value) : "").padStart(10)}   ${name}${inlined ? " (inline)" : ""}`);
    }
  }
  lines.push(SEPARATOR);
  return `${lines.join("\n")}\n`;
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
