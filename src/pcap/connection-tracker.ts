import { type FlowIndex, IGNORED } from "./flow-index.ts";
import { ConnectionColumns } from "./connection-columns.ts";
import { ConnectionRows } from "./connection-rows.ts";
import * as at from "./connection-state.ts";
import { type ConnectionTable, State } from "./connection-table.ts";
import { ConnectionTroubles } from "./connection-troubles.ts";
import type { HandshakeScratch } from "./handshake-scratch.ts";
import type { HandshakeColumns, HandshakeTable } from "./handshake-table.ts";
import { ACK, FIN, NONE, type Packet, RST, SYN } from "./packet.ts";
import { SegmentCopies } from "./segment-copies.ts";

const { Mark } = at;

/** Follows the packets of connections behind their handshakes. */
export class ConnectionTracker {
  readonly #flows: FlowIndex;
  readonly #handshakes: HandshakeColumns;
  readonly #handshakeScratch: HandshakeScratch;
  readonly #rows: ConnectionRows;
  readonly #troubles: ConnectionTroubles;
  readonly #copies = new SegmentCopies();
  #ignored = 0;
  /** How often room was asked for, and when it is looked for again. */
  #asked = 0;
  #nextTry = 0;

  /** @param limit most rows; old ones are dropped then, finished ones first */
  constructor(flows: FlowIndex, handshakes: HandshakeColumns, scratch: HandshakeScratch, limit: number) {
    this.#flows = flows;
    this.#handshakes = handshakes;
    this.#handshakeScratch = scratch;
    this.#rows = new ConnectionRows(Math.max(limit, 16));
    this.#troubles = new ConnectionTroubles(this.#rows);
  }

  /** Connections that were dropped because there were too many. */
  get evicted(): number {
    return this.#rows.evicted;
  }

  /** Connections that were not followed, because there were too many others that went on. */
  get ignored(): number {
    return this.#ignored;
  }

  /** Losses, resets and the like that were not noted, because too many connections had such. */
  get untold(): number {
    return this.#rows.untold;
  }

  /** A TCP packet of the conversation at `slot`, which the handshakes' tracker has seen before. */
  packet(p: Packet, slot: number, source: number, destination: number): void {
    const { flags } = p;
    if ((flags & SYN) !== 0) return;
    let row = this.#flows.connection(slot);
    if (row < 0) {
      if (row === IGNORED) return;
      row = this.#begin(p, slot, source, destination);
      if (row < 0) return;
    }
    const { words: w, doubles } = this.#rows;
    const base = row * at.STRIDE;
    const isClient = w[base + at.CLIENT] === source && (w[base + at.PORTS] as number) >>> 16 === p.sourcePort;
    const micros = (Math.imul(p.seconds, 1_000_000) + ((p.nanoseconds / 1000) | 0)) | 0;
    if (this.#copies.note(p, isClient ? 2 * row : 2 * row + 1, micros)) return;
    if (this.#copies.other >= 0) this.#translated(row, this.#copies.other >> 1, isClient);

    const own = base + (isClient ? at.OF_CLIENT : at.OF_SERVER);
    const other = base + (isClient ? at.OF_SERVER : at.OF_CLIENT);
    const last = (base >> 1) + at.LAST_TIME;
    const before = doubles[last] as number;
    doubles[last] = p.time;
    w[base + at.LAST_FRAME] = p.frame;
    (w[own + at.PACKETS] as number)++;
    if (p.vni !== NONE) w[base + at.VNI] = p.vni;
    if (w[base + at.TROUBLE] !== 0)
      this.#troubles.heard(row, isClient, p.time, p.window !== 0 || (flags & RST) !== 0);
    if ((flags & RST) !== 0) return this.#reset(p, row, isClient, before);
    if (p.window === 0) this.#troubles.closed(p, row, isClient);

    const seen = isClient ? State.client : State.server;
    if (((w[base + at.STATE] as number) & seen) === 0) {
      (w[base + at.STATE] as number) |= seen;
      // Of the sides of a handshake it is known where their data begins, unless that packet was not captured.
      if (w[own + at.NEXT] === 0) w[own + at.NEXT] = p.sequence;
    }
    const fin = flags & FIN;
    const length = p.payloadLength;
    const ahead = (p.sequence - (w[own + at.NEXT] as number)) | 0;
    if (length + fin === 0) {
      if (ahead === -1) this.#troubles.probe(row, isClient);
    } else if (ahead === 0) this.#advance(p, base, own, isClient, micros);
    else {
      const isNew = this.#troubles.astray(p, row, isClient, ahead, micros);
      if (isNew) this.#advance(p, base, own, isClient, micros);
    }
    if (fin !== 0) (w[base + at.STATE] as number) |= isClient ? State.clientFin : State.serverFin;
    if ((flags & ACK) !== 0) this.#acknowledge(p, row, own, other, isClient, micros);
    if (isClient) w[base + at.WINDOWS] = (p.window << 16) | ((w[base + at.WINDOWS] as number) & 0xffff);
    else w[base + at.WINDOWS] = ((w[base + at.WINDOWS] as number) & ~0xffff) | p.window;
  }

  /** Follows the rows of handshakes to their new places. */
  remapHandshakes(to: Int32Array): void {
    const { words: w, length } = this.#rows;
    for (let base = at.HANDSHAKE; base < length * at.STRIDE; base += at.STRIDE) {
      const row = w[base] as number;
      if (row >= 0) w[base] = to[row] as number;
    }
  }

  /** Says which addresses are in use. */
  mark(inUse: Uint8Array): void {
    const { words: w, length, dropped } = this.#rows;
    for (let base = 0; base < length * at.STRIDE; base += at.STRIDE)
      inUse[w[base + at.CLIENT] as number] = inUse[w[base + at.SERVER] as number] = 1;
    dropped.mark(inUse);
  }

  /** The table; nothing can be added any more. */
  finish(handshakes: HandshakeTable, end: number): ConnectionTable {
    const { words: w, length } = this.#rows;
    for (let row = 0; row < length; row++) {
      const base = row * at.STRIDE;
      const handshake = w[base + at.HANDSHAKE] as number;
      // Where the SYNs were seen, they tell which of two copies is nearer to the server.
      if (handshake >= 0 && handshakes.linked[handshake] !== -1) {
        const state = (w[base + at.STATE] as number) & ~Mark.copy;
        w[base + at.STATE] = handshakes.counted[handshake] === 0 ? state | Mark.copy : state;
      }
      if (w[base + at.TROUBLE] !== 0) this.#troubles.finish(row, end);
    }
    return new ConnectionColumns(this.#rows, (id) => handshakes.address(id));
  }

  /** Adds a row for a packet that shows a connection: an ACK or data behind a SYN-ACK, or without any handshake. */
  #begin(p: Packet, slot: number, source: number, destination: number): number {
    const handshake = this.#flows.row(slot);
    const h = this.#handshakes;
    if (handshake < 0) {
      if ((p.flags & RST) !== 0) return -1;
    } else if (h.completed[handshake] === 0 && p.payloadLength === 0) return -1;
    const isCrowded = this.#rows.isFull || this.#rows.troubles.isFull;
    if (isCrowded && !this.#makeRoom(p.time)) {
      this.#ignored++;
      this.#flows.setConnection(slot, IGNORED);
      return -1;
    }
    const isClient =
      handshake < 0
        ? p.destinationPort <= p.sourcePort
        : h.client[handshake] === source && h.clientPort[handshake] === p.sourcePort;
    const row = this.#rows.append();
    const { words: w, doubles } = this.#rows;
    const base = row * at.STRIDE;
    w[base + at.CLIENT] = isClient ? source : destination;
    w[base + at.SERVER] = isClient ? destination : source;
    w[base + at.PORTS] = isClient
      ? (p.sourcePort << 16) | p.destinationPort
      : (p.destinationPort << 16) | p.sourcePort;
    w[base + at.VNI] = this.#flows.vni(slot);
    w[base + at.HANDSHAKE] = handshake;
    w[base + at.FIRST_FRAME] = p.frame;
    doubles[(base >> 1) + at.FIRST_TIME] = doubles[(base >> 1) + at.LAST_TIME] = p.time;
    if (handshake >= 0) this.#handshake(row, handshake);
    this.#flows.setConnection(slot, row);
    return row;
  }

  /** Takes over what the handshake has told. */
  #handshake(row: number, handshake: number): void {
    const { words: w, doubles } = this.#rows;
    const base = row * at.STRIDE;
    const h = this.#handshakes;
    const syns = h.synCount[handshake] as number;
    const synAcks = h.synAckCount[handshake] as number;
    w[base + at.FIRST_FRAME] = h.firstFrame[handshake] as number;
    doubles[(base >> 1) + at.FIRST_TIME] = h.firstTime[handshake] as number;
    w[base + at.OF_CLIENT + at.PACKETS] = syns;
    w[base + at.OF_SERVER + at.PACKETS] = synAcks;
    w[base + at.OF_CLIENT + at.NEXT] = ((h.isn[handshake] as number) + 1) | 0;
    if (synAcks > 0)
      w[base + at.OF_SERVER + at.NEXT] = ((this.#handshakeScratch.serverIsn[handshake] as number) + 1) | 0;
    w[base + at.STATE] = State.begun | (syns > 0 ? State.client : 0) | (synAcks > 0 ? State.server : 0);
  }

  /** Data or a FIN that goes further than what this side sent before. */
  #advance(p: Packet, base: number, own: number, isClient: boolean, micros: number): void {
    const { words: w } = this.#rows;
    const length = p.payloadLength;
    const end = (p.sequence + length + (p.flags & FIN)) | 0;
    w[own + at.NEXT] = end;
    const ids = w[base + at.IP_IDS] as number;
    w[base + at.IP_IDS] = isClient ? (p.ipId << 16) | (ids & 0xffff) : (ids & ~0xffff) | p.ipId;
    const state = w[base + at.STATE] as number;
    const timed = isClient ? Mark.clientTimed : Mark.serverTimed;
    if (length === 0) {
      if ((state & timed) !== 0) return;
      w[base + at.STATE] = state | timed;
      w[own + at.TIMED_END] = end;
      w[own + at.TIMED_AT] = micros;
      return;
    }
    this.#rows.count(base, own, length);
    const data = isClient ? Mark.clientData : Mark.serverData;
    if ((state & data) === 0) {
      if (!isClient && (state & Mark.clientData) !== 0) (w[base + at.REQUESTS] as number)++;
      w[base + at.STATE] = (state & ~(Mark.clientData | Mark.serverData)) | data;
    }
    const size = length < 0xffff ? length : 0xffff;
    const sizes = w[own + at.SIZES] as number;
    const largest = sizes >>> 16;
    if (size > largest) w[own + at.SIZES] = (size << 16) | (sizes & 0xffff);
    else if ((state & timed) !== 0) return;
    const isLargest = isClient ? Mark.clientLargest : Mark.serverLargest;
    const now = (w[base + at.STATE] as number) | timed;
    w[base + at.STATE] = size >= largest ? now | isLargest : now & ~isLargest;
    w[own + at.TIMED_END] = end;
    w[own + at.TIMED_AT] = micros;
  }

  /** What a packet acknowledges of the other side. */
  #acknowledge(p: Packet, row: number, own: number, other: number, isClient: boolean, micros: number): void {
    const { words: w } = this.#rows;
    const base = row * at.STRIDE;
    const state = w[base + at.STATE] as number;
    const ack = p.acknowledgement;
    const acked = isClient ? Mark.clientAcked : Mark.serverAcked;
    const isFirst = (state & acked) === 0;
    const progress = isFirst ? 1 : (ack - (w[own + at.ACKED] as number)) | 0;
    if (isFirst) w[base + at.STATE] = state | acked;
    if (progress < 0) return;
    if (progress === 0) {
      const windows = w[base + at.WINDOWS] as number;
      const isSame = (isClient ? windows >>> 16 : windows & 0xffff) === p.window;
      const waits = (ack - (w[other + at.NEXT] as number)) | 0;
      if (isSame && waits < 0 && p.payloadLength === 0 && (p.flags & FIN) === 0)
        this.#troubles.duplicateAck(row, isClient);
      return;
    }
    w[own + at.ACKED] = ack;
    if ((state & (isClient ? State.server : State.client)) === 0) return;
    const timed = isClient ? Mark.serverTimed : Mark.clientTimed;
    if ((state & timed) !== 0 && ((ack - (w[other + at.TIMED_END] as number)) | 0) >= 0) {
      const since = w[other + at.TIMED_AT] as number;
      const best = w[other + at.RTT] as number;
      const rtt = ((micros - since) | 0) + 1;
      if (since !== 0 && rtt > 0 && (best === 0 || rtt < best)) w[other + at.RTT] = rtt;
      const largest = isClient ? Mark.serverLargest : Mark.clientLargest;
      if ((state & largest) !== 0) {
        const sizes = w[other + at.SIZES] as number;
        w[other + at.SIZES] = (sizes & ~0xffff) | (sizes >>> 16);
      }
      (w[base + at.STATE] as number) &= ~(timed | largest);
    }
    const unseen = (ack - (w[other + at.NEXT] as number)) | 0;
    if (unseen > 0) this.#troubles.unseen(row, !isClient, unseen, micros);
  }

  #reset(p: Packet, row: number, isClient: boolean, before: number): void {
    const { words: w } = this.#rows;
    (w[row * at.STRIDE + at.STATE] as number) |= isClient ? State.clientReset : State.serverReset;
    this.#troubles.reset(p, row, isClient, before);
  }

  /**
   * Notes that two rows are one connection before and after address translation: what the client sends is seen before it
   * first, what the server sends behind it.
   */
  #translated(row: number, before: number, isClient: boolean): void {
    const { words: w } = this.#rows;
    const later = row * at.STRIDE;
    const earlier = before * at.STRIDE;
    if (w[later + at.LINKED] !== 0 || w[earlier + at.LINKED] !== 0) return;
    w[later + at.LINKED] = before + 1;
    w[earlier + at.LINKED] = row + 1;
    (w[(isClient ? earlier : later) + at.STATE] as number) |= Mark.copy;
  }

  /** Whether there is room now. What was tried in vain is not tried again for each connection. */
  #makeRoom(now: number): boolean {
    if (this.#asked++ < this.#nextTry) return !this.#rows.isFull;
    const remap = this.#rows.evict(now);
    if (remap !== undefined) {
      this.#flows.remapConnections(remap);
      this.#copies.clear();
    }
    if (this.#rows.isFull || this.#rows.troubles.isFull)
      this.#nextTry = this.#asked + (this.#rows.length >> 3);
    return !this.#rows.isFull;
  }
}
