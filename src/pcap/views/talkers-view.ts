import { InquestError } from "../../bytes/index.ts";
import { pairKey } from "../addresses.ts";
import type { Capture } from "../capture.ts";
import type { Tally } from "../tally-table.ts";
import { parseEnd } from "./ends.ts";
import { limited } from "./measure.ts";

/** How a view of talkers is sorted and cut. */
export interface TalkersViewOptions {
  /** Only this address, and pairs with it. */
  readonly address?: string | undefined;
  /** Whether pairs of addresses are shown instead of single ones. */
  readonly pairs?: boolean | undefined;
  /** What comes first; the most bytes if not given. */
  readonly sort?: "bytes" | "packets" | "connections" | "queries" | undefined;
  /** Most rows. */
  readonly limit?: number | undefined;
}

/** What connections and queries an address takes part in. */
export interface TalkerCounts {
  /** TCP connection attempts that it makes, and such as it is asked for. */
  readonly connectionsOut: number;
  readonly connectionsIn: number;
  /** DNS queries that it asks, and such as it is asked. */
  readonly queriesOut: number;
  readonly queriesIn: number;
}

/** What one address sends and receives: frames as they were captured. */
export interface TalkerRow extends TalkerCounts {
  readonly address: string;
  readonly packets: number;
  readonly bytes: number;
  readonly sentPackets: number;
  readonly sentBytes: number;
  readonly receivedPackets: number;
  readonly receivedBytes: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** What two addresses send each other; `connectionsOut`, `queriesOut` and `sent…` are of `address`. */
export interface TalkerPairRow extends TalkerRow {
  readonly peer: string;
}

/** What {@link talkersView} gives. */
export interface TalkersView {
  readonly frames: number;
  readonly bytes: number;
  /** Rows before the limit. */
  readonly of: number;
  /** Rows before the filter as well. */
  readonly among: number;
  readonly addresses: readonly TalkerRow[];
  readonly pairs: readonly TalkerPairRow[];
}

/**
 * Who sends and receives how much: by address, or by pair of addresses. Packets that were captured on several interfaces count
 * each time, and under each address that translation gave them.
 *
 * @param capture read with `tally`
 * @throws {InquestError} `misuse` for a capture without a tally, and for what is no address
 */
export function talkersView(capture: Capture, options: TalkersViewOptions = {}): TalkersView {
  const { tally } = capture;
  if (tally === undefined)
    throw new InquestError("misuse", "talkers need a capture that was read with tally");
  const only = options.address === undefined ? undefined : parseEnd(options.address).address;
  const { frames, bytes } = tally;
  const weight = weightOf(options.sort);
  const compare = (a: TalkerRow, b: TalkerRow) => weight(b) - weight(a) || a.firstFrame - b.firstFrame;
  if (options.pairs === true) {
    const all = pairsOf(capture, tally);
    const chosen = all.filter(({ address, peer }) => only === undefined || address === only || peer === only);
    const { rows, of } = limited(chosen.sort(compare), options.limit);
    return { frames, bytes, of, among: all.length, addresses: [], pairs: rows };
  }
  const all = addressesOf(capture, tally);
  const chosen = all.filter(({ address }) => only === undefined || address === only);
  const { rows, of } = limited(chosen.sort(compare), options.limit);
  return { frames, bytes, of, among: all.length, addresses: rows, pairs: [] };
}

function weightOf(sort: TalkersViewOptions["sort"]): (row: TalkerRow) => number {
  if (sort === "packets") return (row) => row.packets;
  if (sort === "connections") return (row) => row.connectionsOut + row.connectionsIn;
  if (sort === "queries") return (row) => row.queriesOut + row.queriesIn;
  return (row) => row.bytes;
}

/** Both tables' columns of who asks whom. Their address ids are not the tally's. */
interface Asked {
  readonly client: Int32Array;
  readonly server: Int32Array;
  readonly linked: Int32Array;
  readonly counted: Uint8Array;
  readonly length: number;
  address(id: number): string;
}

/** The tally's id of each of its addresses. */
function idsOf(tally: Tally): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (let id = 0; id < tally.addresses.length; id++) ids.set(tally.address(id), id);
  return ids;
}

/**
 * Calls back for who takes part in each row. Copies before and after address translation are one to each address that both
 * have.
 */
function eachAsked(
  table: Asked,
  ids: ReadonlyMap<string, number>,
  found: (client: number, server: number, newClient: boolean, newServer: boolean) => void,
): void {
  for (let row = 0; row < table.length; row++) {
    const clientId = table.client[row] as number;
    const serverId = table.server[row] as number;
    const client = ids.get(table.address(clientId));
    const server = ids.get(table.address(serverId));
    if (client === undefined || server === undefined) continue;
    const copy = table.counted[row] === 1 ? -1 : (table.linked[row] as number);
    found(
      client,
      server,
      copy === -1 || table.client[copy] !== clientId,
      copy === -1 || table.server[copy] !== serverId,
    );
  }
}

function addressesOf(capture: Capture, tally: Tally): TalkerRow[] {
  const { addresses: a } = tally;
  const ids = idsOf(tally);
  const counts = new Float64Array(4 * a.length);
  const count = (table: Asked, out: number, into: number) => {
    eachAsked(table, ids, (client, server, newClient, newServer) => {
      if (newClient) (counts[4 * client + out] as number)++;
      if (newServer) (counts[4 * server + into] as number)++;
    });
  };
  count(capture.handshakes, 0, 1);
  count(capture.dns, 2, 3);
  const talkers: TalkerRow[] = [];
  for (let id = 0; id < a.length; id++) {
    if (a.firstFrame[id] === 0) continue;
    const sentPackets = a.sentPackets[id] as number;
    const sentBytes = a.sentBytes[id] as number;
    const receivedPackets = a.receivedPackets[id] as number;
    const receivedBytes = a.receivedBytes[id] as number;
    talkers.push({
      address: tally.address(id),
      packets: sentPackets + receivedPackets,
      bytes: sentBytes + receivedBytes,
      sentPackets,
      sentBytes,
      receivedPackets,
      receivedBytes,
      ...countsAt(counts, id),
      firstFrame: a.firstFrame[id] as number,
      lastFrame: a.lastFrame[id] as number,
    });
  }
  return talkers;
}

function countsAt(counts: ArrayLike<number>, row: number): TalkerCounts {
  return {
    connectionsOut: counts[4 * row] as number,
    connectionsIn: counts[4 * row + 1] as number,
    queriesOut: counts[4 * row + 2] as number,
    queriesIn: counts[4 * row + 3] as number,
  };
}

function pairsOf(capture: Capture, tally: Tally): TalkerPairRow[] {
  const { pairs: p } = tally;
  const ids = idsOf(tally);
  const rowOf = new Map<number, number>();
  for (let row = 0; row < p.length; row++) rowOf.set(pairKey(p.a[row] as number, p.b[row] as number), row);
  const counts = new Float64Array(4 * p.length);
  const count = (table: Asked, out: number, into: number) => {
    eachAsked(table, ids, (client, server, newClient, newServer) => {
      if (!newClient && !newServer) return;
      const isForward = client <= server;
      const row = rowOf.get(isForward ? pairKey(client, server) : pairKey(server, client));
      if (row !== undefined) (counts[4 * row + (isForward ? out : into)] as number)++;
    });
  };
  count(capture.handshakes, 0, 1);
  count(capture.dns, 2, 3);
  return Array.from({ length: p.length }, (_, row) => {
    const fromA = p.packetsFromA[row] as number;
    const fromB = p.packetsFromB[row] as number;
    const bytesA = p.bytesFromA[row] as number;
    const bytesB = p.bytesFromB[row] as number;
    const asA = countsAt(counts, row);
    const about = {
      packets: fromA + fromB,
      bytes: bytesA + bytesB,
      firstFrame: p.firstFrame[row] as number,
      lastFrame: p.lastFrame[row] as number,
    };
    const a = tally.address(p.a[row] as number);
    const b = tally.address(p.b[row] as number);
    // Whoever asks more stands first.
    const turned = asA.connectionsIn + asA.queriesIn > asA.connectionsOut + asA.queriesOut;
    if (!turned)
      return {
        address: a,
        peer: b,
        ...about,
        sentPackets: fromA,
        sentBytes: bytesA,
        receivedPackets: fromB,
        receivedBytes: bytesB,
        ...asA,
      };
    return {
      address: b,
      peer: a,
      ...about,
      sentPackets: fromB,
      sentBytes: bytesB,
      receivedPackets: fromA,
      receivedBytes: bytesA,
      connectionsOut: asA.connectionsIn,
      connectionsIn: asA.connectionsOut,
      queriesOut: asA.queriesIn,
      queriesIn: asA.queriesOut,
    };
  });
}
