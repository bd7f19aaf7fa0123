import type { Cite, FoundSocket, HostEvidence, ProcessSockets } from "../../evidence/index.ts";
import { socketsOfProcess } from "../../evidence/index.ts";
import type { Pile } from "./goroutine-pileup.ts";

/** The sockets of the process that a pile of goroutines is of; `undefined` where no list has any. */
export function socketsOfPile(host: HostEvidence, { snapshot }: Pile): ProcessSockets | undefined {
  const process = host.processes.find(({ goroutines }) =>
    goroutines.some(({ artifact }) => artifact === snapshot.artifact),
  );
  return process && socketsOfProcess(host, process);
}

/** TCP connections in one state. */
export const inState = ({ sockets }: ProcessSockets, state: string): FoundSocket[] =>
  sockets.filter(({ socket }) => socket.protocol === "tcp" && socket.state === state);

/** A citation of all of them, at the first. */
export function citeSockets([first]: readonly FoundSocket[], text: string): Cite[] {
  return first ? [{ artifact: first.table.artifact.path, text, where: { line: first.socket.line } }] : [];
}
