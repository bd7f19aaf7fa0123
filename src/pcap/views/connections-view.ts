import type { Capture } from "../capture.ts";
import { type ConnectionTable, type DroppedConnections, State } from "../connection-table.ts";
import { type Connection, connection } from "../connections.ts";
import { isEnd, parseEnd } from "./ends.ts";
import { limited, marked } from "./measure.ts";

/** What a view of connections may be narrowed to. */
export type ConnectionTrait = "retransmitted" | "reset" | "zero-window" | "open" | "midstream";

/** Which connections a view shows, and how. */
export interface ConnectionsViewOptions {
  /** An address, with a port or without: `10.0.0.1`, `10.0.0.1:80`, `[fd00::1]:80`. */
  readonly server?: string | undefined;
  /** The same of the client, as the server sees it or before address translation. */
  readonly client?: string | undefined;
  /** The server's port. */
  readonly port?: number | undefined;
  /**
   * Only connections with all of these: something was sent again, a RST, a receive window of zero, no end in the capture, no
   * beginning in it.
   */
  readonly only?: readonly ConnectionTrait[] | undefined;
  /** What comes first; the earliest if not given. */
  readonly sort?: "bytes" | "duration" | "requests" | "retransmissions" | "rtt" | "idle" | undefined;
  /** Most rows. */
  readonly limit?: number | undefined;
}

/** How a connection ended. */
export type ConnectionEnd = "closed" | "half-closed" | "reset by client" | "reset by server" | "open";

/** One connection of a view. */
export interface ConnectionRow extends Connection {
  /** Seconds between its first and its last packet. */
  readonly duration: number;
  readonly retransmissions: number;
  /** Frame of the first retransmission; 0 without. */
  readonly firstRetransmission: number;
  readonly zeroWindows: number;
  /** Seconds from the client's end to the server's and back, as far as either half was seen; `undefined` without any. */
  readonly rtt: number | undefined;
  readonly end: ConnectionEnd;
  /** The ends before address translation, where they were captured. */
  readonly original: Pick<Connection, "client" | "clientPort" | "server" | "serverPort"> | undefined;
}

/** What {@link connectionsView} gives. */
export interface ConnectionsView {
  /** Seconds since 1970 of the first packet, to which all times are relative. */
  readonly start: number | undefined;
  /** Connections that the filters leave, before the limit; and what they sent. */
  readonly of: number;
  /** Connections before the filters. */
  readonly among: number;
  readonly clientBytes: number;
  readonly serverBytes: number;
  readonly retransmissions: number;
  readonly resets: number;
  readonly connections: readonly ConnectionRow[];
  /** Sums over connections that were dropped from the table, because there were too many; the filters leave them as they are. */
  readonly dropped: readonly (Omit<DroppedConnections, "server"> & { readonly server: string | undefined })[];
}

/**
 * The TCP connections of a capture: those behind whose SYN something was exchanged, and those that were going on when it began.
 *
 * @throws {InquestError} `misuse` for what is no address
 */
export function connectionsView(capture: Capture, options: ConnectionsViewOptions = {}): ConnectionsView {
  const { connections: table, start } = capture;
  const rows = chosen(table, options);
  const weight = options.sort === undefined ? () => 0 : WEIGHTS[options.sort];
  rows.sort((a, b) => weight(table, b) - weight(table, a) || a - b);
  const { rows: shown, of } = limited(rows, options.limit);
  let clientBytes = 0;
  let serverBytes = 0;
  let retransmissions = 0;
  let resets = 0;
  for (const row of rows) {
    clientBytes += table.ofClient.bytes[row] as number;
    serverBytes += table.ofServer.bytes[row] as number;
    retransmissions += resentIn(table, row);
    resets += Number((table.resetFrame[row] as number) > 0);
  }
  return {
    start,
    of,
    among: marked(table.counted),
    clientBytes,
    serverBytes,
    retransmissions,
    resets,
    connections: shown.map((row) => rowOf(table, row)),
    dropped: table.dropped.map((sums) => ({
      ...sums,
      server: sums.server < 0 ? undefined : table.address(sums.server),
    })),
  };
}

const resentIn = (table: ConnectionTable, row: number): number =>
  (table.ofClient.retransmissions[row] as number) + (table.ofServer.retransmissions[row] as number);

const zeroWindowsIn = (table: ConnectionTable, row: number): number =>
  (table.ofClient.zeroWindows[row] as number) + (table.ofServer.zeroWindows[row] as number);

function chosen(table: ConnectionTable, options: ConnectionsViewOptions): number[] {
  const server = options.server === undefined ? undefined : parseEnd(options.server);
  const client = options.client === undefined ? undefined : parseEnd(options.client);
  const has = (row: number, traits: readonly ConnectionTrait[]) =>
    traits.every((trait) => TRAITS[trait](table, row));
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    if (table.counted[row] !== 1 || !has(row, options.only ?? [])) continue;
    if (options.port !== undefined && table.serverPort[row] !== options.port) continue;
    const copy = table.linked[row] as number;
    const isThere = (at: number) =>
      isEnd(server, table.address(table.server[at] as number), table.serverPort[at] as number) &&
      isEnd(client, table.address(table.client[at] as number), table.clientPort[at] as number);
    if (isThere(row) || (copy !== -1 && isThere(copy))) rows.push(row);
  }
  return rows;
}

const TRAITS: Readonly<Record<ConnectionTrait, (table: ConnectionTable, row: number) => boolean>> = {
  retransmitted: (table, row) => resentIn(table, row) > 0,
  reset: (table, row) => (table.resetFrame[row] as number) > 0,
  "zero-window": (table, row) => zeroWindowsIn(table, row) > 0,
  open: (table, row) => endOf(table, row) === "open" || endOf(table, row) === "half-closed",
  midstream: (table, row) => ((table.state[row] as number) & State.begun) === 0,
};

function endOf(table: ConnectionTable, row: number): ConnectionEnd {
  const state = table.state[row] as number;
  // A RST behind both FINs only clears away what is closed.
  const fins = Number((state & State.clientFin) !== 0) + Number((state & State.serverFin) !== 0);
  if (fins === 2) return "closed";
  if ((state & State.clientReset) !== 0 && (state & State.serverReset) === 0) return "reset by client";
  if ((state & State.serverReset) !== 0 && (state & State.clientReset) === 0) return "reset by server";
  if ((state & State.serverReset) !== 0)
    return connection(table, row).reset?.by === "client" ? "reset by client" : "reset by server";
  return fins === 1 ? "half-closed" : "open";
}

const durationOf = (table: ConnectionTable, row: number): number =>
  Math.max(0, (table.lastTime[row] as number) - (table.firstTime[row] as number));

function rttOf(table: ConnectionTable, row: number): number | undefined {
  const halves = [table.ofClient.rtt[row] as number, table.ofServer.rtt[row] as number];
  const seen = halves.filter((half) => !Number.isNaN(half));
  return seen.length === 0 ? undefined : seen.reduce((sum, half) => sum + half, 0);
}

/** What a connection is weighed by, for each order. */
const WEIGHTS: Readonly<
  Record<NonNullable<ConnectionsViewOptions["sort"]>, (table: ConnectionTable, row: number) => number>
> = {
  bytes: (table, row) => (table.ofClient.bytes[row] as number) + (table.ofServer.bytes[row] as number),
  duration: durationOf,
  requests: (table, row) => table.requests[row] as number,
  retransmissions: resentIn,
  rtt: (table, row) => rttOf(table, row) ?? -1,
  idle: (table, row) => {
    const idle = table.idleBeforeReset[row] as number;
    return Number.isNaN(idle) ? -1 : idle;
  },
};

function rowOf(table: ConnectionTable, row: number): ConnectionRow {
  const copy = table.linked[row] as number;
  return {
    ...connection(table, row),
    duration: durationOf(table, row),
    retransmissions: resentIn(table, row),
    firstRetransmission: table.firstRetransmission[row] as number,
    zeroWindows: zeroWindowsIn(table, row),
    rtt: rttOf(table, row),
    end: endOf(table, row),
    original:
      copy === -1
        ? undefined
        : {
            client: table.address(table.client[copy] as number),
            clientPort: table.clientPort[copy] as number,
            server: table.address(table.server[copy] as number),
            serverPort: table.serverPort[copy] as number,
          },
  };
}
