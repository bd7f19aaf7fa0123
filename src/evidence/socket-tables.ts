import type { Artifact } from "../bundle/index.ts";
import { groupBy, memo } from "../bytes/index.ts";
import type { Socket, Sockets } from "../node/index.ts";
import { addressNames } from "./address-names.ts";
import type { Cite } from "./cite.ts";
import { folderOf } from "./folder-of.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { holderIndex } from "./socket-holders.ts";

/** One listing of sockets: of one network namespace of the host, in which an address means another program than elsewhere. */
export interface SocketTable {
  readonly model: Sockets;
  readonly artifact: Artifact;
  /** Addresses that sockets of the namespace are bound to, those of loopback interfaces left out: every namespace has them. */
  readonly addresses: ReadonlySet<string>;
  /** The namespace's inode, where the processes that hold its sockets have one. */
  readonly netns: number | undefined;
  /** Addresses of the pods whose processes hold its sockets; empty where that isn't known, or they share the host's network. */
  readonly podAddresses: ReadonlySet<string>;
}

/** A socket, and the table that has it. */
export interface FoundSocket {
  readonly socket: Socket;
  readonly table: SocketTable;
}

const ANY = new Set(["*", "0.0.0.0", "::"]);
const LOOPBACK = /^(?:127\.|::1$)/;

/** Whether a socket is bound to every address of its namespace. */
export const isOnAny = ({ address }: Socket): boolean => ANY.has(address);

/** The listings of a host's sockets, with what tells their namespaces apart. */
export const socketTables: (host: HostEvidence) => readonly SocketTable[] = memo((host) =>
  host.sockets.map(({ model, artifact }) => {
    const addresses = new Set<string>();
    for (const { address } of model.sockets)
      if (!ANY.has(address) && !LOOPBACK.test(address)) addresses.add(address);
    const { netns, podAddresses } = whoseIs(host, model);
    return { model, artifact, addresses, netns, podAddresses };
  }),
);

/** The one namespace of all known holders, and the addresses of the pods that these are of. */
function whoseIs(host: HostEvidence, model: Sockets): Pick<SocketTable, "netns" | "podAddresses"> {
  const { processesOf, byPid } = holderIndex(host);
  const namespaces = new Set<number>();
  const podAddresses = new Set<string>();
  let isOfHost = false;
  const own = model.ofPid === undefined ? undefined : byPid(model.ofPid);
  const all = own ? [own] : model.sockets.flatMap((socket) => processesOf(socket));
  for (const { task, pod } of all) {
    const link = task?.namespaces?.get("net");
    if (typeof link === "number") namespaces.add(link);
    if (pod?.hostNetwork === true) isOfHost = true;
    else for (const address of pod?.addresses ?? []) podAddresses.add(address);
  }
  const [netns] = namespaces;
  return {
    netns: namespaces.size === 1 ? netns : undefined,
    podAddresses: isOfHost || namespaces.size > 1 ? new Set() : podAddresses,
  };
}

const byPort: (host: HostEvidence) => ReadonlyMap<number, readonly FoundSocket[]> = memo((host) =>
  groupBy(
    socketTables(host).flatMap((table) => table.model.sockets.map((socket) => ({ socket, table }))),
    ({ socket }) => socket.port,
  ),
);

/** One end of a flow, as seen from the host whose socket it may be. */
export interface Flow {
  readonly address: string;
  readonly port: number;
  readonly peer: string;
  readonly peerPort: number;
}

/**
 * The sockets of a flow's near end, by all four numbers: the tables' own time is another than a capture's, but a port is seldom given
 * to the same peer again so soon. Addresses of loopback interfaces are in every namespace, and match in none.
 */
export function socketsOfFlow(host: HostEvidence, { address, port, peer, peerPort }: Flow): FoundSocket[] {
  if (LOOPBACK.test(address)) return [];
  return ofOneNamespace(
    (byPort(host).get(port) ?? []).filter(
      ({ socket }) => socket.address === address && socket.peer === peer && socket.peerPort === peerPort,
    ),
  );
}

/**
 * The sockets that take what comes to an address and port, when the tables were made: those bound to it, and those bound to every address of a
 * namespace that is known to have it. Empty where they may be of several namespaces.
 */
export function listenersAt(
  host: HostEvidence,
  address: string,
  port: number,
  protocol: Socket["protocol"] = "tcp",
): FoundSocket[] {
  if (LOOPBACK.test(address)) return [];
  const found = (byPort(host).get(port) ?? []).filter(
    ({ socket, table }) =>
      socket.protocol === protocol &&
      socket.state === (protocol === "tcp" ? "LISTEN" : "UNCONN") &&
      (socket.address === address || (isOnAny(socket) && hasAddress(host, table, address))),
  );
  return ofOneNamespace(found);
}

/** Each socket once, as the table has it that tells who holds it; none where they are of several namespaces. */
export function ofOneNamespace(found: readonly FoundSocket[]): FoundSocket[] {
  if (new Set(found.flatMap(({ table }) => table.netns ?? [])).size > 1) return [];
  const known = new Map<string, FoundSocket>();
  for (const each of found) {
    const { inode, address, port, peer, peerPort, state, holders } = each.socket;
    const key = inode === undefined ? `${address} ${port} ${peer} ${peerPort} ${state}` : String(inode);
    const other = known.get(key);
    if (!other || (other.socket.holders.length === 0 && holders.length > 0)) known.set(key, each);
  }
  return [...known.values()];
}

/** The tables of the namespace that is known to have an address. */
export const tablesWith = (host: HostEvidence, address: string): SocketTable[] =>
  LOOPBACK.test(address) ? [] : socketTables(host).filter((table) => hasAddress(host, table, address));

/** Whether an address is known to be of a table's namespace. */
export function hasAddress(host: HostEvidence, table: SocketTable, address: string): boolean {
  const { podAddresses, addresses, netns } = table;
  if (podAddresses.size > 0) return podAddresses.has(address);
  if (addresses.has(address)) return true;
  // What lists the addresses was made where the sockets were listed, if nothing there is of another namespace.
  const folder = folderOf(table.artifact.path);
  return (
    host.localAddress(address).some(({ cite }) => folderOf(cite.artifact) === folder) &&
    socketTables(host).every(
      (other) =>
        folderOf(other.artifact.path) !== folder || other.netns === netns || other.netns === undefined,
    ) &&
    host.cluster.podsAt(address).length === 0
  );
}

/**
 * Whether a listing is known to be of another namespace than the one that has an address: what is bound to every address there takes
 * nothing that comes to this one.
 *
 * @param path of the listing
 */
export function isElsewhere(host: HostEvidence, path: string, address: string): boolean {
  const table = socketTables(host).find(({ artifact }) => artifact.path === path);
  if (!table || hasAddress(host, table, address)) return false;
  if (table.podAddresses.size > 0 || tablesWith(host, address).length > 0) return true;
  if (lacksAddress(host, path, address)) return true;
  // A pod has its address alone: where others' are, or a node's, it isn't.
  if (host.cluster.podsAt(address).length === 0) return false;
  return [...table.addresses].some((each) =>
    addressNames(host.cluster, each).some(({ kind }) => kind === "pod" || kind === "node"),
  );
}

/**
 * Whether the addresses of the namespace in which an artifact was made were listed beside it, all of them, and one is not among them. What comes
 * to such an address goes to another namespace, which has counters and sockets of its own.
 */
export function lacksAddress(host: HostEvidence, path: string, address: string): boolean {
  if (LOOPBACK.test(address) || host.localAddress(address).length > 0) return false;
  const isV6 = address.includes(":");
  const folder = folderOf(path);
  return host
    .models("ip-addr")
    .some(
      ({ model, artifact }) =>
        folderOf(artifact.path) === folder &&
        model.devices.has("lo") &&
        model.addresses.some(({ device, address: other }) => device !== "lo" && other.includes(":") === isV6),
    );
}

/** A citation of a socket's line. */
export const socketCite = (
  { socket, table }: FoundSocket,
  text = socket.text.replace(/\s+/g, " "),
): Cite => ({
  artifact: table.artifact.path,
  text,
  where: { line: socket.line },
});
