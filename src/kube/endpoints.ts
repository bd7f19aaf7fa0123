import type { Json } from "./json.ts";
import { list, member, text } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";

/** Where a Service's traffic goes: Endpoints, or one EndpointSlice of several. */
export interface Endpoints {
  readonly object: KubeObject;
  readonly namespace: string;
  /** The Service's name. */
  readonly service: string;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
}

/** @returns `undefined` where the object is neither, or doesn't say whose it is */
export function endpointsOf(object: KubeObject): Endpoints | undefined {
  const isSlice = object.kind === "EndpointSlice";
  // A table cuts what it shows of the addresses.
  if ((!isSlice && object.kind !== "Endpoints") || !object.isWhole) return undefined;
  const { value } = object;
  const namespace = text(value, "metadata", "namespace") ?? "";
  // Endpoints are called after their Service.
  const service = isSlice
    ? text(value, "metadata", "labels", "kubernetes.io/service-name")
    : text(value, "metadata", "name");
  if (service === undefined) return undefined;
  const ready: string[] = [];
  const notReady: string[] = [];
  if (isSlice) {
    for (const endpoint of list(value, "endpoints")) {
      // Without the condition it is to be taken for ready.
      const to = member(endpoint, "conditions", "ready") === false ? notReady : ready;
      for (const address of list(endpoint, "addresses")) if (typeof address === "string") to.push(address);
    }
  } else {
    for (const subset of list(value, "subsets")) {
      addAddresses(ready, list(subset, "addresses"));
      addAddresses(notReady, list(subset, "notReadyAddresses"));
    }
  }
  return { object, namespace, service, ready, notReady };
}

function addAddresses(to: string[], addresses: readonly Json[]): void {
  for (const each of addresses) {
    const ip = text(each, "ip");
    if (ip !== undefined) to.push(ip);
  }
}
