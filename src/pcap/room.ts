import type { Room } from "./core.ts";

/** Limits of {@link roomFor}, as `CaptureOptions` has them. */
interface Limits {
  readonly maxAddresses?: number;
  readonly maxHandshakes?: number;
  readonly maxConnections?: number;
  readonly maxQueries?: number;
  readonly maxNames?: number;
}

/** Together these take less than the 2 GB of memory whose addresses are the same signed and unsigned. */
const MOST_ADDRESSES = 1 << 21;
const MOST_ROWS = 1 << 20;
const LEAST_ROWS = 16;
/** No packet with an address takes fewer bytes of a file. */
const LEAST_PACKET = 32;
/** An ICMP error has two addresses and quotes two others; what little else there is has room as well. */
const MOST_ADDRESSES_OF_PACKET = 4;
/** A segment may hold many queries. Each takes 19 bytes, and is read twice at most: once more where its stream is given up there. */
const LEAST_QUERY = 8;
const SPARE = 64;
/** Bytes of a file for each conversation or query that it has; most have fewer of them. */
const USUAL_SHARE = 4096;

/** Room for what a file of that size can hold, up to the limits. */
export function roomFor(size: number, limits: Limits): Room {
  const packets = Math.ceil(size / LEAST_PACKET) + SPARE;
  const messages = Math.ceil(size / LEAST_QUERY) + SPARE;
  const handshakes = rows(limits.maxHandshakes);
  const connections = rows(limits.maxConnections);
  return {
    addresses: Math.min(mostAddresses(limits.maxAddresses), MOST_ADDRESSES_OF_PACKET * packets),
    handshakes: Math.min(handshakes, packets),
    connections: Math.min(connections, packets),
    troubles: Math.min(Math.max(connections >> 2, LEAST_ROWS), packets),
    queries: Math.min(rows(limits.maxQueries), messages),
    names: Math.min(within(limits.maxNames ?? 1 << 16, 0, MOST_ROWS), messages),
    expected: Number.isFinite(size) ? Math.min(Math.floor(size / USUAL_SHARE), MOST_ROWS) : 0,
  };
}

/** How many addresses are told apart where so many are wanted. */
export function mostAddresses(wanted: number = 1 << 18): number {
  return within(wanted, 0, MOST_ADDRESSES);
}

function rows(wanted: number = 1 << 17): number {
  return within(wanted, LEAST_ROWS, MOST_ROWS);
}

/** The whole number nearest to what is wanted; the least for what is none. */
function within(wanted: number, least: number, most: number): number {
  return wanted > least ? Math.floor(Math.min(wanted, most)) : least;
}
