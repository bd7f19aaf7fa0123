import type { Cite, Reading } from "../../evidence/index.ts";
import { isElsewhere } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell } from "../engine/index.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

/** What the node says of the listener, which it can't where the capture shows that the listener is elsewhere. */
export function ofListener<T>(
  { seen }: About<ListenerLoss>,
  reading: Reading<T>,
  judge: (value: T, cites: readonly Cite[]) => Answer,
): Answer {
  if (seen?.atClient === true) return cantTell("uncovered");
  return reading.known ? judge(reading.value, [reading.cite]) : cantTell(reading.why);
}

/** A kernel parameter that is a number; what a failed command leaves behind the sign is none. */
export function numberOf(reading: Reading<string>): Reading<number> {
  if (!reading.known) return reading;
  if (!/^\d+$/.test(reading.value)) return { known: false, why: "unreadable" };
  return { ...reading, value: Number(reading.value) };
}

/** Whether the host that the texts are of is known to have the address that the SYNs go to. */
export function isAddressed({ host, seen }: About<ListenerLoss>): boolean {
  if (seen === undefined || seen.atClient) return false;
  return host.localAddress(seen.listener.address).length > 0;
}

const ANY = new Set(["*", "0.0.0.0", "::"]);
/** Where Services take their ports on nodes; what comes to these is translated, whoever seems to listen. */
const NODE_PORTS = { first: 30000, last: 32767 };

/**
 * Whether the listening socket itself is known to be in the namespace that the host's texts are of: an address alone may be
 * a Service's or a node's, translated to a pod that has counters and queues of its own.
 */
export function isListening(about: About<ListenerLoss>): boolean {
  const { host, seen } = about;
  if (seen === undefined || !isAddressed(about)) return false;
  const { address, port } = seen.listener;
  if (port >= NODE_PORTS.first && port <= NODE_PORTS.last) return false;
  if (host.localAddress(address).some(({ local }) => local.device === "kube-ipvs0")) return false;
  return host
    .listeningSockets(port)
    .some(
      ({ socket, cite }) =>
        socket.address === address || (ANY.has(socket.address) && !isElsewhere(host, cite.artifact, address)),
    );
}
