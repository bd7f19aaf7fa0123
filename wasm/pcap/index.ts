// The loops over a capture's packets. src/pcap/core.ts gives them their memory and reads what they leave in it.
import { layAddresses } from "./addresses";
import { layConnections } from "./connections";
import { layFlows } from "./flows";
import { layAttempts } from "./handshakes";
import { layNames } from "./names";
import { layPorts } from "./plain";
import { layQueries } from "./queries";
import { aligned } from "./words";

export {
  addressCount,
  addressesRefused,
  addressVersions,
  addressWords,
  find,
  intern,
  lease,
  mark,
  sweep,
  unmark,
} from "./addresses";
export {
  connectionCount,
  connectionRows,
  connectionsEvicted,
  connectionsIgnored,
  finishConnections,
  markConnections,
} from "./connections";
export { holdUntil } from "./datagram";
export { message, messagesCut, messagesMalformed, refuseQuery } from "./dns";
export { parseMessage } from "./dns-message";
export { both, countWays, forget, one } from "./flows";
export { handshakeColumns } from "./handshake";
export {
  decide,
  handshakeCount,
  handshakeRetries,
  handshakesEvicted,
  markHandshakes,
  refuse,
  retriesKept,
} from "./handshakes";
export { nameBytes, nameCount, namesRefused, nameStarts } from "./names";
export { plain, portClasses } from "./plain";
export { queryColumns } from "./query";
export { finishQueries, queriesEvicted, queryCount } from "./queries";
export { classic, enhanced, frames, lastSeconds, setFrames, setLastSeconds, take } from "./records";
export { segment } from "./segment";
export { troubleCount, troubleRows, troublesUntold } from "./troubles";

/** Conversations that the index has room for beside those with a row. */
const SPARE: u32 = 1 << 14;

/**
 * Lays the tables out, for so many rows of each and indexes that begin with so many slots as are expected to be needed, and says where the memory begins that is left: the first thing to be called, and
 * before the memory has its size.
 */
export function layOut(
  addresses: u32,
  handshakes: u32,
  connections: u32,
  troubles: u32,
  queries: u32,
  names: u32,
  expected: u32,
): usize {
  let at = layPorts(__heap_base);
  at = layAddresses(at, addresses);
  at = layFlows(at, handshakes + connections + SPARE, expected);
  at = layAttempts(at, handshakes);
  at = layConnections(at, connections, troubles);
  at = layQueries(at, queries, expected);
  return aligned(layNames(at, names));
}
