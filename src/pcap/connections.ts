import { type ConnectionTable, type SideColumns, State } from "./connection-table.ts";
import { Reset } from "./handshake-table.ts";

/** What one side of a connection did. Numbers are as in {@link SideColumns}; what was not seen is `undefined`. */
export type ConnectionSide = {
  readonly [Name in Exclude<keyof SideColumns, "rtt">]: number;
} & {
  readonly rtt: number | undefined;
  /** Whether it sent a FIN. */
  readonly fin: boolean;
};

/** One connection, spelled out. Times are seconds since the capture's first packet. */
export interface Connection {
  /** Its row in the table. */
  readonly row: number;
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  readonly vni: number | undefined;
  /** Row in the handshake table. */
  readonly handshake: number | undefined;
  /** Whether its beginning was captured; of others it is a guess who is the server. */
  readonly begun: boolean;
  readonly first: { readonly time: number; readonly frame: number };
  readonly last: { readonly time: number; readonly frame: number };
  readonly requests: number;
  readonly ofClient: ConnectionSide;
  readonly ofServer: ConnectionSide;
  /** The first RST: who sent it, and how many seconds nothing had been sent before. */
  readonly reset:
    | {
        readonly by: "client" | "server";
        readonly time: number;
        readonly frame: number;
        readonly idle: number;
      }
    | undefined;
}

/**
 * Connections as objects.
 *
 * @param rows which; without, all that count: copies before address translation do not
 */
export function* connections(table: ConnectionTable, rows?: Iterable<number>): Generator<Connection> {
  for (const row of rows ?? table.state.keys())
    if (rows !== undefined || table.counted[row] === 1) yield connection(table, row);
}

/** The connection of one row as an object. */
export function connection(table: ConnectionTable, row: number): Connection {
  const state = table.state[row] as number;
  const vni = table.vni[row] as number;
  const handshake = table.handshake[row] as number;
  const frame = table.resetFrame[row] as number;
  const by = table.resetBy[row] === Reset.byClient ? ("client" as const) : ("server" as const);
  const time = table.resetTime[row] as number;
  const idle = table.idleBeforeReset[row] as number;
  return {
    row,
    client: table.address(table.client[row] as number),
    clientPort: table.clientPort[row] as number,
    server: table.address(table.server[row] as number),
    serverPort: table.serverPort[row] as number,
    vni: vni < 0 ? undefined : vni,
    handshake: handshake < 0 ? undefined : handshake,
    begun: (state & State.begun) !== 0,
    first: { time: table.firstTime[row] as number, frame: table.firstFrame[row] as number },
    last: { time: table.lastTime[row] as number, frame: table.lastFrame[row] as number },
    requests: table.requests[row] as number,
    ofClient: side(table.ofClient, row, (state & State.clientFin) !== 0),
    ofServer: side(table.ofServer, row, (state & State.serverFin) !== 0),
    reset: frame === 0 ? undefined : { by, time, frame, idle },
  };
}

function side(columns: SideColumns, row: number, fin: boolean): ConnectionSide {
  const rtt = columns.rtt[row] as number;
  const of = (column: Uint32Array | Float64Array) => column[row] as number;
  return {
    packets: of(columns.packets),
    bytes: of(columns.bytes),
    retransmissions: of(columns.retransmissions),
    retransmittedBytes: of(columns.retransmittedBytes),
    outOfOrder: of(columns.outOfOrder),
    duplicateAcks: of(columns.duplicateAcks),
    probes: of(columns.probes),
    zeroWindows: of(columns.zeroWindows),
    zeroWindowTime: of(columns.zeroWindowTime),
    longestZeroWindow: of(columns.longestZeroWindow),
    largestSegment: of(columns.largestSegment),
    largestAcked: of(columns.largestAcked),
    largestRetransmitted: of(columns.largestRetransmitted),
    unseenBytes: of(columns.unseenBytes),
    longestBackoff: of(columns.longestBackoff),
    longestBackoffTime: of(columns.longestBackoffTime),
    lastBackoff: of(columns.lastBackoff),
    lastBackoffTime: of(columns.lastBackoffTime),
    resets: of(columns.resets),
    rtt: Number.isNaN(rtt) ? undefined : rtt,
    fin,
  };
}
