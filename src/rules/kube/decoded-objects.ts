import type { HeapSite } from "../../pprof/index.ts";
import type { HeldHeap } from "../go/heap-history.ts";

/**
 * Code that makes or copies objects of the API: generated decoders, deep copies, conversions between versions. The type that it is
 * generated for is the object's kind.
 */
const OF_API =
  /(?:^|\/)k8s\.io\/(?:api|kubernetes\/(?:staging\/src\/k8s\.io\/api|pkg\/(?:apis|api))|kube-aggregator\/pkg\/apis|apiextensions-apiserver\/pkg\/apis)\/[\w./-]+\.(?:\(\*(\w+?)(?:List)?\)\.(?:Unmarshal\w*|DeepCopy\w*|CodecDecodeSelf|codecDecodeSelf\w*)|(?:autoC|C)onvert_\w+?_(\w+?)(?:List)?_To_)/;
/** Kinds that are kept by themselves. Other types are parts: what holds them was not told. */
const KINDS = new Set(
  (
    "ConfigMap Endpoints Event Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service " +
    "ServiceAccount ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet HorizontalPodAutoscaler CronJob Job CertificateSigningRequest Lease " +
    "EndpointSlice Ingress NetworkPolicy PodDisruptionBudget ClusterRole ClusterRoleBinding Role RoleBinding CSINode StorageClass VolumeAttachment " +
    "CustomResourceDefinition APIService ValidatingWebhookConfiguration MutatingWebhookConfiguration"
  ).split(" "),
);

/** The kind of object that a site decodes or copies, such as `ReplicaSet`; `undefined` for any other. */
export function kindAt({ owner }: Pick<HeapSite, "owner">): string | undefined {
  const [, method, conversion] = OF_API.exec(owner) ?? [];
  const kind = method ?? conversion;
  return kind !== undefined && KINDS.has(kind) ? kind : undefined;
}

/** What decoded objects of one kind hold of a heap. */
export interface HeldByKind {
  readonly kind: string;
  readonly bytes: number;
  readonly objects: number;
}

/** The kind of object at the site that dominates a heap, with what all such sites hold. */
export function dominatingKind({ site, now }: HeldHeap): HeldByKind | undefined {
  const kind = kindAt(site);
  if (kind === undefined) return undefined;
  const sites = now.sites.filter((each) => kindAt(each) === kind);
  const sum = (of: (each: HeapSite) => number): number => sites.reduce((total, each) => total + of(each), 0);
  return { kind, bytes: sum(({ bytes }) => bytes), objects: sum(({ objects }) => objects) };
}
