import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { stackKey } from "./goroutine-text.ts";

/** How many goroutines stood in a stack in the bundle that the case is compared with. */
export interface Before {
  readonly snapshot: Located<GoroutineSet>;
  /** The stack there; `undefined` where nothing stood in it. */
  readonly group: GoroutineGroup | undefined;
  /** Whether it is the same host at another time; a healthy peer if not. */
  readonly sameHost: boolean;
}

/**
 * The same stack in the baseline: in the artifact of the same folder and name, else in the only process that the baseline
 * has goroutines of. Of several snapshots the one with the most, so that growth is never overstated.
 */
export function stackBefore(
  host: HostEvidence,
  snapshots: readonly Located<GoroutineSet>[],
  key: string,
): Before | undefined {
  const { baseline } = host;
  if (!baseline) return undefined;
  const tails = new Set(snapshots.map(({ artifact }) => tail(artifact.path)));
  const named = baseline.goroutines.filter(({ artifact }) => tails.has(tail(artifact.path)));
  const folders = new Set(baseline.goroutines.map(({ artifact }) => folder(artifact.path)));
  const comparable = named.length > 0 ? named : folders.size === 1 ? baseline.goroutines : [];
  const before = comparable.map((snapshot) => ({
    snapshot,
    group: snapshot.model.groups.find((group) => stackKey(group) === key),
    sameHost: host.name !== null && host.name === baseline.name,
  }));
  return before.toSorted((a, b) => (b.group?.count ?? 0) - (a.group?.count ?? 0))[0];
}

const folder = (path: string): string => path.split("/").at(-2) ?? "";

/** Folder and name, without what only says how the artifact is written. */
function tail(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:gz|pb|pprof|txt|out|debug[12])/g, "");
  return `${folder(path)}/${name}`;
}
