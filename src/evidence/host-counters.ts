import type { Artifact } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import type { Fact } from "../node/index.ts";
import type { Reading } from "./cite.ts";
import type { Growth, Snapshot, Unplaced } from "./counters.ts";
import { growthBetween, growthIn, latestOf } from "./counters.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { takesOf } from "./takes.ts";

/** Kinds of files of `/proc` that count since the machine was started, beside those of the network stack. */
export type ProcCounterKind = "pressure" | "softnet-stat" | "vmstat";

/** What of `/proc/vmstat` goes up and down: pages that are there now, and thresholds. */
export const VMSTAT_GAUGE = /^nr_(?!.*(?:written|dirtied|isolated_total)).*|_threshold$|^workingset_nodes$/;

/**
 * A counter of a host: of `vmstat` by its name; of `softnet-stat` `processed`, `dropped` or `squeezed` of all processors; of `pressure` a resource and
 * `some` or `full`, such as `io some`, in microseconds that tasks waited. Of several takes the latest.
 */
export function hostCounter(host: HostEvidence, kind: ProcCounterKind, name: string): Reading<number> {
  return latestOf(snapshotsOf(host).get(kind) ?? [], name);
}

/** By how much {@link hostCounter} grew from one take to another, of this bundle or of the host's own baseline; with the seconds where they are known. */
export function hostCounterGrowth(host: HostEvidence, kind: ProcCounterKind, name: string): Growth {
  return grownIn(host, (of) => snapshotsOf(of).get(kind) ?? [], name);
}

/** By how much a counter grew among a host's own snapshots, else since those of its own baseline; a peer's are another machine's. */
export function grownIn(
  host: HostEvidence,
  snapshots: (host: HostEvidence) => readonly Snapshot[],
  name: string,
): Growth {
  const growth = growthIn(snapshots(host), name);
  const { baseline } = host;
  // So may those of a host without a name be.
  if (growth.known || baseline === undefined || host.name === null || baseline.name !== host.name)
    return growth;
  return growthBetween(snapshots(baseline), snapshots(host), name);
}

const snapshotsOf = memo((host: HostEvidence): ReadonlyMap<ProcCounterKind, readonly Snapshot[]> => {
  const places = takesOf(host);
  const placed = (
    artifact: Artifact,
    of: string,
    counters: ReadonlyMap<string, Fact<number>>,
  ): Snapshot[] => {
    const place = places.get(artifact);
    const unplaced: Unplaced = { artifact, counters, of, zero: () => undefined };
    return place ? [{ ...unplaced, ...place }] : [];
  };
  return new Map<ProcCounterKind, readonly Snapshot[]>([
    [
      "vmstat",
      host
        .models("vmstat")
        .flatMap(({ model, artifact }) =>
          placed(artifact, "", new Map([...model.values].filter(([name]) => !VMSTAT_GAUGE.test(name)))),
        ),
    ],
    [
      "softnet-stat",
      host.models("softnet-stat").flatMap(({ model: { cpus }, artifact }) => {
        const sum = (of: "processed" | "dropped" | "squeezed"): [string, Fact<number>] => {
          const value = cpus.reduce((all, each) => all + each[of], 0);
          const [most] = [...cpus].sort((a, b) => b[of] - a[of]);
          const text = `${of} ${value} on ${cpus.length} CPUs`;
          return [of, { value, text, line: most?.line ?? 1 }];
        };
        return placed(
          artifact,
          `${cpus.length} CPUs`,
          new Map([sum("processed"), sum("dropped"), sum("squeezed")]),
        );
      }),
    ],
    [
      "pressure",
      host
        .models("pressure")
        // Those of control groups are of these.
        .filter(({ artifact }) => !artifact.path.includes("cgroup"))
        .flatMap(({ model: { resource, shares }, artifact }) =>
          resource === undefined
            ? []
            : placed(
                artifact,
                resource,
                new Map(
                  shares.map(
                    ({ of, total, text, line }) =>
                      [`${resource} ${of}`, { value: total, text, line }] as const,
                  ),
                ),
              ),
        ),
    ],
  ]);
});
