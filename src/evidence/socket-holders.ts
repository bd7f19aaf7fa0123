import { memo } from "../bytes/index.ts";
import type { Pod } from "../kube/index.ts";
import type { Socket, SocketHolder } from "../node/index.ts";
import type { Task } from "../procstack/index.ts";
import { containerOf, podOf } from "../procstack/index.ts";
import type { Cite } from "./cite.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";
import { containers } from "./containers.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { isSameContainer } from "./kill-timeouts.ts";
import { processFilesOf } from "./process-files.ts";

/** A process that holds a socket. */
export interface SocketProcess {
  readonly pid: number;
  /** The kernel's name of it, or as much as a listing shows; empty where nothing tells. */
  readonly comm: string;
  /** Its first thread, where `/proc/PID` was collected and is of the same process. */
  readonly task: Task | undefined;
  readonly containerId: string | undefined;
  readonly podUid: string | undefined;
  readonly pod: Pod | undefined;
  /** What joins it: the socket's inode among its descriptors; its pid and name; or the listing alone. */
  readonly by: "inode" | "pid" | "listing";
  readonly cites: readonly Cite[];
}

interface HolderIndex {
  /** The processes that hold a socket; as a rule one. */
  readonly processesOf: (socket: Socket) => readonly SocketProcess[];
  /** The process of a pid of the host. */
  readonly byPid: (pid: number) => SocketProcess | undefined;
}

/** Less of a name would be of many programs. */
const LEAST_COMM = 3;

/** Finds who holds a host's sockets. */
export const holderIndex: (host: HostEvidence) => HolderIndex = memo((host) => {
  const tasks = new Map<number, Task>();
  for (const task of host.tasks)
    if (task.tid !== undefined && task.tid === task.pid && task.logged !== true) tasks.set(task.tid, task);
  const byInode = new Map<number, { pid: number; cite: Cite }[]>();
  const listed = new Set<number>();
  for (const [pid, { descriptors = [] }] of processFilesOf(host)) {
    for (const { value, cite } of descriptors) {
      const inode = /^socket:\[(\d{1,15})\]$/.exec(value.target)?.[1];
      if (inode === undefined) continue;
      listed.add(pid);
      const others = byInode.get(Number(inode));
      if (others) others.push({ pid, cite });
      else byInode.set(Number(inode), [{ pid, cite }]);
    }
  }
  const known = new Map<Socket, readonly SocketProcess[]>();
  const processesOf = (socket: Socket): readonly SocketProcess[] => {
    let processes = known.get(socket);
    if (!processes) known.set(socket, (processes = find(socket)));
    return processes;
  };
  const find = (socket: Socket): SocketProcess[] => {
    const held = socket.inode === undefined ? undefined : byInode.get(socket.inode);
    if (held)
      return held.map(({ pid, cite }) => {
        const comm = socket.holders.find((holder) => holder.pid === pid)?.comm;
        return processOf(host.cluster, { pid, comm, task: tasks.get(pid), by: "inode", cites: [cite] });
      });
    return unique(socket.holders).map(({ pid, comm }) => {
      const task = tasks.get(pid);
      // A pod's own tools number its processes otherwise than the host does; and pids are used again.
      const isSame =
        task !== undefined && isNamesake(task, comm) && (socket.inode === undefined || !listed.has(pid));
      return processOf(host.cluster, {
        pid,
        comm,
        task: isSame ? task : undefined,
        by: isSame ? "pid" : "listing",
        cites: [],
        cgroup: socket.cgroup,
      });
    });
  };
  const byPid = (pid: number): SocketProcess | undefined => {
    const task = tasks.get(pid);
    return task && processOf(host.cluster, { pid, comm: undefined, task, by: "pid", cites: [] });
  };
  return { processesOf, byPid };
});

/** Who holds a socket, as far as the host's evidence tells. */
export const socketProcesses = (host: HostEvidence, socket: Socket): readonly SocketProcess[] =>
  holderIndex(host).processesOf(socket);

function unique(holders: readonly SocketHolder[]): SocketHolder[] {
  return [...new Map(holders.map((holder) => [holder.pid, holder])).values()];
}

/** Tools cut names at other places than the kernel, and some take the program's own. */
function isNamesake({ comm, cmdline }: Task, listed: string | undefined): boolean {
  if (listed === undefined) return false;
  const names = [comm, cmdline?.[0]?.split(" ", 1)[0]?.split("/").at(-1)];
  return names.some((name) => {
    if (name === undefined) return false;
    const [short, long] = name.length < listed.length ? [name, listed] : [listed, name];
    return short === long || (short.length >= LEAST_COMM && long.startsWith(short));
  });
}

function processOf(
  cluster: ClusterEvidence,
  found: {
    pid: number;
    comm: string | undefined;
    task: Task | undefined;
    by: SocketProcess["by"];
    cites: readonly Cite[];
    cgroup?: string | undefined;
  },
): SocketProcess {
  const { pid, task, by, cites, cgroup = "" } = found;
  const containerId = task ? task.containerId : containerOf(cgroup);
  const podUid = task ? task.podUid : podOf(cgroup);
  const program = task?.cmdline?.[0]?.split(" ", 1)[0]?.split("/").at(-1);
  const comm = task?.comm ?? found.comm ?? program ?? "";
  const pod = podOfContainer(cluster, podUid, containerId);
  return { pid, comm, task, containerId, podUid, pod, by, cites };
}

function podOfContainer(
  cluster: ClusterEvidence,
  podUid: string | undefined,
  containerId: string | undefined,
): Pod | undefined {
  const byUid = podUid === undefined ? undefined : podsByUid(cluster).get(podUid);
  if (byUid || containerId === undefined) return byUid;
  const status = containers(cluster).find(
    (each) => each.containerId !== undefined && isSameContainer(each.containerId, containerId),
  );
  return (
    status &&
    cluster.pods.find(({ namespace, name }) => namespace === status.namespace && name === status.pod)
  );
}

const podsByUid: (cluster: ClusterEvidence) => ReadonlyMap<string, Pod> = memo(
  (cluster) =>
    new Map(cluster.pods.flatMap((pod) => (pod.uid === undefined ? [] : [[pod.uid, pod] as const]))),
);

/** A process for people: `nginx (4711) of pod shop/cart-7d9`. */
export function processText({ pid, comm, pod, podUid, containerId }: SocketProcess): string {
  const name = comm === "" ? `pid ${pid}` : `${comm} (${pid})`;
  if (pod) return `${name} of pod ${pod.namespace}/${pod.name}`;
  if (containerId !== undefined) return `${name} of container ${containerId.slice(0, 12)}`;
  return podUid === undefined ? name : `${name} of pod ${podUid}`;
}
