import { memo } from "../bytes/index.ts";
import type { KubeObject, Pod, Service } from "../kube/index.ts";
import { list, member } from "../kube/index.ts";
import type { Cite } from "./cite.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";
import { CLOCK_DOUBT } from "./clocks.ts";
import { clusterNodes } from "./cluster-state.ts";

/** Something of the cluster that an address belongs to, and the object that says so. */
export interface AddressName {
  readonly kind: "pod" | "service" | "load balancer" | "node port" | "node";
  /** As a report names it: `pod shop/cart-7d9`, `Service shop/cart`, `node n1`. */
  readonly text: string;
  readonly object: KubeObject;
}

/** When an address was in use, in seconds since 1970. */
export interface InUse {
  readonly from: number;
  readonly until: number;
}

/** An address that a list has from another day may have been given away since. */
const DAY = 86_400;
const MOST_SERVICES = 2;

interface Addresses {
  readonly services: ReadonlyMap<string, readonly Service[]>;
  readonly balancers: ReadonlyMap<string, readonly Service[]>;
  readonly nodes: ReadonlyMap<string, { readonly name: string; readonly object: KubeObject }>;
  readonly nodePorts: ReadonlyMap<number, Service>;
  /** By the address of an endpoint. */
  readonly behind: ReadonlyMap<string, readonly string[]>;
  /** By namespace and name. */
  readonly byName: ReadonlyMap<string, Service>;
}

const addressesOf: (cluster: ClusterEvidence) => Addresses = memo((cluster) => {
  const services = new Map<string, Service[]>();
  const balancers = new Map<string, Service[]>();
  const nodePorts = new Map<number, Service>();
  for (const service of cluster.services) {
    for (const ip of service.clusterIPs) add(services, ip, service);
    for (const { ip } of service.loadBalancers) add(balancers, ip, service);
    for (const port of list(service.object.value, "spec", "ports")) {
      const nodePort = member(port, "nodePort");
      if (typeof nodePort === "number") nodePorts.set(nodePort, service);
    }
  }
  const nodes = new Map<string, { name: string; object: KubeObject }>();
  for (const { name, addresses, object } of clusterNodes(cluster))
    for (const { address } of addresses) nodes.set(address, { name, object });
  for (const { node, hostIP, object } of cluster.pods)
    if (hostIP !== undefined && node !== undefined && !nodes.has(hostIP))
      nodes.set(hostIP, { name: node, object });
  const behind = new Map<string, string[]>();
  for (const { namespace, service, ready, notReady } of cluster.endpoints)
    for (const address of [...ready, ...notReady]) add(behind, address, `${namespace}/${service}`);
  const byName = new Map(cluster.services.map((each) => [`${each.namespace}/${each.name}`, each] as const));
  return { services, balancers, nodes, nodePorts, behind, byName };
});

function add<T>(to: Map<string, T[]>, key: string, value: T): void {
  const others = to.get(key);
  if (!others) to.set(key, [value]);
  else if (!others.includes(value)) others.push(value);
}

/**
 * What an address belongs to by the cluster's objects: a pod and the Services in front of it; or a Service, its load balancer, or a node. A pod on
 * its host's network shares the node's address, which is then the node's. Empty where no object has it, or several pods had it in that time.
 *
 * @param port names the Service that takes the port on every node
 * @param use pods that were not there at that time don't count; one that was listed on another day is named with the time of the list
 */
export function addressNames(
  cluster: ClusterEvidence,
  address: string,
  { port, use }: { readonly port?: number; readonly use?: InUse | undefined } = {},
): readonly AddressName[] {
  const { services, balancers, nodes, nodePorts } = addressesOf(cluster);
  const node = nodes.get(address);
  // A pod has its address alone: one of a table, which doesn't tell whose network it is on, is on the node's.
  const pod = node ? undefined : podIn(cluster, address, use);
  if (pod) {
    const listed = use && listedAnotherDay(cluster, pod, use);
    const text = `pod ${pod.namespace}/${pod.name}${listed ?? ""}`;
    return [{ kind: "pod", text, object: pod.object }, ...servicesOf(cluster, pod, address)];
  }
  if (node) {
    const service = port === undefined ? undefined : nodePorts.get(port);
    return [
      { kind: "node", text: `node ${node.name}`, object: node.object },
      ...(service ? [named("node port", service, "port on every node of Service")] : []),
    ];
  }
  const own = services.get(address) ?? [];
  if (own.length > 0) return own.map((service) => named("service", service, "Service"));
  return (balancers.get(address) ?? []).map((service) =>
    named("load balancer", service, "load balancer of Service"),
  );
}

/** Citations of the objects that name an address. */
export const addressCites = (
  cluster: ClusterEvidence,
  address: string,
  names: readonly AddressName[],
): Cite[] => names.map(({ object, text }) => cluster.cite(object, `${address} is of ${text}`));

const named = (
  kind: AddressName["kind"],
  { namespace, name, object }: Service,
  what: string,
): AddressName => ({
  kind,
  text: `${what} ${namespace}/${name}`,
  object,
});

/** The pod that had an address at a time; `undefined` where several had. */
function podIn(cluster: ClusterEvidence, address: string, use: InUse | undefined): Pod | undefined {
  const there = cluster.podsAt(address).filter(({ created, finished, phase }) => {
    if (!use) return phase !== "Succeeded" && phase !== "Failed";
    return (
      (created === undefined || created <= use.until + CLOCK_DOUBT) &&
      (phase !== "Succeeded" && phase !== "Failed" ? true : (finished ?? 0) >= use.from - CLOCK_DOUBT)
    );
  });
  return there.length === 1 ? there[0] : undefined;
}

function listedAnotherDay(cluster: ClusterEvidence, pod: Pod, { from, until }: InUse): string | undefined {
  const latest = cluster.podListings.find(({ pods }) => pods.includes(pod))?.latest ?? pod.latest;
  if (latest === undefined || (latest >= from - DAY && latest <= until + DAY)) return undefined;
  const date = new Date(latest * 1000).toISOString().slice(0, 10);
  return ` by a list ${latest < from ? `whose latest time is of ${date}` : `of ${date} or later`}`;
}

/** The Services that list an address, else those that select the pod. */
function servicesOf(cluster: ClusterEvidence, pod: Pod, address: string): AddressName[] {
  const { behind, byName } = addressesOf(cluster);
  const listed = behind.get(address);
  return (listed ? listed.flatMap((key) => byName.get(key) ?? []) : cluster.servicesOf(pod))
    .slice(0, MOST_SERVICES)
    .map((service) => named("service", service, "Service"));
}
