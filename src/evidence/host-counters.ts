import type { Growth, Snapshot } from "./counters.ts";
import { growthBetween, growthIn } from "./counters.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** What of `/proc/vmstat` goes up and down: pages that are there now, and thresholds. */
export const VMSTAT_GAUGE = /^nr_(?!.*(?:written|dirtied|isolated_total)).*|_threshold$|^workingset_nodes$/;

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
