import { memo } from "../bytes/index.ts";
import type { HostEvidence } from "./host-evidence.ts";
import type { Process } from "./process.ts";
import { socketProcesses } from "./socket-holders.ts";
import type { FoundSocket, SocketTable } from "./socket-tables.ts";
import { ofOneNamespace, socketTables } from "./socket-tables.ts";

/** The sockets of one process, as the lists have them that tell whose they are. */
export interface ProcessSockets {
  /** Each once. */
  readonly sockets: readonly FoundSocket[];
  /** Whether one of the lists has listeners and connections of several ports: it was not made for a few. */
  readonly isWhole: boolean;
}

const byPid: (host: HostEvidence) => ReadonlyMap<number, readonly FoundSocket[]> = memo((host) => {
  const found = new Map<number, FoundSocket[]>();
  for (const table of socketTables(host)) {
    for (const socket of table.model.sockets) {
      for (const { pid, by } of socketProcesses(host, socket)) {
        // What a list alone calls by a pid may be another process of that number.
        if (by === "listing") continue;
        const others = found.get(pid);
        if (others) others.push({ socket, table });
        else found.set(pid, [{ socket, table }]);
      }
    }
  }
  return found;
});

/** The sockets of a process whose `/proc/PID` was collected; `undefined` where no list has one. */
export function socketsOfProcess(host: HostEvidence, { task }: Process): ProcessSockets | undefined {
  const all = task?.pid === undefined ? undefined : byPid(host).get(task.pid);
  if (!all) return undefined;
  const tables = new Set(all.map(({ table }) => table));
  return { sockets: ofOneNamespace(all), isWhole: [...tables].some(isWhole) };
}

function isWhole({ model: { source, sockets } }: SocketTable): boolean {
  if (source === "lsof") return false;
  const ports = (isListening: boolean): number =>
    new Set(
      sockets
        .filter(({ protocol, state }) => protocol === "tcp" && (state === "LISTEN") === isListening)
        .map(({ port }) => port),
    ).size;
  return ports(true) > 1 && ports(false) > 0;
}
