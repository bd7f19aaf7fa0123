import { labelsOf } from "./label-sets.ts";
import type { Profile } from "./profile.ts";

/** Units that pprof takes for granted where a profile gives none (`Profile.NumLabelUnits`). */
const IMPLIED: Readonly<Record<string, string>> = { alignment: "bytes", request: "bytes" };

/** The unit of each key's numbers: the first that any sample gives, else bytes for sizes, else the key itself. */
export function labelUnits(profile: Profile): (key: string) => string {
  const units = new Map<string, string>();
  for (let sample = 0; sample < profile.sampleCount; sample++) {
    for (const { key, str, numUnit } of labelsOf(profile.labels, sample)) {
      const name = profile.string(key);
      if (str === 0 && numUnit !== 0 && !units.has(name)) units.set(name, profile.string(numUnit));
    }
  }
  return (key) => units.get(key) ?? IMPLIED[key] ?? key;
}
