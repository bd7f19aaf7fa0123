import type { Cite, Reading } from "../../evidence/index.ts";
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

/** Whether the listener is known to be in the namespace that the host's texts are of: it lists the address, or the socket. */
export function isHere({ host, seen }: About<ListenerLoss>): boolean {
  if (seen === undefined || seen.atClient) return false;
  const { address, port } = seen.listener;
  const has = host.localAddresses.some(({ model }) =>
    model.addresses.some((each) => each.address === address),
  );
  const listens = host.sockets.some(({ model }) =>
    model.sockets.some(
      (socket) => socket.state === "LISTEN" && socket.port === port && socket.address === address,
    ),
  );
  return has || listens;
}
