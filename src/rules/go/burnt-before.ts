import type { Located } from "../../bundle/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { Profile } from "../../pprof/index.ts";
import { binaryName, top } from "../../pprof/index.ts";
import { percent } from "../words.ts";

/**
 * What a function burnt in the baseline, where that has a CPU profile of the same program: of several profiles, in the one
 * where it burnt most.
 */
export function burntBefore(host: HostEvidence, profile: Located<Profile>, name: string): Cite | undefined {
  const { baseline } = host;
  if (!baseline) return undefined;
  const where = host.name !== null && host.name === baseline.name ? "the same host" : "a peer";
  const before = baseline.profiles.flatMap(({ model, artifact }) => {
    const seconds = Number(model.durationNanos) / 1e9;
    const view = isOneBinary(model, profile.model)
      ? top(model, { sampleIndex: "cpu", nodeFraction: 0 })
      : undefined;
    if (!view || seconds <= 0) return [];
    const burnt = Number(view.rows.find((row) => row.name === name)?.cum ?? 0n) / 1e9 / seconds;
    const all = Number(view.total) / 1e9 / seconds;
    const share = percent(burnt, all || 1);
    const text = `in the baseline, ${where}, it burnt ${burnt.toFixed(1)} of ${all.toFixed(1)} cores (${share})`;
    return [{ burnt, cite: { artifact: artifact.path, text } }];
  });
  return before.toSorted((a, b) => b.burnt - a.burnt)[0]?.cite;
}

/** Whether both profiles name the same binary; one that names none is of no program that is known. */
function isOneBinary(a: Profile, b: Profile): boolean {
  const [one, other] = [binaryName(a), binaryName(b)];
  return one !== "" && one === other;
}
