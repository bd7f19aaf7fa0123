import { groupBy, memo } from "../bytes/index.ts";
import type { Pod, Service } from "../kube/index.ts";
import { selects } from "../kube/index.ts";

/** Labels as `metadata.labels` and selectors have them. */
type Labels = ReadonlyMap<string, string>;

/** What tells one label from another, whatever stands in it. */
const labelOf = ([key, value]: readonly [string, string]): string => `${key.length} ${key}=${value}`;

/**
 * Pods that a selector selects, in their order, without asking every pod: clusters have as many Services as pods within a factor of ten.
 *
 * @param pods all that may be selected; their labels are indexed once
 */
export function selectedBy<P extends Pick<Pod, "labels">>(
  pods: readonly P[],
  selector: Labels,
): readonly P[] {
  const index = byLabel(pods);
  let fewest: readonly unknown[] | undefined;
  for (const label of selector) {
    const having = index.get(labelOf(label)) ?? [];
    if (!fewest || having.length < fewest.length) fewest = having;
  }
  // What is kept of these pods is some of them.
  return ((fewest ?? []) as readonly P[]).filter((pod) => selects(selector, pod.labels));
}

const byLabel = memo((pods: readonly Pick<Pod, "labels">[]) => {
  const index = new Map<string, Pick<Pod, "labels">[]>();
  for (const pod of pods)
    for (const label of pod.labels) {
      const key = labelOf(label);
      const others = index.get(key);
      if (!others) index.set(key, [pod]);
      else others.push(pod);
    }
  return index;
});

/**
 * The Services that select what has some labels, in their order.
 *
 * @param services all that may select it; indexed once
 */
export function selectorsOf(services: readonly Service[], labels: Labels): readonly Service[] {
  const index = byFirst(services);
  const found = new Set([...labels].flatMap((label) => index.get(labelOf(label)) ?? []));
  return [...found]
    .filter(({ service }) => selects(service.selector, labels))
    .sort((a, b) => a.place - b.place)
    .map(({ service }) => service);
}

/** A selector wants all of its labels, so that the first is enough to find it by. */
const byFirst = memo((services: readonly Service[]) =>
  groupBy(
    services.map((service, place) => ({ service, place })),
    ({ service }) => {
      const [first] = service.selector;
      return first && labelOf(first);
    },
  ),
);
