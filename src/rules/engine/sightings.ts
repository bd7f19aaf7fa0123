import type { HostEvidence } from "../../evidence/index.ts";
import type { Sighting, Symptom } from "./rule.ts";

const known = new WeakMap<HostEvidence, Map<unknown, readonly unknown[]>>();

/** What a symptom shows on a host: looked for once, whoever asks. */
export function sightingsOf<Data>(symptom: Symptom<Data>, host: HostEvidence): readonly Sighting<Data>[] {
  let ofHost = known.get(host);
  if (!ofHost) known.set(host, (ofHost = new Map()));
  const found = ofHost.get(symptom);
  if (found) return found as readonly Sighting<Data>[];
  const sightings = [...symptom.detect(host)];
  ofHost.set(symptom, sightings);
  return sightings;
}
