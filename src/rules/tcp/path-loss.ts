import type { ListenerLoss } from "./syn-unanswered.ts";

/** One segment that is sent again may be a late one. */
const FEWEST = 2;

/**
 * Whether data was lost, too, in connections whose handshake went well: then the path loses packets, and it loses those of
 * handshakes as well. A listener's queues hold connections up only until they are established.
 */
export function losesData({ capture, listener }: ListenerLoss, aside: readonly number[]): boolean {
  const { connections, handshakes } = capture.model;
  const { server, counted, handshake, ofClient, ofServer } = connections;
  const leftOut = new Set(aside);
  let lossy = 0;
  for (let row = 0; row < connections.length; row++) {
    const again = (ofServer.retransmissions[row] ?? 0) + (ofClient.retransmissions[row] ?? 0);
    if (counted[row] !== 1 || again === 0) continue;
    const attempt = handshake[row] ?? -1;
    if (attempt === -1 || leftOut.has(attempt) || handshakes.completed[attempt] !== 1) continue;
    if (connections.address(server[row] ?? 0) === listener.address) lossy++;
  }
  return lossy >= FEWEST;
}
