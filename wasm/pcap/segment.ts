import { isFull } from "./addresses";
import { follow } from "./connections";
import { makeRoomForAddresses } from "./env";
import { flowOf } from "./flows";
import { shake } from "./handshakes";

/** Takes the packet at hand, a TCP packet with its flags, for the connection attempts and the connections. */
export function segment(): void {
  if (isFull()) makeRoomForAddresses();
  const slot = flowOf();
  if (slot == 0) return;
  shake(slot);
  follow();
}
