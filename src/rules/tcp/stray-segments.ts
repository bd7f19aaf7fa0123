import type { Capture } from "../../pcap/index.ts";
import { State } from "../../pcap/index.ts";
import { memo } from "../../bytes/index.ts";

/** A segment that came to a client from where it has no connection, and was reset. */
export interface StraySegment {
  /** Row of the connection that it belongs to, as the client knows it. */
  readonly row: number;
  /** Who sent it: an address id and a port. */
  readonly from: number;
  readonly fromPort: number;
  /** Whether the segment itself was captured. Else the reset on one side of a translation alone tells of it, and the capture may have missed the other one. */
  readonly isSeen: boolean;
  /** Of the reset. */
  readonly time: number;
  readonly frame: number;
  /** Seconds since the client's own connection began; `undefined` where the capture began later. */
  readonly age: number | undefined;
}

const PORTS = 0x10000;

/**
 * Segments from an address that a client did not connect to, at a port on which it is connected to another one, and which its kernel
 * resets for want of such a connection: an answer that nobody translated back. Where a capture shows both sides of the translation, it is the
 * client's reset that is seen on the far side alone.
 */
export const straySegments: (capture: Capture) => readonly StraySegment[] = memo(findStrays);

function findStrays({ connections: c, duration }: Capture): StraySegment[] {
  const strays: StraySegment[] = [];
  const candidates: { row: number; client: number; clientPort: number; from: number; fromPort: number }[] =
    [];
  const at = (row: number, of: Int32Array | Uint16Array): number => of[row] as number;
  for (let row = 0; row < c.length; row++) {
    if (c.resetFrame[row] === 0) continue;
    const state = c.state[row] as number;
    const copy = at(row, c.linked);
    const resets = c.counted[row] === 1 && copy !== -1 && (state & State.clientReset) !== 0;
    if (resets && ((c.state[copy] as number) & State.clientReset) === 0) {
      strays.push(strayOf(c, copy, row, at(row, c.server), at(row, c.serverPort)));
      continue;
    }
    if ((state & State.begun) !== 0 || copy !== -1) continue;
    const ends = [
      {
        own: c.ofClient,
        other: c.ofServer,
        client: at(row, c.client),
        clientPort: at(row, c.clientPort),
        from: at(row, c.server),
        fromPort: at(row, c.serverPort),
      },
      {
        own: c.ofServer,
        other: c.ofClient,
        client: at(row, c.server),
        clientPort: at(row, c.serverPort),
        from: at(row, c.client),
        fromPort: at(row, c.clientPort),
      },
    ];
    // Who has no such connection sends nothing else.
    const end = ends.find(
      ({ own, other }) =>
        (own.resets[row] ?? 0) > 0 &&
        own.packets[row] === own.resets[row] &&
        (other.packets[row] ?? 0) > (other.resets[row] ?? 0),
    );
    if (end) candidates.push({ row, ...end });
  }
  if (candidates.length === 0) return strays;
  const wanted = new Map<number, number[]>(
    candidates.map(({ client, clientPort }) => [client * PORTS + clientPort, []]),
  );
  for (let row = 0; row < c.length; row++)
    if (((c.state[row] as number) & State.server) !== 0)
      wanted.get(at(row, c.client) * PORTS + at(row, c.clientPort))?.push(row);
  for (const { row, client, clientPort, from, fromPort } of candidates) {
    const time = c.resetTime[row] ?? 0;
    const own = wanted
      .get(client * PORTS + clientPort)
      ?.findLast((each) => each !== row && c.server[each] !== from && isBroken(c, each, time, duration));
    if (own !== undefined) strays.push(strayOf(c, own, row, from, fromPort));
  }
  return strays;
}

/** What a server may go on without a packet for, where it lives. */
const SILENCE = 5;

/** A server that was reset says so at the client's next packet. */
const RESET_WITHIN = 60;

/**
 * Whether a connection that was open broke at a time: its server reset it, or it was alive until then and is silent behind. Ports are shared by connections
 * to several servers: one that goes on has nothing to do with what was reset, nor has one that was idle before.
 */
function isBroken(c: Capture["connections"], row: number, time: number, end: number): boolean {
  if ((c.firstTime[row] ?? 0) >= time) return false;
  const state = c.state[row] as number;
  const reset = c.resetTime[row] ?? Number.NaN;
  if ((state & State.serverReset) !== 0 && reset >= time) return reset <= time + RESET_WITHIN;
  const last = c.lastTime[row] ?? 0;
  const isOpen = (state & (State.serverFin | State.clientFin)) === 0 && c.resetFrame[row] === 0;
  return isOpen && last >= time - SILENCE && last < time + SILENCE && end >= time + SILENCE;
}

function strayOf(
  c: Capture["connections"],
  row: number,
  reset: number,
  from: number,
  fromPort: number,
): StraySegment {
  const time = c.resetTime[reset] ?? 0;
  const begun = ((c.state[row] as number) & State.begun) !== 0;
  return {
    row,
    from,
    fromPort,
    isSeen: row !== c.linked[reset],
    time,
    frame: c.resetFrame[reset] ?? 0,
    age: begun ? time - (c.firstTime[row] ?? 0) : undefined,
  };
}
