import { member, text } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";
import { labelsOf } from "./pod.ts";

/** A Service, as far as it says which pods get its traffic. */
export interface Service {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly name: string;
  /** Empty where it selects nothing by itself. */
  readonly selector: ReadonlyMap<string, string>;
  /** `undefined` for a headless one, or one without. */
  readonly clusterIP: string | undefined;
}

/** @returns `undefined` where the object is no Service or has no name */
export function serviceOf(object: KubeObject): Service | undefined {
  if (object.kind !== "Service") return undefined;
  const { name, namespace, value } = object;
  if (name === undefined || namespace === undefined) return undefined;
  const clusterIP = text(value, "spec", "clusterIP");
  return {
    object,
    namespace,
    name,
    selector: labelsOf(member(value, "spec", "selector")),
    clusterIP: clusterIP === "None" || clusterIP === "" ? undefined : clusterIP,
  };
}

/** Whether labels have all that a selector wants; an empty selector selects nothing. */
export function selects(selector: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  return selector.size > 0 && [...selector].every(([key, value]) => labels.get(key) === value);
}
