import { groupBy, memo } from "../bytes/index.ts";
import type { ClusterNode, KubeObject, Service } from "../kube/index.ts";
import { list, member, text } from "../kube/index.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";
import { clusterNodes, endpointSlices } from "./cluster-state.ts";
import { serverVersions } from "./kube-version.ts";

/** An address that a Service sends traffic to, and the node that it is on. */
export interface ReadyEndpoint {
  readonly address: string;
  readonly node: string;
}

/** The minor versions of Kubernetes 1 that know `topologyKeys`: the first, and the one that has them no more. */
export const TOPOLOGY_KEYS_SINCE = 17;
export const TOPOLOGY_KEYS_UNTIL = 22;

/** Whether the API server is told to be of a version that doesn't know `topologyKeys`. */
export const knowsNoTopologyKeys = (cluster: ClusterEvidence): boolean =>
  serverVersions(cluster).some(({ minor }) => minor < TOPOLOGY_KEYS_SINCE || minor >= TOPOLOGY_KEYS_UNTIL);

/** What restricts the endpoints that a client reaches: the removed `topologyKeys`, or a policy of today. */
export type Restriction =
  | { readonly by: "topologyKeys"; readonly keys: readonly string[] }
  | { readonly by: "internalTrafficPolicy" }
  | { readonly by: "externalTrafficPolicy" };

/** Which endpoints a client on each node reaches. */
export interface Reach {
  readonly service: Service;
  readonly restriction: Restriction;
  readonly endpoints: readonly ReadyEndpoint[];
  readonly byNode: readonly { readonly node: ClusterNode; readonly reached: readonly ReadyEndpoint[] }[];
}

/** The keys of a Service of 1.17 to 1.21, in the order in which they are tried; `*` is any node. */
export const topologyKeysOf = (object: KubeObject): readonly string[] =>
  list(object.value, "spec", "topologyKeys").filter((key) => typeof key === "string");

/**
 * The Services whose traffic is restricted by where a client is, with what each node's clients reach. Services without a ready endpoint, or with one whose node nobody
 * tells, are left out: there it isn't the topology that decides. So are hints of EndpointSlices: where a zone has none, kube-proxy takes all endpoints.
 */
export const restrictedReach = memo((cluster: ClusterEvidence): readonly Reach[] => {
  const nodes = clusterNodes(cluster);
  if (nodes.length === 0) return [];
  const isIgnored = knowsNoTopologyKeys(cluster);
  const nodesBy = nodesByLabel(nodes);
  return cluster.services.flatMap((service) => {
    const endpoints = readyEndpoints(cluster).get(`${service.namespace}/${service.name}`) ?? [];
    const known = endpoints.filter((each): each is ReadyEndpoint => each.node !== undefined);
    if (known.length === 0 || known.length < endpoints.length) return [];
    return restrictionsOf(service).flatMap((restriction) => {
      const reachedFrom = reachBy(restriction, known, nodesBy);
      const byNode = nodes.map((node) => ({ node, reached: reachedFrom(node) }));
      const isTold =
        restriction.by !== "topologyKeys" || (!isIgnored && nodes.every(({ labels }) => labels.size > 0));
      return isTold ? [{ service, restriction, endpoints: known, byNode }] : [];
    });
  });
});

function restrictionsOf({ object, clusterIP, externalTrafficPolicy }: Service): Restriction[] {
  const keys = topologyKeysOf(object);
  const found: Restriction[] = [];
  // A headless Service is resolved to its endpoints, and no proxy chooses among them.
  if (clusterIP !== undefined && keys.length > 0) found.push({ by: "topologyKeys", keys });
  if (clusterIP !== undefined && text(object.value, "spec", "internalTrafficPolicy") === "Local")
    found.push({ by: "internalTrafficPolicy" });
  // A load balancer asks nodes for their health and leaves out those without an endpoint; whoever uses a node's port does not.
  if (externalTrafficPolicy === "Local" && text(object.value, "spec", "type") === "NodePort")
    found.push({ by: "externalTrafficPolicy" });
  return found;
}

/** The names of nodes that have a label with a value. */
type NodesBy = (key: string, value: string) => ReadonlySet<string>;

function nodesByLabel(nodes: readonly ClusterNode[]): NodesBy {
  const known = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  return (key, value) => {
    let byValue = known.get(key);
    if (!byValue) {
      const labelled = nodes.filter(({ labels }) => labels.has(key));
      const groups = groupBy(labelled, ({ labels }) => labels.get(key) ?? "");
      byValue = new Map([...groups].map(([of, group]) => [of, new Set(group.map(({ name }) => name))]));
      known.set(key, byValue);
    }
    return byValue.get(value) ?? NO_NODES;
  };
}

const NO_NODES: ReadonlySet<string> = new Set();

/** What a client on a node reaches. Nodes that are alike by their labels are answered alike, and looked at once. */
function reachBy(
  restriction: Restriction,
  endpoints: readonly ReadyEndpoint[],
  nodesBy: NodesBy,
): (from: ClusterNode) => readonly ReadyEndpoint[] {
  if (restriction.by !== "topologyKeys") {
    const byNode = groupBy(endpoints, ({ node }) => node);
    return (from) => byNode.get(from.name) ?? [];
  }
  const known = new Map<string, readonly ReadyEndpoint[]>();
  const near = (key: string, value: string): readonly ReadyEndpoint[] => {
    const of = JSON.stringify([key, value]);
    let reached = known.get(of);
    if (!reached) {
      const names = nodesBy(key, value);
      reached = names.size === 0 ? [] : endpoints.filter(({ node }) => names.has(node));
      known.set(of, reached);
    }
    return reached;
  };
  return ({ labels }) => {
    for (const key of restriction.keys) {
      if (key === "*") return endpoints;
      const own = labels.get(key);
      const reached = own === undefined ? [] : near(key, own);
      if (reached.length > 0) return reached;
    }
    return [];
  };
}

interface MaybePlaced {
  readonly address: string;
  readonly node: string | undefined;
}

/** Ready endpoints by Service: those of slices, else those of Endpoints. */
const readyEndpoints = memo((cluster: ClusterEvidence): ReadonlyMap<string, readonly MaybePlaced[]> => {
  const found = new Map<string, Map<string, MaybePlaced>>();
  const add = (key: string, address: string, node: string | undefined): void => {
    const known = found.get(key) ?? new Map<string, MaybePlaced>();
    found.set(key, known.set(address, { address, node }));
  };
  for (const { namespace, service, endpoints } of endpointSlices(cluster))
    for (const { addresses, isReady, node } of endpoints)
      for (const address of isReady ? addresses : []) add(`${namespace}/${service}`, address, node);
  const sliced = new Set(found.keys());
  for (const { object, namespace, service } of cluster.endpoints) {
    const key = `${namespace}/${service}`;
    if (object.kind !== "Endpoints" || sliced.has(key)) continue;
    for (const subset of list(object.value, "subsets"))
      for (const each of list(subset, "addresses")) {
        const ip = member(each, "ip");
        if (typeof ip === "string") add(key, ip, text(each, "nodeName"));
      }
  }
  return new Map([...found].map(([key, each]) => [key, [...each.values()]]));
});
