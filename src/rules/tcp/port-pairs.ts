import { memo } from "../../bytes/index.ts";
import { captureIndex } from "./capture-index.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

/** A lost attempt, and another source's SYN from the same port to the same destination at the same moment. */
export interface PortPair {
  /** Rows of the capture's handshakes, before address translation where it was captured. */
  readonly loser: number;
  readonly winner: number;
}

/** SYNs that race through a host's address translation are this near, in seconds. */
const RACE = 0.005;

/**
 * Pairs of SYNs from one source port of two addresses to one destination within a few milliseconds, of which one was
 * answered at once and the other was lost.
 */
export const portPairs: (seen: ListenerLoss) => readonly PortPair[] = memo(findPairs);

function findPairs(seen: ListenerLoss): PortPair[] {
  const { handshakes } = seen.capture.model;
  const { client, clientPort, server, serverPort, firstTime, counted, linked } = handshakes;
  const losers = seen.lost.map((row) => (counted[row] === 1 ? original(row, linked) : row));
  const isLoser = new Set(losers);
  const index = captureIndex(seen.capture.model);
  return losers.flatMap((loser) => {
    const winner = index
      .answeredFrom(clientPort[loser] ?? 0)
      .item.find(
        (row) =>
          !isLoser.has(row) &&
          client[row] !== client[loser] &&
          server[row] === server[loser] &&
          serverPort[row] === serverPort[loser] &&
          linked[row] !== loser &&
          Math.abs((firstTime[row] ?? 0) - (firstTime[loser] ?? 0)) <= RACE,
      );
    return winner === undefined ? [] : [{ loser, winner }];
  });
}

/** The copy of an attempt before the last translation, or itself. */
function original(row: number, linked: Int32Array): number {
  const copy = linked[row] ?? -1;
  return copy === -1 ? row : copy;
}
