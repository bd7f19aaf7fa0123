import { type Addresses, pairKey, pairOf } from "./addresses.ts";
import { int32 } from "./columns-in.ts";
import { ConnectionColumns } from "./connection-columns.ts";
import { FillingRows } from "./connection-rows.ts";
import type { ConnectionTable } from "./connection-table.ts";
import type { Core, Room } from "./core.ts";
import {
  FIRST_RETRY,
  handshakeColumns,
  NEXT_RETRY,
  RETRY_FRAME,
  RETRY_STRIDE,
  RETRY_TSVAL,
} from "./handshake-columns.ts";
import type { HandshakeColumns, HandshakeTable, SynTry } from "./handshake-table.ts";
import { NONE, type Packet } from "./packet.ts";
import { refusedEnds } from "./refused-ends.ts";

/** Pairs of addresses with cut errors that are told apart; with more, no silence is taken for proven. */
const MOST_CUT_ERRORS = 1 << 16;

/** Turns TCP packets, and ICMP errors about them, into connection attempts and connections. The loops do most of it. */
export class TcpTracker {
  /** TCP packets that the capture cut before their flags. */
  cut = 0;
  /** ICMP errors whose quoted packet the capture cut: which attempt they answer can't be told. */
  cutErrors = 0;
  /** The addresses that they are about: silence between these is not proven. */
  readonly #cutErrors = new Set<number>();
  readonly #core: Core;
  readonly #room: Room;
  readonly #addresses: Addresses;
  readonly #connections: FillingRows;
  /** Rows that had been dropped when addresses were given up last. */
  #droppedBefore = 0;

  constructor(core: Core, addresses: Addresses, room: Room) {
    this.#core = core;
    this.#room = room;
    this.#addresses = addresses;
    this.#connections = new FillingRows(core, room.connections, room.troubles);
  }

  /** Attempts that were dropped because there were too many. */
  get handshakesDropped(): number {
    return this.#core.loops.handshakesEvicted();
  }

  /** Connections that were dropped because there were too many. */
  get connectionsDropped(): number {
    return this.#core.loops.connectionsEvicted();
  }

  /** Connections that were not followed, because there were too many others that went on. */
  get connectionsIgnored(): number {
    return this.#core.loops.connectionsIgnored();
  }

  /** Losses, resets and the like that were not noted, because too many connections had such. */
  get untold(): number {
    return this.#core.loops.troublesUntold();
  }

  /** A packet with TCP's protocol number. */
  packet(p: Packet): void {
    if (p.flags !== NONE) this.#core.segment(p);
    else if (p.fragmentOffset === 0) this.cut++;
  }

  /** An ICMP error that quotes a TCP packet. */
  icmp(p: Packet): void {
    const ends = refusedEnds(p, this.#addresses);
    if (ends === undefined) return;
    const { quoted: q, client, server } = ends;
    if (q.sourcePort === NONE) {
      this.cutErrors++;
      if (this.#cutErrors.size < MOST_CUT_ERRORS) this.#cutErrors.add(pairKey(client, server));
      return;
    }
    const { sourcePort, destinationPort, sequence } = q;
    const from = this.#core.place(p.bytes, p.sourceAt, p.version);
    const { icmpType, icmpCode, version } = p;
    this.#core.stamp(p);
    this.#core.loops.refuse(
      client,
      sourcePort,
      server,
      destinationPort,
      sequence,
      icmpType,
      icmpCode,
      from,
      version,
    );
  }

  /** Gives up the addresses of handshakes and connections that were dropped, unless that has just been done in vain. */
  makeRoom(): void {
    const { loops } = this.#core;
    const dropped = this.handshakesDropped + this.connectionsDropped;
    if (dropped === this.#droppedBefore) return;
    this.#droppedBefore = dropped;
    loops.forget();
    loops.unmark();
    loops.markHandshakes();
    loops.markConnections();
    for (const pair of this.#cutErrors) for (const id of pairOf(pair)) loops.mark(id);
    for (const id of this.#connections.dropped.servers()) loops.mark(id);
    loops.sweep();
  }

  /** Adds a connection up, whose row at that address is dropped. */
  drop(row: number): void {
    this.#connections.drop(row);
  }

  /** Conversations without a row that were seen both ways, and such as must have gone both ways but were seen going one. */
  ways(): { both: number; one: number } {
    const { loops } = this.#core;
    loops.countWays();
    return { both: loops.both.value, one: loops.one.value };
  }

  /** Decides what is still open, and gives the tables. */
  finish(end: number): { handshakes: HandshakeTable; connections: ConnectionTable } {
    const { loops, bytes, isLeft } = this.#core;
    const length = loops.handshakeCount();
    const { handshakes: room } = this.#room;
    const place = { buffer: bytes.buffer, at: loops.handshakeColumns(), room, length };
    const { client, server } = handshakeColumns({ ...place, copied: false });
    for (let row = 0; row < length; row++)
      loops.decide(row, end, this.#mayHaveError(client[row] as number, server[row] as number));
    loops.finishConnections(end);
    const columns = handshakeColumns({ ...place, copied: isLeft });
    const address = this.#addresses.reader();
    const tries = this.#tries(columns, int32({ ...place, copied: isLeft }, FIRST_RETRY));
    const handshakes = Object.assign(columns, { length, end, address, tries });
    return { handshakes, connections: new ConnectionColumns(this.#connections.finish(), address) };
  }

  /** Whether an error that can't be placed may be the answer to an attempt between these. */
  #mayHaveError(client: number, server: number): boolean {
    if (this.#cutErrors.size === 0) return false;
    return this.#cutErrors.has(pairKey(client, server)) || this.#cutErrors.size === MOST_CUT_ERRORS;
  }

  /** What gives the kept tries of an attempt. */
  #tries(table: HandshakeColumns, firstRetry: Int32Array): (row: number) => SynTry[] {
    const { loops } = this.#core;
    const count = loops.retriesKept();
    const { buffer, at } = this.#core.keep(loops.handshakeRetries(), RETRY_STRIDE * count);
    const words = new Int32Array(buffer, at, (RETRY_STRIDE / 4) * count);
    const doubles = new Float64Array(buffer, at, (RETRY_STRIDE / 8) * count);
    return (row) => {
      if (!((table.synCount[row] as number) > 0)) return [];
      const tsval = (value: number | undefined) => (table.hasTimestamp[row] === 1 ? value : undefined);
      const [frame, time] = [table.firstFrame[row] as number, table.firstTime[row] as number];
      const tries: SynTry[] = [{ frame, time, tsval: tsval(table.tsval[row]) }];
      for (let next = firstRetry[row] as number; next >= 0;) {
        const first = (RETRY_STRIDE / 4) * next;
        tries.push({
          frame: (words[first + RETRY_FRAME] as number) >>> 0,
          time: doubles[first / 2] as number,
          tsval: tsval((words[first + RETRY_TSVAL] as number) >>> 0),
        });
        next = words[first + NEXT_RETRY] as number;
      }
      return tries;
    };
  }
}
