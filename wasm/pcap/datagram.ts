import { message } from "./dns";
import { p } from "./packet";
import { isDnsPort } from "./plain";

/** From then on a message that was sent in fragments waits no longer for the rest of them, and comes before what is at hand. */
export let heldUntil: f64 = Infinity;

export function holdUntil(time: f64): void {
  heldUntil = time;
}

/** Takes the packet at hand, a whole UDP packet from or to a DNS port. */
export function datagram(): void {
  message(
    p.payloadAt,
    p.payloadEnd,
    p.payloadLength,
    isDnsPort(p.destinationPort),
    isDnsPort(p.sourcePort),
    0,
  );
}
