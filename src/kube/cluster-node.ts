import type { Condition } from "./condition.ts";
import { conditionsOf } from "./condition.ts";
import type { Json } from "./json.ts";
import { list, member, text, time } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";
import { labelsOf } from "./pod.ts";
import { quantity } from "./container-status.ts";

/** A Node of the API. What its form doesn't show is `undefined` or empty. */
export interface ClusterNode {
  readonly object: KubeObject;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly created: number | undefined;
  /** By type, such as `InternalIP`. */
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  readonly conditions: readonly Condition[];
  /** Whether it is ready; `undefined` where that isn't said. `Unknown` is not ready: its kubelet is silent. */
  readonly isReady: boolean | undefined;
  /** Whether it was cordoned. */
  readonly isUnschedulable: boolean | undefined;
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
  /** What pods may have of it: cores of `cpu`, bytes of `memory` and `ephemeral-storage`, a number of `pods`. */
  readonly allocatable: ReadonlyMap<string, number>;
  /** Such as `5.4.0-1045-aws`. */
  readonly kernelVersion: string | undefined;
  /** Such as `v1.18.9-eks-d1db3c`. */
  readonly kubeletVersion: string | undefined;
  /** Such as `docker://19.3.6`. */
  readonly containerRuntimeVersion: string | undefined;
  readonly osImage: string | undefined;
}

/** @returns `undefined` where the object is no Node or has no name */
export function clusterNodeOf(object: KubeObject): ClusterNode | undefined {
  if (object.kind !== "Node" || !/^v\d/.test(object.apiVersion)) return undefined;
  const { value } = object;
  const name = text(value, "metadata", "name");
  if (name === undefined) return undefined;
  const conditions = conditionsOf(value);
  const ready = conditions.find(({ type }) => type === "Ready")?.status;
  const unschedulable = member(value, "spec", "unschedulable");
  return {
    object,
    name,
    labels: labelsOf(member(value, "metadata", "labels")),
    created: time(value, "metadata", "creationTimestamp"),
    addresses: list(value, "status", "addresses").flatMap((each) => {
      const [type, address] = [text(each, "type"), text(each, "address")];
      return type === undefined || address === undefined ? [] : [{ type, address }];
    }),
    conditions,
    isReady: ready === undefined ? undefined : ready === "True",
    isUnschedulable: typeof unschedulable === "boolean" ? unschedulable : object.isWhole ? false : undefined,
    taints: list(value, "spec", "taints").map((each) => ({
      key: text(each, "key") ?? "",
      effect: text(each, "effect") ?? "",
    })),
    allocatable: quantitiesOf(member(value, "status", "allocatable")),
    kernelVersion: text(value, "status", "nodeInfo", "kernelVersion"),
    kubeletVersion: text(value, "status", "nodeInfo", "kubeletVersion"),
    containerRuntimeVersion: text(value, "status", "nodeInfo", "containerRuntimeVersion"),
    osImage: text(value, "status", "nodeInfo", "osImage"),
  };
}

/** A map of quantities, such as `resources.requests`, which people write as numbers, too; what can't be read is left out. */
export function quantitiesOf(value: Json | undefined): ReadonlyMap<string, number> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, written]) => {
      const amount = quantity(written);
      return amount === undefined || !Number.isFinite(amount) ? [] : [[key, amount] as const];
    }),
  );
}
