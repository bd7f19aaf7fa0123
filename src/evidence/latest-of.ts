import type { KubeObject } from "../kube/index.ts";
import { text } from "../kube/index.ts";

/**
 * Of what was listed several times, as it was listed last: a greater `resourceVersion` is of a later time, for one object
 * and in etcd. What a person wrote has none, and neither has a table's row, which any object is better than.
 */
export function latestOf<T extends { readonly object: KubeObject; readonly latest?: number | undefined }>(
  all: readonly T[],
  keyOf: (each: T) => string,
): T[] {
  const known = new Map<string, { each: T; version: number }>();
  for (const each of all) {
    const key = keyOf(each);
    const other = known.get(key);
    const version = versionOf(each.object);
    const isLater =
      !other ||
      version > other.version ||
      (version === other.version && (each.latest ?? -1) > (other.each.latest ?? -1));
    if (isLater) known.set(key, { each, version });
  }
  return [...known.values()].map(({ each }) => each);
}

const versionOf = ({ isWhole, value }: KubeObject): number => {
  if (!isWhole) return -2;
  const version = Number(text(value, "metadata", "resourceVersion") ?? -1);
  return Number.isNaN(version) ? -1 : version;
};
