import type { ClusterEvidence } from "../evidence/index.ts";
import type { Metrics } from "../metrics/index.ts";
import { formatSelector } from "../metrics/index.ts";
import type { Section } from "./change.ts";
import { section } from "./change.ts";
import { saidOf, stated } from "./host-settings.ts";
import type { Counted, Said } from "./keyed.ts";
import { changesOf, growthOf, sizeOf } from "./keyed.ts";

/** What a cluster counts in one matter, as much as there is of it; `undefined` where nothing of it was collected. */
export interface ClusterNumbers {
  readonly title: string;
  readonly of: (cluster: ClusterEvidence) => ReadonlyMap<string, Counted> | undefined;
}

/** Series of one metric that are compared; of a histogram the sum and the count. */
const MOST_SERIES = 20_000;

/** What is compared as numbers of a cluster. */
export const CLUSTER_NUMBERS: readonly ClusterNumbers[] = [
  { title: "objects by kind", of: objectsByKind },
  { title: "requests to the API server, by verb, resource and user agent", of: requests },
  {
    title: "metrics of the control plane",
    of: (cluster) => metricsOf(cluster.models("metrics")),
  },
];

/** Compares what two clusters count, and their versions. */
export function compareClusterNumbers(before: ClusterEvidence, after: ClusterEvidence): Section[] {
  const [was, is] = [versions(before), versions(after)];
  return [
    ...(was && is ? [section("version", sizeOf(was, is), changesOf(was, is))] : []),
    ...CLUSTER_NUMBERS.flatMap(({ title, of }) => {
      const [then, now] = [of(before), of(after)];
      return then && now ? [section(title, sizeOf(then, now), growthOf(then, now))] : [];
    }),
  ];
}

/** The last value of each series. */
export function metricsOf(
  all: readonly { readonly model: Metrics; readonly artifact: { readonly path: string } }[],
): ReadonlyMap<string, Counted> | undefined {
  if (all.length === 0) return undefined;
  const found = new Map<string, Counted>();
  for (const { model, artifact } of all) {
    for (const name of model.names) {
      if (name.endsWith("_bucket")) continue;
      for (const series of model.named(name)) {
        const [n, line] = [series.values.at(-1), series.lines.at(-1)];
        if (n === undefined || !Number.isFinite(n) || n < 0 || found.size >= MOST_SERIES) continue;
        const what = formatSelector(name, [...series.labels]);
        found.set(what, {
          n,
          cite: {
            artifact: artifact.path,
            text: `${what} ${n}`,
            ...(line !== undefined && { where: { line } }),
          },
        });
      }
    }
  }
  return found;
}

/** Tables list objects too. */
function objectsByKind(cluster: ClusterEvidence): ReadonlyMap<string, Counted> | undefined {
  if (cluster.listed.length === 0) return undefined;
  const names = new Map<string, Set<string>>();
  for (const { kind, namespace = "", name = "" } of cluster.listed) {
    const known = names.get(kind) ?? new Set<string>();
    names.set(kind, known.add(`${namespace}/${name}`));
  }
  return new Map([...names].map(([kind, all]) => [kind, { n: all.size }] as const));
}

function requests(cluster: ClusterEvidence): ReadonlyMap<string, Counted> | undefined {
  const logs = [...cluster.models("audit-log"), ...cluster.models("api-access-log")];
  if (logs.length === 0) return undefined;
  const found = new Map<string, Counted>();
  for (const { model, artifact } of logs) {
    for (const { verb, resource, userAgent, count, firstLine } of model.groups) {
      const what = `${verb} ${resource} by ${userAgent}`;
      const n = (found.get(what)?.n ?? 0) + count;
      found.set(what, {
        n,
        cite: { artifact: artifact.path, text: `${n} requests: ${what}`, where: { line: firstLine } },
      });
    }
  }
  return found;
}

function versions(cluster: ClusterEvidence): ReadonlyMap<string, Said> | undefined {
  const told = cluster.models("kube-version").filter(({ model }) => model.version !== undefined);
  return saidOf(told, ({ model: { version = "", line }, artifact }) => [
    ["API server", stated(version, artifact, line)],
  ]);
}
