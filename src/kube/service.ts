import { list, member, text } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";
import { labelsOf } from "./pod.ts";

/** A Service, as far as it says which pods get its traffic. */
export interface Service {
  readonly object: KubeObject;
  /** Empty in a manifest that leaves it to whoever applies it. */
  readonly namespace: string;
  readonly name: string;
  /** Empty where it selects nothing by itself. */
  readonly selector: ReadonlyMap<string, string>;
  /** `undefined` for a headless one, or one without. */
  readonly clusterIP: string | undefined;
  /** Of all families, {@link clusterIP} first; none of a headless one. */
  readonly clusterIPs: readonly string[];
  /** Addresses of its load balancer, as `status.loadBalancer.ingress` has them; kube-proxy leaves those of `ipMode: Proxy` alone. */
  readonly loadBalancers: readonly { readonly ip: string; readonly ipMode: string | undefined }[];
  /** `Cluster` or `Local`; only of a Service that is reached from outside. */
  readonly externalTrafficPolicy: string | undefined;
  /** `ClientIP` where one client's connections go to one pod; the API server's default is `None`. */
  readonly sessionAffinity: string | undefined;
}

/** @returns `undefined` where the object is no Service or has no name */
export function serviceOf(object: KubeObject): Service | undefined {
  if (object.kind !== "Service" || !/^v\d/.test(object.apiVersion)) return undefined;
  // A table shows the selector only where it is wide: without one it would be another kind of Service.
  if (!object.isWhole) return undefined;
  const { value } = object;
  const name = text(value, "metadata", "name");
  if (name === undefined) return undefined;
  const all = [text(value, "spec", "clusterIP"), ...list(value, "spec", "clusterIPs")];
  const clusterIPs = new Set(
    all.filter((ip): ip is string => typeof ip === "string" && ip !== "None" && ip !== ""),
  );
  return {
    object,
    namespace: text(value, "metadata", "namespace") ?? "",
    name,
    selector: labelsOf(member(value, "spec", "selector")),
    clusterIP: [...clusterIPs][0],
    clusterIPs: [...clusterIPs],
    loadBalancers: list(value, "status", "loadBalancer", "ingress").flatMap((each) => {
      const ip = text(each, "ip");
      return ip === undefined ? [] : [{ ip, ipMode: text(each, "ipMode") }];
    }),
    externalTrafficPolicy: text(value, "spec", "externalTrafficPolicy"),
    sessionAffinity: text(value, "spec", "sessionAffinity"),
  };
}

/** Whether labels have all that a selector wants; an empty selector selects nothing. */
export function selects(selector: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of selector) if (labels.get(key) !== value) return false;
  return selector.size > 0;
}
