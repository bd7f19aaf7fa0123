import { list, member, numberAt, text } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";

/** One endpoint of a slice. */
export interface SliceEndpoint {
  readonly addresses: readonly string[];
  /** Without the condition it is to be taken for ready. */
  readonly isReady: boolean;
  /** `nodeName`, which was the label `kubernetes.io/hostname` of `topology` in v1beta1. */
  readonly node: string | undefined;
  readonly zone: string | undefined;
  /** The zones that it is meant for, where the controller gave hints. */
  readonly hintedZones: readonly string[];
}

/** An EndpointSlice, endpoint by endpoint; {@link endpointsOf} sums it up. */
export interface EndpointSlice {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly name: string;
  /** The Service's name. */
  readonly service: string;
  readonly ports: readonly { readonly name: string; readonly port: number | undefined }[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** @returns `undefined` where the object is no EndpointSlice, or doesn't say whose it is */
export function endpointSliceOf(object: KubeObject): EndpointSlice | undefined {
  // A table cuts what it shows of the addresses.
  if (object.kind !== "EndpointSlice" || !object.isWhole) return undefined;
  const { value } = object;
  const name = text(value, "metadata", "name");
  const service = text(value, "metadata", "labels", "kubernetes.io/service-name");
  if (name === undefined || service === undefined) return undefined;
  return {
    object,
    namespace: text(value, "metadata", "namespace") ?? "",
    name,
    service,
    ports: list(value, "ports").map((each) => ({
      name: text(each, "name") ?? "",
      port: numberAt(each, "port"),
    })),
    endpoints: list(value, "endpoints").map((each) => ({
      addresses: list(each, "addresses").filter((one) => typeof one === "string"),
      isReady: member(each, "conditions", "ready") !== false,
      node: text(each, "nodeName") ?? text(each, "topology", "kubernetes.io/hostname"),
      zone: text(each, "zone") ?? text(each, "topology", "topology.kubernetes.io/zone"),
      hintedZones: list(each, "hints", "forZones").flatMap((zone) => text(zone, "name") ?? []),
    })),
  };
}
