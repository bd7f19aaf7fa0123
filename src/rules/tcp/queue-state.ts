import type { Cite, Reading } from "../../evidence/index.ts";
import { isElsewhere } from "../../evidence/index.ts";
import type { About } from "../engine/index.ts";
import { losesData } from "./path-loss.ts";
import { queuePattern } from "./queue-pattern.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

/** A listener's line in a list of sockets. */
export interface ListenerSocket {
  readonly recvQ: number;
  readonly sendQ: number;
  /** Whether {@link sendQ} is the length of the accept queue: `netstat` doesn't tell it. */
  readonly tellsLength: boolean;
  readonly cite: Cite;
}

const ANY = new Set(["*", "0.0.0.0", "::"]);
/** The counters that only a queue without room moves (net/ipv4/tcp_input.c). */
export const ACCEPT_COUNTER = "ListenOverflows";
export const HALF_OPEN_COUNTER = "TCPReqQFullDrop";

/** The listening sockets of the port that lost SYNs, or all of the host where no loss was seen. */
export function listenerSockets({ host, seen }: About<ListenerLoss>): ListenerSocket[] {
  if (seen?.atClient === true) return [];
  return host
    .listeningSockets(seen?.listener.port)
    .filter(
      ({ socket, cite }) =>
        seen === undefined ||
        socket.address === seen.listener.address ||
        (ANY.has(socket.address) && !isElsewhere(host, cite.artifact, seen.listener.address)),
    )
    .map(({ socket: { recvQ, sendQ }, source, cite }) => ({
      recvQ,
      sendQ,
      tellsLength: source === "ss",
      cite,
    }));
}

/** Whether a listener's accept queue has no room: its length is reached. */
export const isFull = ({ recvQ, sendQ, tellsLength }: ListenerSocket): boolean =>
  tellsLength && recvQ > 0 && recvQ >= sendQ;

/** Which queue it is that overflows, as far as the evidence tells. */
export function queueOf(about: About<ListenerLoss>): "accept" | "half-open" | undefined {
  const { host, seen } = about;
  if (listenerSockets(about).some(isFull)) return "accept";
  const pattern = seen && queuePattern(seen);
  const ignored = pattern?.ackIgnored ?? [];
  if (seen && ignored.length > 1 && !losesData(seen, ignored)) return "accept";
  if (seen?.atClient !== true) {
    const told =
      which(host.counterGrowth(ACCEPT_COUNTER), host.counterGrowth(HALF_OPEN_COUNTER)) ??
      which(host.counter(ACCEPT_COUNTER), host.counter(HALF_OPEN_COUNTER));
    if (told !== undefined) return told;
  }
  return pattern?.halfOpen === undefined ? undefined : "half-open";
}

/** Where only one of both has counted, or one far more. */
function which(accept: Reading<number>, halfOpen: Reading<number>): "accept" | "half-open" | undefined {
  const a = accept.known ? accept.value : 0;
  const h = halfOpen.known ? halfOpen.value : 0;
  if (a > h) return "accept";
  return h > a ? "half-open" : undefined;
}
