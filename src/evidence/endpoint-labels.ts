import { memo } from "../bytes/index.ts";
import type { KubeObject } from "../kube/index.ts";
import { member, text } from "../kube/index.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";

/** What the endpoint controller puts on the Endpoints of a Service without an address of its own, from 1.17 on. */
export const HEADLESS_LABEL = "service.kubernetes.io/headless";

/** The Endpoints of the cluster beside their Services. */
export interface EndpointLabels {
  /** Different Endpoints that were listed, in whatever form. */
  readonly listed: number;
  /** Those of them whose Service was listed too, both with their labels. */
  readonly compared: number;
  /** Those of them with {@link HEADLESS_LABEL} whose Service lacks it. */
  readonly differ: readonly KubeObject[];
}

/** Compares labels of Endpoints with those of their Services. */
export const endpointLabels = memo((cluster: ClusterEvidence): EndpointLabels => {
  const services = new Map<string, KubeObject>();
  const endpoints = new Map<string, KubeObject>();
  for (const object of cluster.listed) {
    const into = object.kind === "Service" ? services : object.kind === "Endpoints" ? endpoints : undefined;
    if (!into || !/^v\d/.test(object.apiVersion)) continue;
    const name = text(object.value, "metadata", "name");
    const namespace = text(object.value, "metadata", "namespace") ?? "";
    const key = `${namespace}/${name}`;
    // What is whole tells more than a row of a table.
    if (name !== undefined && (object.isWhole || !into.has(key))) into.set(key, object);
  }
  let compared = 0;
  const differ: KubeObject[] = [];
  for (const [key, object] of endpoints) {
    const service = services.get(key);
    if (service?.isWhole !== true || !object.isWhole) continue;
    compared++;
    if (isHeadless(object) && !isHeadless(service)) differ.push(object);
  }
  return { listed: endpoints.size, compared, differ };
});

const isHeadless = ({ value }: KubeObject): boolean =>
  member(value, "metadata", "labels", HEADLESS_LABEL) !== undefined;
