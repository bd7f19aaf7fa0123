import type { Located } from "../bundle/index.ts";
import { groupBy, memo } from "../bytes/index.ts";
import type { Ipvsadm, IpvsConnection, RealServer, VirtualServer } from "../node/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** A virtual server of a node's IPVS, as one listing has it. */
export interface ListedService {
  readonly service: VirtualServer;
  readonly listing: Located<Ipvsadm>;
  readonly cite: Cite;
}

/** A connection that IPVS keeps, and the real server of its virtual one that it goes to; `undefined` where that one has it no more. */
export interface KeptConnection {
  readonly connection: IpvsConnection;
  readonly service: VirtualServer;
  readonly server: RealServer | undefined;
  readonly cite: Cite;
}

const services: (host: HostEvidence) => ReadonlyMap<string, ListedService> = memo((host) => {
  const found = new Map<string, ListedService>();
  for (const listing of host.models("ipvsadm")) {
    for (const service of listing.model.services) {
      // A virtual server with nothing behind it may have been listed without the rest.
      const key = keyOf(service.protocol, `${service.address}:${service.port}`);
      if (!found.has(key)) found.set(key, { service, listing, cite: lineCite(listing.artifact, service) });
    }
  }
  return found;
});

/** What each listing has of a virtual server. */
const listings: (host: HostEvidence) => ReadonlyMap<string, readonly ListedService[]> = memo((host) =>
  groupBy(
    host.models("ipvsadm").flatMap((listing) =>
      listing.model.services.map((service) => ({
        service,
        listing,
        cite: lineCite(listing.artifact, service),
      })),
    ),
    ({ service: { protocol, address, port } }) => keyOf(protocol, `${address}:${port}`),
  ),
);

/** What lists the virtual server nearest to an artifact that lists connections: the same one, one beside it, or all that do. */
function nearest(listed: readonly ListedService[], path: string): readonly ListedService[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const within = (is: (other: string) => boolean) =>
    listed.filter(({ listing: { artifact } }) => is(artifact.path));
  const same = within((other) => other === path);
  if (same.length > 0) return same;
  const beside = within((other) => other.slice(0, other.lastIndexOf("/")) === folder);
  return beside.length > 0 ? beside : listed;
}

const connections: (host: HostEvidence) => ReadonlyMap<string, KeptConnection> = memo((host) => {
  const found = new Map<string, KeptConnection>();
  for (const { model, artifact } of host.models("ipvsadm")) {
    for (const connection of model.connections) {
      const all = listings(host).get(keyOf(connection.protocol, connection.virtual)) ?? [];
      const [listed, ...others] = nearest(all, artifact.path).map(({ service }) => ({
        service,
        server: service.servers.find(
          ({ address, port }) => bare(connection.destination) === `${address}:${port}`,
        ),
      }));
      // Taken off or drained between two listings: which of them is of the connection's time, nothing says.
      if (!listed || others.some(({ server: other }) => !isAlike(listed.server, other))) continue;
      const { server } = listed;
      const { protocol, state, source, virtual, destination, line } = connection;
      const text = `${protocol} ${state} ${source} ${virtual} ${destination}`;
      const kept = { connection, service: listed.service, server, cite: lineCite(artifact, { text, line }) };
      found.set(keyOf(protocol, `${source} ${virtual}`), kept);
    }
  }
  return found;
});

/** The virtual server that a node's IPVS has at an address and port, where one is listed. */
export function ipvsService(
  host: HostEvidence,
  protocol: "TCP" | "UDP",
  address: string,
  port: number,
): ListedService | undefined {
  return services(host).get(keyOf(protocol, `${address}:${port}`));
}

/** The connection that a node's IPVS keeps from a source to a virtual server, each as `address:port`, where one is listed. */
export function ipvsConnection(
  host: HostEvidence,
  protocol: "TCP" | "UDP",
  source: string,
  virtual: string,
): KeptConnection | undefined {
  return connections(host).get(keyOf(protocol, `${source} ${virtual}`));
}

/** Whether a host's IPVS was listed: what it then has no virtual server for, it doesn't balance. */
export const listsIpvs = (host: HostEvidence): boolean => services(host).size > 0;
/** Whether the connections that it keeps were listed. */
export const listsIpvsConnections = (host: HostEvidence): boolean =>
  host.models("ipvsadm").some(({ model }) => model.connections.length > 0);

/** The interface to which kube-proxy binds the addresses of Services where it works by IPVS. */
export const IPVS_DEVICE = "kube-ipvs0";

/** Where a host says that IPVS takes what is sent to an address and port. */
export function takenByIpvs(host: HostEvidence, address: string, port: number): readonly Cite[] {
  const listed = ipvsService(host, "TCP", address, port);
  if (listed) return [listed.cite];
  return host
    .localAddress(address)
    .flatMap(({ local, cite }) => (local.device === IPVS_DEVICE ? [cite] : []));
}

const isAlike = (a: RealServer | undefined, b: RealServer | undefined): boolean =>
  (a === undefined) === (b === undefined) && (a?.weight === 0) === (b?.weight === 0);
const bare = (at: string): string => at.replaceAll(/[[\]]/g, "");
const keyOf = (protocol: string, at: string): string => `${protocol} ${bare(at)}`;
