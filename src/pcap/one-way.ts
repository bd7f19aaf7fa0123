import type { Capture } from "./capture.ts";
import { type HandshakeTable, Outcome, Seen } from "./handshake-table.ts";
import { rowsOf } from "./listeners.ts";

/** Conversations seen both ways, and such as must have gone both ways but were seen going one. */
export interface Ways {
  readonly both: number;
  readonly one: number;
}

/**
 * Whether a capture saw TCP traffic, all of it going one way.
 *
 * @param others conversations without a row in the table
 */
export function seesOneWay(table: HandshakeTable, others: Ways): boolean {
  const ways = waysOf(table, others);
  return ways.both === 0 && ways.one > 0;
}

/**
 * Whether a capture saw only one direction of a listener's traffic. SYNs alone prove nothing, since an unanswered
 * client sends nothing else; a client that goes on without an answer in the capture does.
 *
 * @param listener as in `Listener.key`
 */
export function oneWayAt(capture: Capture, listener: string): boolean {
  const { handshakes } = capture;
  const ways = waysOf(handshakes, { both: 0, one: 0 }, rowsOf(handshakes, listener));
  return ways.both === 0 && ways.one > 0;
}

function waysOf(
  { length, seen, synCount, outcome }: HandshakeTable,
  others: Ways,
  rows?: readonly number[],
): Ways {
  let { both, one } = others;
  const count = rows?.length ?? length;
  for (let at = 0; at < count; at++) {
    const row = rows === undefined ? at : (rows[at] as number);
    const isClient = synCount[row] !== 0 || ((seen[row] as number) & Seen.client) !== 0;
    if (isClient && ((seen[row] as number) & Seen.server) !== 0) both++;
    else if (outcome[row] === Outcome.answerUnseen || !isClient) one++;
  }
  return { both, one };
}
