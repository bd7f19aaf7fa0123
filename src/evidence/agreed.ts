import type { Artifact } from "../bundle/index.ts";
import type { Cite, Reading } from "./cite.ts";

/** One value of several that should be the same: artifacts that contradict each other leave it unknown. */
export function agreed<T>(
  readings: readonly { value: T; cite: Cite }[],
  keyOf: (value: T) => string,
): Reading<T> {
  const [first] = readings;
  if (!first) return { known: false, why: "absent" };
  if (readings.some(({ value }) => keyOf(value) !== keyOf(first.value)))
    return { known: false, why: "unreadable" };
  return { known: true, ...first };
}

/** A citation of one line. */
export function lineCite(artifact: Artifact, { text, line }: { text: string; line: number }): Cite {
  return { artifact: artifact.path, text, where: { line } };
}
