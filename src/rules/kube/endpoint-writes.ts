import type { Located } from "../../bundle/index.ts";
import { memo } from "../../bytes/index.ts";
import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import { sampleCite, timelines } from "../../evidence/index.ts";
import type { ApiRequests, RequestGroup } from "../../kube/index.ts";
import type { Episode } from "./episodes.ts";
import { episodesOfMinutes } from "./episodes.ts";

/** Endpoints that one program has written, by one log. */
export interface EndpointWrites {
  readonly log: Located<ApiRequests>;
  readonly group: RequestGroup;
  /** Runs of minutes in which it wrote; one without times where the log has none. */
  readonly runs: readonly Episode[];
}

/** Minutes without a write that are still of one run. */
const GAP = 2;

/** Who wrote Endpoints; the one that wrote the most of them first. */
export const endpointWrites = memo((cluster: ClusterEvidence): readonly EndpointWrites[] =>
  [...cluster.models("audit-log"), ...cluster.models("api-access-log")]
    .flatMap((log) =>
      log.model.groups
        .filter(({ verb, resource }) => verb === "update" && resource === "endpoints")
        .map((group) => ({ log, group, runs: runsOf(group) })),
    )
    .sort((a, b) => b.group.objects - a.group.objects),
);

function runsOf({ minutes, count }: RequestGroup): Episode[] {
  if (minutes.size === 0) return [{ start: Number.NaN, end: Number.NaN, amount: count }];
  return episodesOfMinutes(minutes, GAP);
}

/** How many Endpoints the cluster has: by the API server's metrics, else by a listing of several namespaces, else as many as there are Services. */
export function endpointCount(
  cluster: ClusterEvidence,
): { readonly count: number; readonly cite: Cite } | undefined {
  for (const metric of ["apiserver_storage_objects", "etcd_object_counts"]) {
    const counted = timelines(cluster, "metrics", metric).find(
      ({ labels }) => labels.get("resource") === "endpoints",
    );
    const last = counted?.samples.at(-1);
    if (last && last.value > 1)
      return { count: last.value, cite: sampleCite(last, `the API server keeps ${last.value} Endpoints`) };
  }
  return listedCount(cluster, "Endpoints") ?? listedCount(cluster, "Service");
}

/** What a listing counts; one of a single namespace doesn't tell how many there are. */
function listedCount(
  cluster: ClusterEvidence,
  kind: "Endpoints" | "Service",
): { readonly count: number; readonly cite: Cite } | undefined {
  const all = cluster.listed.filter((each) => each.kind === kind && /^v\d/.test(each.apiVersion));
  const [first] = all;
  if (!first || new Set(all.map(({ namespace }) => namespace)).size < 2) return undefined;
  const names = new Set(all.map(({ namespace = "", name = "" }) => `${namespace}/${name}`));
  const what = kind === "Service" ? "Services" : kind;
  return { count: names.size, cite: cluster.cite(first, `${names.size} ${what} are listed`) };
}

/** A citation of a program's writes. */
export const writesCite = ({ log, group }: EndpointWrites, text: string): Cite => ({
  artifact: log.artifact.path,
  text,
  where: { lines: [group.firstLine, group.lastLine] },
});
