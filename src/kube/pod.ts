import type { Json } from "./json.ts";
import { list, member, text, time } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";

/** A pod, as far as traffic to it is concerned. Times are seconds since 1970, by the API server's or the kubelet's clock. */
export interface Pod {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly name: string;
  /** Its addresses; those of its node where {@link hostNetwork} says so. */
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
  readonly node: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly created: number | undefined;
  /** When it is to be gone at the latest; set once somebody deletes it. The API server adds the grace period to the time of the request. */
  readonly deletionTimestamp: number | undefined;
  readonly deletionGracePeriodSeconds: number | undefined;
  readonly phase: string | undefined;
  /** What owns it, such as a ReplicaSet. */
  readonly controller: { readonly kind: string; readonly name: string } | undefined;
  /** When its containers last started. */
  readonly started: readonly number[];
  /** When it became ready, if it is. */
  readonly readySince: number | undefined;
}

/** @returns `undefined` where the object is no pod, or was cut or hidden so far that it has no name */
export function podOf(object: KubeObject): Pod | undefined {
  if (object.kind !== "Pod") return undefined;
  const { value, name, namespace } = object;
  if (name === undefined || namespace === undefined) return undefined;
  const ready = list(value, "status", "conditions").find((each) => text(each, "type") === "Ready");
  const owner = list(value, "metadata", "ownerReferences").find(
    (each) => member(each, "controller") === true,
  );
  const grace = member(value, "metadata", "deletionGracePeriodSeconds");
  return {
    object,
    namespace,
    name,
    addresses: addressesOf(value),
    hostNetwork: member(value, "spec", "hostNetwork") === true,
    node: text(value, "spec", "nodeName"),
    labels: labelsOf(member(value, "metadata", "labels")),
    created: time(value, "metadata", "creationTimestamp"),
    deletionTimestamp: time(value, "metadata", "deletionTimestamp"),
    deletionGracePeriodSeconds: typeof grace === "number" ? grace : undefined,
    phase: text(value, "status", "phase"),
    controller:
      owner === undefined ? undefined : { kind: text(owner, "kind") ?? "", name: text(owner, "name") ?? "" },
    started: list(value, "status", "containerStatuses").flatMap((status) => {
      const at = time(status, "state", "running", "startedAt");
      return at === undefined ? [] : [at];
    }),
    readySince: text(ready, "status") === "True" ? time(ready, "lastTransitionTime") : undefined,
  };
}

function addressesOf(value: Json | undefined): string[] {
  const one = text(value, "status", "podIP");
  const all = list(value, "status", "podIPs").flatMap((each) => text(each, "ip") ?? []);
  return [...new Set([...(one === undefined ? [] : [one]), ...all])];
}

/** A map of texts, such as labels. */
export function labelsOf(value: Json | undefined): ReadonlyMap<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).flatMap(([key, of]) => (typeof of === "string" ? [[key, of]] : [])));
}
