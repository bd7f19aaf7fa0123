import { numberAt, text, time } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";
import { controllerOf } from "./owner.ts";

/** One generation of a Deployment's pods. */
export interface ReplicaSet {
  readonly object: KubeObject;
  /** Empty where a table doesn't show it. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
  readonly created: number | undefined;
  /** How many pods it is to have: `spec.replicas`, and `DESIRED` in a table. An old generation has 0. */
  readonly replicas: number | undefined;
  /** How many it has: `status.replicas`, and `CURRENT` in a table. */
  readonly current: number | undefined;
  readonly ready: number | undefined;
  /**
   * What owns it, a Deployment as a rule: an object says so; by a table it is `undefined`, though a ReplicaSet is called
   * after its Deployment with a hash behind.
   */
  readonly controller: { readonly kind: string; readonly name: string } | undefined;
}

/** @returns `undefined` where the object is no ReplicaSet or has no name */
export function replicaSetOf(object: KubeObject): ReplicaSet | undefined {
  if (object.kind !== "ReplicaSet") return undefined;
  const { value } = object;
  const name = text(value, "metadata", "name");
  const namespace = text(value, "metadata", "namespace");
  if (name === undefined || (namespace === undefined && object.isWhole)) return undefined;
  return {
    object,
    namespace: namespace ?? "",
    name,
    uid: text(value, "metadata", "uid"),
    created: time(value, "metadata", "creationTimestamp"),
    replicas: numberAt(value, "spec", "replicas"),
    current: numberAt(value, "status", "replicas"),
    ready: numberAt(value, "status", "readyReplicas"),
    controller: controllerOf(value),
  };
}
