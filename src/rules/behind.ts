import type { Located } from "../bundle/index.ts";
import type {
  AddressName,
  Cite,
  FoundSocket,
  HostEvidence,
  InUse,
  SocketProcess,
} from "../evidence/index.ts";
import {
  addressCites,
  addressNames,
  citeOfTask,
  processText,
  socketCite,
  socketProcesses,
  socketsOfFlow,
} from "../evidence/index.ts";
import type { Capture } from "../pcap/index.ts";
import type { GoroutineGroup, GoroutineSet } from "../pprof/index.ts";
import type { Task } from "../procstack/index.ts";
import { isBlocked, waitInWords } from "../procstack/index.ts";
import { goroutineCite, stackName, waitOf } from "./go/goroutine-text.ts";
import { NEVER_IDLE } from "./go/waits.ts";
import { count } from "./words.ts";

/** What is known of an end of a flow: a part of a summary, which begins with a space where there is anything, and what says so. */
export interface Behind {
  readonly said: string;
  readonly cites: readonly Cite[];
}

const NOTHING: Behind = { said: "", cites: [] };
const NAMED_PROCESSES = 3;
const CITED = 3;
/** Waits for another goroutine of the program. */
const HELD_UP = /^(?:semacquire|sync\.)/;

/** When a capture's addresses were in use. */
export function useOf({ model: { start, duration } }: Located<Capture>): InUse | undefined {
  return start === undefined ? undefined : { from: start, until: start + duration };
}

/** What a capture's address is in the cluster, in brackets behind it: ` (pod shop/cart-7d9, Service shop/cart)`. */
export function namedAddress(
  { cluster }: HostEvidence,
  address: string,
  { capture, port }: { readonly capture: Located<Capture>; readonly port?: number },
): Behind & { readonly names: readonly AddressName[] } {
  const names = addressNames(cluster, address, { use: useOf(capture), ...(port !== undefined && { port }) });
  if (names.length === 0) return { ...NOTHING, names };
  const said = ` (${names.map(({ text }) => text).join(", ")})`;
  return { said, cites: addressCites(cluster, address, names), names };
}

/**
 * The programs that hold some sockets, and what these were stuck in, as a sentence. Sockets and stacks are of the moments when they were
 * looked at, which a capture doesn't share.
 *
 * @param says what the sockets show
 */
export function behindSockets(host: HostEvidence, found: readonly FoundSocket[], says = ""): Behind {
  const [first] = found;
  if (!first) return NOTHING;
  const processes = processesOf(host, found);
  if (processes.length === 0) return { said: "", cites: [socketCite(first)] };
  const named = processes.slice(0, NAMED_PROCESSES).map(processText).join(", ");
  const more = processes.length > NAMED_PROCESSES ? ` and ${processes.length - NAMED_PROCESSES} more` : "";
  const stuck = processes.length > NAMED_PROCESSES ? [] : processes.map((process) => stuckIn(host, process));
  return {
    said: ` ${says === "" ? "When sockets were listed, the program behind it was" : says} ${named}${more}.${stuck.map(({ said }) => said).join("")}`,
    cites: [
      socketCite(first),
      ...processes.slice(0, CITED).flatMap((process) => whoCites(host, process)),
      ...stuck.flatMap(({ cites }) => cites),
    ],
  };
}

/** The processes that hold some sockets, each once. */
export function processesOf(host: HostEvidence, found: readonly FoundSocket[]): SocketProcess[] {
  const all = found.flatMap(({ socket }) => socketProcesses(host, socket));
  const byPid = new Map<number, SocketProcess>();
  for (const process of all) {
    const other = byPid.get(process.pid);
    if (!other || (other.task === undefined && process.task !== undefined)) byPid.set(process.pid, process);
  }
  return [...byPid.values()];
}

function whoCites({ cluster }: HostEvidence, process: SocketProcess): Cite[] {
  const { task, pod, cites } = process;
  const cgroup = task?.cites.cgroup;
  return [
    ...cites,
    ...(cgroup && task.containerId !== undefined
      ? [
          citeOfTask(
            cgroup,
            `${process.comm} (${process.pid}) is in container ${task.containerId.slice(0, 12)}`,
            task,
          ),
        ]
      : []),
    ...(pod ? [cluster.cite(pod.object, `pod ${pod.namespace}/${pod.name}`)] : []),
  ];
}

/** What a process' goroutines or its threads hung in. */
function stuckIn(host: HostEvidence, { pid, comm, task }: SocketProcess): Behind {
  if (!task) return NOTHING;
  const snapshot = goroutinesOfPid(host, pid);
  const group = snapshot && heldUp(snapshot.model);
  if (snapshot && group) {
    const text = `${group.count} of ${count(snapshot.model.total, "goroutine")} of ${comm} (${pid}) ${group.count === 1 ? "stands" : "stand"} in ${stackName(group)}`;
    return { said: ` ${text}.`, cites: [goroutineCite(snapshot, group, text)] };
  }
  const blocked = host.tasks.filter((each: Task) => each.pid === pid && isBlocked(each));
  const [first] = blocked;
  const cite = first?.cites.stack ?? first?.cites.state;
  if (!first || !cite) return NOTHING;
  const others = blocked.length > 1 ? `, and ${blocked.length - 1} more of its threads hang` : "";
  const text = waitInWords(first);
  return { said: ` Of its threads ${text}${others}.`, cites: [citeOfTask(cite, text, first)] };
}

/** The goroutines of a process of the host, of its latest snapshot in the bundle's order. */
export function goroutinesOfPid(host: HostEvidence, pid: number): Located<GoroutineSet> | undefined {
  return host.processes.find(({ task }) => task?.pid === pid)?.goroutines.at(-1);
}

/** The most goroutines that wait for another one of their program. */
function heldUp({ groups }: GoroutineSet): GoroutineGroup | undefined {
  const held = groups.filter((group) => {
    const wait = waitOf(group) ?? "";
    return HELD_UP.test(wait) || NEVER_IDLE.test(wait);
  });
  return held.sort((a, b) => b.count - a.count)[0];
}

const NAMED_CLIENTS = 3;

/** One end of connections or questions that began at the capturing host or elsewhere. */
export interface ClientFlow {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
}

/**
 * Who some clients are: by the cluster's objects, and by their sockets where the host lists those.
 *
 * @param says begins the sentence that names them
 */
export function behindClients(
  host: HostEvidence,
  capture: Located<Capture>,
  flows: readonly ClientFlow[],
  says: string,
): Behind {
  const named: string[] = [];
  const cites: Cite[] = [];
  const clients = [...new Set(flows.map(({ client }) => client))];
  for (const client of clients.slice(0, NAMED_CLIENTS)) {
    const place = namedAddress(host, client, { capture });
    if (place.said === "") continue;
    named.push(`${client}${place.said}`);
    cites.push(...place.cites.slice(0, 1));
  }
  const more = clients.length > NAMED_CLIENTS && named.length > 0 ? ", and others" : "";
  const who = named.length === 0 ? "" : ` ${says} ${named.join(", ")}${more}.`;
  const behind = behindSockets(
    host,
    flows.flatMap(({ client, clientPort, server, serverPort }) =>
      socketsOfFlow(host, { address: client, port: clientPort, peer: server, peerPort: serverPort }),
    ),
    "When sockets were listed, the client's program was",
  );
  return { said: `${who}${behind.said}`, cites: [...cites, ...behind.cites] };
}
