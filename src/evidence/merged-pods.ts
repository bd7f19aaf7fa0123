import type { Pod } from "../kube/index.ts";
import { latestOf } from "./latest-of.ts";

/**
 * Pods of several listings, each once: as an object, where one listed it; else as tables and descriptions show it. What they show is
 * less than an object has, and never stands beside it.
 */
export function mergedPods(listed: readonly Pod[]): Pod[] {
  const whole = latestOf(
    listed.filter(({ object }) => object.isWhole),
    (pod) => pod.uid ?? `${pod.namespace}/${pod.name}/${pod.created}`,
  );
  const shown = listed.filter(({ object }) => !object.isWhole);
  if (shown.length === 0) return whole;
  const known = new Set(whole.flatMap(({ namespace, name }) => [`${namespace}/${name}`, `/${name}`]));
  const others = shown.filter(({ namespace, name }) => !known.has(`${namespace}/${name}`));
  return [...whole, ...rowsOf(others)];
}

/** One row a pod; of several the one that shows the most. A pod of a StatefulSet comes back by its name at another address. */
function rowsOf(shown: readonly Pod[]): Pod[] {
  const rows = new Map<string, Pod>();
  const withNamespace = new Set(shown.flatMap(({ namespace, name }) => (namespace === "" ? [] : [name])));
  for (const pod of shown) {
    // The same name in a namespace that one listing tells and another doesn't is taken for the same pod.
    if (pod.namespace === "" && withNamespace.has(pod.name)) continue;
    const key = `${pod.namespace}/${pod.name}`;
    const other = rows.get(key);
    if (!other) rows.set(key, pod);
    else if (pod.addresses.length > 0 && other.addresses.length === 0) rows.set(key, pod);
    else if (pod.addresses.length > 0 && pod.addresses[0] !== other.addresses[0])
      rows.set(`${key} ${pod.addresses[0] ?? ""}`, pod);
  }
  return onHostNetwork([...rows.values()]);
}

/** A table doesn't say which pods share their node's network; several of one node with one address do. */
function onHostNetwork(rows: readonly Pod[]): Pod[] {
  const count = new Map<string, number>();
  const keyOf = ({ node, addresses }: Pod): string => `${node ?? ""} ${addresses[0] ?? ""}`;
  for (const pod of rows) count.set(keyOf(pod), (count.get(keyOf(pod)) ?? 0) + 1);
  return rows.map((pod) => {
    const isShared = pod.addresses.length > 0 && (count.get(keyOf(pod)) ?? 0) > 1;
    const isHosts = pod.hostIP !== undefined && pod.addresses.includes(pod.hostIP);
    return isShared || isHosts ? { ...pod, hostNetwork: true } : pod;
  });
}
