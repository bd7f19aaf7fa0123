/** What a table lists, by its headings. */
export interface TableKind {
  readonly kind: string;
  readonly apiVersion: string;
  /** The headings that it begins with, behind `NAMESPACE`: as kubectl prints them now, or as it did. */
  readonly headings: readonly (readonly string[])[];
}

const kind = (apiVersion: string, name: string, ...headings: readonly string[]): TableKind => ({
  apiVersion,
  kind: name,
  headings: headings.map((line) => line.split("|")),
});

/**
 * Tables by the printers of `pkg/printers/internalversion` of Kubernetes 1.6 to 1.33; the VPA's by its definition's
 * `additionalPrinterColumns`. The longer stand before what they begin with.
 */
export const TABLE_KINDS: readonly TableKind[] = [
  kind("v1", "Pod", "NAME|READY|STATUS|RESTARTS|AGE"),
  kind(
    "apps/v1",
    "DaemonSet",
    "NAME|DESIRED|CURRENT|READY|UP-TO-DATE|AVAILABLE|NODE SELECTOR|AGE",
    "NAME|DESIRED|CURRENT|READY|UP-TO-DATE|AVAILABLE|NODE-SELECTOR|AGE",
  ),
  kind(
    "apps/v1",
    "Deployment",
    "NAME|READY|UP-TO-DATE|AVAILABLE|AGE",
    "NAME|DESIRED|CURRENT|UP-TO-DATE|AVAILABLE|AGE",
  ),
  kind("apps/v1", "ReplicaSet", "NAME|DESIRED|CURRENT|READY|AGE"),
  kind("apps/v1", "StatefulSet", "NAME|READY|AGE", "NAME|DESIRED|CURRENT|AGE"),
  kind(
    "batch/v1",
    "Job",
    "NAME|COMPLETIONS|DURATION|AGE",
    "NAME|STATUS|COMPLETIONS|DURATION|AGE",
    "NAME|DESIRED|SUCCESSFUL|AGE",
  ),
  kind("v1", "Service", "NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE"),
  kind("v1", "Endpoints", "NAME|ENDPOINTS|AGE"),
  kind("discovery.k8s.io/v1", "EndpointSlice", "NAME|ADDRESSTYPE|PORTS|ENDPOINTS|AGE"),
  kind("v1", "Node", "NAME|STATUS|ROLES|AGE|VERSION", "NAME|STATUS|AGE|VERSION"),
  kind("v1", "Namespace", "NAME|STATUS|AGE"),
  kind(
    "v1",
    "Event",
    "LAST SEEN|TYPE|REASON|OBJECT",
    "LAST SEEN|TYPE|REASON|KIND",
    "LAST SEEN|FIRST SEEN|COUNT|NAME|KIND|SUBOBJECT|TYPE|REASON|SOURCE|MESSAGE",
    "LASTSEEN|FIRSTSEEN|COUNT|NAME|KIND|SUBOBJECT|TYPE|REASON|SOURCE|MESSAGE",
  ),
  kind("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "NAME|MODE|CPU|MEM|PROVIDED|AGE"),
  kind("autoscaling/v2", "HorizontalPodAutoscaler", "NAME|REFERENCE|TARGETS|MINPODS|MAXPODS|REPLICAS|AGE"),
  kind("v1", "PersistentVolume", "NAME|CAPACITY|ACCESS MODES|RECLAIM POLICY|STATUS|CLAIM|STORAGECLASS"),
  kind("v1", "PersistentVolumeClaim", "NAME|STATUS|VOLUME|CAPACITY|ACCESS MODES|STORAGECLASS"),
  kind("storage.k8s.io/v1", "VolumeAttachment", "NAME|ATTACHER|PV|NODE|ATTACHED|AGE"),
  kind("policy/v1", "PodDisruptionBudget", "NAME|MIN AVAILABLE|MAX UNAVAILABLE|ALLOWED DISRUPTIONS|AGE"),
];

/** What kubectl writes in front of a name where it lists several kinds, such as `pod/` or `deployment.apps/`, and whose it is. */
export const PREFIXES: ReadonlyMap<string, string> = new Map([
  ...TABLE_KINDS.map((each) => [each.kind.toLowerCase(), each.kind] as const),
  ["replicationcontroller", "ReplicationController"],
]);

/**
 * The kind that headings tell, in a namespace or across all, and how many of them do: no row has fewer cells.
 *
 * @returns `undefined` for what is none of these
 */
export function tableKindOf(
  headings: readonly string[],
): { readonly table: TableKind; readonly least: number } | undefined {
  const before = headings[0] === "NAMESPACE" ? 1 : 0;
  for (const table of TABLE_KINDS) {
    const found = table.headings.find((wanted) =>
      wanted.every((heading, i) => headings[i + before] === heading),
    );
    if (found) return { table, least: found.length + before };
  }
  return undefined;
}
