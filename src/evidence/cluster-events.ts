import { memo } from "../bytes/index.ts";
import type { KubeEvent, Pod } from "../kube/index.ts";
import { eventOf } from "../kube/index.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";
import { latestOf } from "./latest-of.ts";
import { listedOf } from "./listed-of.ts";

/** The events that were listed, as often as they were. */
export const listedEvents: (cluster: ClusterEvidence) => readonly KubeEvent[] = memo((cluster) =>
  listedOf(cluster, "Event").flatMap((object) => eventOf(object) ?? []),
);

/**
 * The events that were listed, each once, whatever listed it: as an object where one did, else as a table or a description shows it. The API
 * server forgets an event after an hour as a rule, so that the absence of one says nothing.
 */
export const clusterEvents: (cluster: ClusterEvidence) => readonly KubeEvent[] = memo((cluster) => {
  const all = listedEvents(cluster);
  const whole = latestOf(
    all.filter(({ object }) => object.isWhole),
    (event) => event.uid ?? `${keyOf(event)} ${event.first}`,
  );
  if (all.every(({ object }) => object.isWhole)) return whole;
  const known = new Set(whole.flatMap((event) => [keyOf(event), keyOf(event, "")]));
  const rows = new Map<string, KubeEvent>();
  for (const event of all) {
    if (event.object.isWhole || known.has(keyOf(event))) continue;
    // Descriptions and tables show the same event: the one that tells how often is the better.
    const key = keyOf(event, "");
    const other = rows.get(key);
    if (!other || weightOf(event) > weightOf(other)) rows.set(key, event);
  }
  return [...whole, ...rows.values()];
});

function keyOf({ about, reason, message }: KubeEvent, namespace = about.namespace ?? ""): string {
  return JSON.stringify([namespace, about.kind, about.name, reason, message]);
}

const weightOf = ({ count, lasted, about }: KubeEvent): number =>
  (count ?? 0) + (lasted ?? 0) + (about.namespace === undefined ? 0 : 0.5);

/** What an event may be about. */
type Named = Pick<Pod, "name" | "namespace" | "uid">;

/** The events about a pod: of one that had its name before or after, where that is known, none. */
export function eventsAbout(cluster: ClusterEvidence, { name, namespace, uid }: Named): readonly KubeEvent[] {
  return (byName(cluster).get(name) ?? []).filter(
    ({ about }) =>
      (about.kind === undefined || about.kind === "Pod") &&
      (about.uid === undefined || uid === undefined || about.uid === uid) &&
      (about.namespace === undefined || namespace === "" || about.namespace === namespace),
  );
}

const byName: (cluster: ClusterEvidence) => ReadonlyMap<string, readonly KubeEvent[]> = memo((cluster) => {
  const known = new Map<string, KubeEvent[]>();
  for (const event of clusterEvents(cluster)) {
    const { name } = event.about;
    if (name === undefined) continue;
    const others = known.get(name);
    if (others) others.push(event);
    else known.set(name, [event]);
  }
  return known;
});
