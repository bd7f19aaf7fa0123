import { memo } from "../bytes/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite } from "./cite.ts";
import type { Growth, Snapshot } from "./counters.ts";
import { growthIn } from "./counters.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { takesOf } from "./takes.ts";

/** One counter of one interface's driver. */
export interface InterfaceCounter {
  /** The interface; empty where nothing tells. */
  readonly interface: string;
  readonly name: string;
  /** Since the driver was loaded: the most that any snapshot has. */
  readonly total: number;
  readonly cite: Cite;
  /** From one snapshot to another, of this bundle. */
  readonly growth: Growth;
}

const snapshots: (host: HostEvidence) => ReadonlyMap<string, readonly Snapshot[]> = memo((host) => {
  const byInterface = new Map<string, Snapshot[]>();
  for (const { model, artifact } of host.models("ethtool-S")) {
    for (const { name = "", counters } of model.interfaces) {
      const known = byInterface.get(name) ?? [];
      const placed = takesOf(host).get(artifact);
      if (placed) known.push({ artifact, counters, of: name, zero: () => undefined, ...placed });
      byInterface.set(name, known);
    }
  }
  return byInterface;
});

/** The counters of a host's interfaces whose names match, those that are 0 left out. */
export function interfaceCounters(host: HostEvidence, pattern: RegExp): readonly InterfaceCounter[] {
  return [...snapshots(host)].flatMap(([name, of]) => {
    const names = new Set(
      of.flatMap(({ counters }) => [...counters.keys()]).filter((each) => pattern.test(each)),
    );
    return [...names].flatMap((counter): InterfaceCounter[] => {
      const facts = of.flatMap(({ counters, artifact }) => {
        const fact = counters.get(counter);
        return fact && fact.value > 0 ? [{ fact, artifact }] : [];
      });
      const [most] = facts.sort((a, b) => b.fact.value - a.fact.value);
      if (!most) return [];
      const cite = lineCite(most.artifact, most.fact);
      return [
        { interface: name, name: counter, total: most.fact.value, cite, growth: growthIn(of, counter) },
      ];
    });
  });
}
