import type { ConnectionRows } from "./connection-rows.ts";
import * as at from "./connection-state.ts";
import { State } from "./connection-table.ts";
import { Reset } from "./handshake-table.ts";
import { ACK, FIN, type Packet } from "./packet.ts";
import * as trouble from "./trouble-rows.ts";

const { Mark } = at;
/** How far behind the newest identification that of a packet may be which was only delayed. */
const REORDERED_IDS = 4096;
/** A large segment that a card or the kernel cut up after it was captured: its parts have the next identifications. */
const PARTS = 64;
/** Within this time, in microseconds, what comes late was overtaken and not sent again. */
const DISORDER = 3000;
/** The lowest bit of a hole's time: the other side has acknowledged what is missing. */
const BY_ACK = 1;

/** The part of the tracking that healthy packets seldom need. */
export class ConnectionTroubles {
  readonly #rows: ConnectionRows;

  constructor(rows: ConnectionRows) {
    this.#rows = rows;
  }

  /** Any packet of a side whose connection has a row here. */
  heard(row: number, isClient: boolean, time: number, isOpen: boolean): void {
    const own = this.#side(row, isClient);
    const other = this.#side(row, !isClient);
    const w = this.#rows.troubles.words;
    if (other < 0) return;
    w[other + trouble.RUN] = 0;
    if (isOpen && w[own + trouble.ZERO_SINCE] !== 0) this.#opened(own, time);
  }

  /** A receive window of zero. */
  closed(p: Packet, row: number, isClient: boolean): void {
    const own = this.#side(row, isClient);
    const w = this.#rows.troubles.words;
    if (own < 0) return;
    if (this.#hasAll(p, row, isClient)) {
      if (w[own + trouble.ZERO_SINCE] !== 0) this.#opened(own, p.time);
      return;
    }
    if (w[own + trouble.ZERO_SINCE] !== 0) return;
    w[own + trouble.ZERO_SINCE] = milliseconds(p.time) + 1;
    (w[own + trouble.ZERO_WINDOWS] as number)++;
  }

  /** Whether a packet acknowledges the other side's FIN, or both have sent theirs: nothing more is read, and the window means nothing. */
  #hasAll(p: Packet, row: number, isClient: boolean): boolean {
    const base = row * at.STRIDE;
    const { words: w } = this.#rows;
    const other = base + (isClient ? at.OF_SERVER : at.OF_CLIENT);
    const fin = isClient ? State.serverFin : State.clientFin;
    const state = w[base + at.STATE] as number;
    if ((state & fin) === 0 || (p.flags & ACK) === 0) return false;
    if ((state & State.clientFin) !== 0 && (state & State.serverFin) !== 0) return true;
    return ((p.acknowledgement - (w[other + at.NEXT] as number)) | 0) >= 0;
  }

  probe(row: number, isClient: boolean): void {
    const own = this.#side(row, isClient);
    if (own >= 0) (this.#rows.troubles.words[own + trouble.PROBES] as number)++;
  }

  duplicateAck(row: number, isClient: boolean): void {
    const own = this.#side(row, isClient);
    if (own >= 0) (this.#rows.troubles.words[own + trouble.DUPLICATE_ACKS] as number)++;
  }

  reset(p: Packet, row: number, isClient: boolean, before: number): void {
    const own = this.#side(row, isClient);
    if (own < 0) return;
    const { words: w, doubles } = this.#rows.troubles;
    (w[own + trouble.RESETS] as number)++;
    const base = own - (isClient ? 0 : trouble.SIDE);
    if (w[base + trouble.RESET_FRAME] !== 0) return;
    w[base + trouble.RESET_FRAME] = p.frame;
    w[base + trouble.RESET_BY] = isClient ? Reset.byClient : Reset.byServer;
    w[base + trouble.IDLE] = milliseconds(p.time - before);
    doubles[(base >> 1) + trouble.RESET_TIME] = p.time;
  }

  /** The other side has acknowledged bytes of this one that were not captured, or not yet. */
  unseen(row: number, isClient: boolean, length: number, micros: number): void {
    const own = this.#side(row, isClient);
    if (own < 0) return;
    const words = row * at.STRIDE + (isClient ? at.OF_CLIENT : at.OF_SERVER);
    const from = this.#rows.words[words + at.NEXT] as number;
    this.#addHole(own, from, (from + length) | 0, micros | BY_ACK);
    this.#rows.words[words + at.NEXT] = (from + length) | 0;
  }

  /**
   * Data or a FIN that doesn't begin where this side's last ended.
   *
   * @param ahead its sequence number's distance from there
   * @returns whether it goes further
   */
  astray(p: Packet, row: number, isClient: boolean, ahead: number, micros: number): boolean {
    const base = row * at.STRIDE;
    const own = base + (isClient ? at.OF_CLIENT : at.OF_SERVER);
    const { words: w } = this.#rows;
    const next = w[own + at.NEXT] as number;
    const length = p.payloadLength;
    const fin = p.flags & FIN;
    if (ahead > 0) {
      // A keepalive may be the first that is seen of a connection: the byte before it is not missing.
      if (ahead === 1 && w[own + at.BYTES] === 0) return true;
      const side = this.#side(row, isClient);
      if (side >= 0) this.#addHole(side, next, p.sequence, micros & ~BY_ACK);
      return true;
    }
    const peer = base + (isClient ? at.OF_SERVER : at.OF_CLIENT);
    const beyond = (ahead + length + fin) | 0;
    const isAcked = ((next - (w[peer + at.ACKED] as number)) | 0) <= 0;
    if (length === 1 && fin === 0 && beyond === 0 && isAcked) {
      this.probe(row, isClient);
      return false;
    }
    const ids = w[base + at.IP_IDS] as number;
    const behind = ((isClient ? ids >>> 16 : ids & 0xffff) - p.ipId) & 0xffff;
    const hole = this.#fill(row, isClient, p.sequence, (p.sequence + length) | 0);
    if (hole !== undefined) {
      const soon = Math.abs((micros - hole) | 0) < DISORDER;
      const wasOvertaken =
        (hole & BY_ACK) !== 0 || p.ipId === 0 ? soon : behind !== 0 && behind < REORDERED_IDS;
      if (!wasOvertaken) this.#sentAgain(p, row, isClient, micros);
      else (this.#rows.troubles.words[this.#side(row, isClient) + trouble.OUT_OF_ORDER] as number)++;
    } else if (beyond <= 0 && p.ipId !== 0 && behind < PARTS) {
      // The same bytes once more, cut in another way, as another interface shows them.
      (w[own + at.PACKETS] as number)--;
      return false;
    } else this.#sentAgain(p, row, isClient, micros);
    if (beyond > 0) return true;
    this.#rows.count(base, own, length);
    return false;
  }

  /** Ends what is going on when the capture does. */
  finish(row: number, end: number): void {
    for (const isClient of [true, false]) {
      const own = this.#side(row, isClient);
      const w = this.#rows.troubles.words;
      const peer = row * at.STRIDE + (isClient ? at.OF_SERVER : at.OF_CLIENT);
      if (w[own + trouble.ZERO_SINCE] !== 0) this.#opened(own, end);
      for (let hole = own + trouble.HOLE; hole < own + trouble.HOLE + 3 * trouble.HOLES; hole += 3) {
        const missing = ((w[hole + 1] as number) - (w[hole] as number)) | 0;
        const acked = ((this.#rows.words[peer + at.ACKED] as number) - (w[hole + 1] as number)) | 0;
        if (missing > 0 && acked >= 0) (w[own + trouble.UNSEEN] as number) += missing;
      }
    }
  }

  /** Where the words of a side begin; -1 if there is no room for a row. */
  #side(row: number, isClient: boolean): number {
    const known = this.#rows.trouble(row);
    return known < 0 ? -1 : known * trouble.TROUBLE_STRIDE + (isClient ? 0 : trouble.SIDE);
  }

  #opened(own: number, time: number): void {
    const w = this.#rows.troubles.words;
    const took = Math.max(0, milliseconds(time) + 1 - (w[own + trouble.ZERO_SINCE] as number));
    w[own + trouble.ZERO_SINCE] = 0;
    (w[own + trouble.ZERO_TOTAL] as number) += took;
    if (took > (w[own + trouble.ZERO_LONGEST] as number)) w[own + trouble.ZERO_LONGEST] = took;
  }

  #sentAgain(p: Packet, row: number, isClient: boolean, micros: number): void {
    const side = this.#side(row, isClient);
    if (side < 0) return;
    const { words: w } = this.#rows;
    const t = this.#rows.troubles.words;
    const base = row * at.STRIDE;
    const own = base + (isClient ? at.OF_CLIENT : at.OF_SERVER);
    const length = p.payloadLength;
    (t[side + trouble.RETRANSMISSIONS] as number)++;
    t[side + trouble.RETRANSMITTED] = Math.min(
      (t[side + trouble.RETRANSMITTED] as number) + length,
      0x7fffffff,
    );
    if (length > (t[side + trouble.LARGEST_RETRANSMITTED] as number))
      t[side + trouble.LARGEST_RETRANSMITTED] = length;
    const first = side - (isClient ? 0 : trouble.SIDE) + trouble.FIRST_RETRANSMISSION;
    if (t[first] === 0) t[first] = p.frame;
    const now = milliseconds(p.time);
    const timedAt = w[own + at.TIMED_AT] as number;
    if ((t[side + trouble.RUN] as number) > 0 && t[side + trouble.RUN_SEQUENCE] === p.sequence)
      (t[side + trouble.RUN] as number)++;
    else {
      const isTimed =
        ((w[base + at.STATE] as number) & (isClient ? Mark.clientTimed : Mark.serverTimed)) !== 0;
      const since = isTimed && timedAt !== 0 ? Math.max(0, (micros - timedAt) | 0) / 1000 : 0;
      t[side + trouble.RUN] = 1;
      t[side + trouble.RUN_SEQUENCE] = p.sequence;
      t[side + trouble.RUN_FROM] = now - Math.round(since);
    }
    t[side + trouble.RUN_LAST] = now;
    if ((t[side + trouble.RUN] as number) > (t[side + trouble.LONGEST_RUN] as number)) {
      t[side + trouble.LONGEST_RUN] = t[side + trouble.RUN] as number;
      t[side + trouble.LONGEST_TIME] = now - (t[side + trouble.RUN_FROM] as number);
    }
    // An ACK may be for either sending (Karn's algorithm, RFC 6298, section 3).
    w[own + at.TIMED_AT] = 0;
    if (length < (w[own + at.SIZES] as number) >>> 16)
      (w[base + at.STATE] as number) &= ~(isClient ? Mark.clientLargest : Mark.serverLargest);
  }

  #addHole(side: number, from: number, to: number, micros: number): void {
    const w = this.#rows.troubles.words;
    const holes = side + trouble.HOLE;
    let free = holes;
    while (free < holes + 3 * trouble.HOLES && w[free] !== w[free + 1]) free += 3;
    if (free === holes + 3 * trouble.HOLES) {
      // The oldest is not waited for any longer.
      (w[side + trouble.UNSEEN] as number) += ((w[holes + 1] as number) - (w[holes] as number)) | 0;
      w.copyWithin(holes, holes + 3, free);
      free -= 3;
    }
    w[free] = from;
    w[free + 1] = to;
    w[free + 2] = micros;
  }

  /** Takes bytes out of the hole that they lie in; gives when it was left, `undefined` if they lie in none. */
  #fill(row: number, isClient: boolean, from: number, to: number): number | undefined {
    if (this.#rows.words[row * at.STRIDE + at.TROUBLE] === 0) return undefined;
    const side = this.#side(row, isClient);
    const w = this.#rows.troubles.words;
    for (let hole = side + trouble.HOLE; hole < side + trouble.HOLE + 3 * trouble.HOLES; hole += 3) {
      const start = w[hole] as number;
      const end = w[hole + 1] as number;
      if (start === end || ((from - end) | 0) >= 0 || ((to - start) | 0) <= 0) continue;
      const micros = w[hole + 2] as number;
      if (((from - start) | 0) <= 0) w[hole] = ((to - end) | 0) >= 0 ? end : to;
      else {
        w[hole + 1] = from;
        if (((end - to) | 0) > 0) this.#addHole(side, to, end, micros);
      }
      return micros;
    }
    return undefined;
  }
}

function milliseconds(time: number): number {
  return Math.round(time * 1000) | 0;
}
