import { ACK, FIN, type Packet, RST, SYN } from "../packet.ts";

/** What fills a gap so soon was overtaken on the way, and not sent again (as Wireshark has it). */
const OVERTAKEN = 0.003;
/** Segments whose first frame is kept. */
const KEPT_SEGMENTS = 4096;

/** What a packet is in the course of its side's sequence numbers. */
export interface TcpKind {
  /** Whether it was sent before. */
  isRetransmission: boolean;
  /** The frame in which it was sent first, where that is known; else 0. */
  retransmissionOf: number;
  isOutOfOrder: boolean;
  /** Bytes of this side just before it that were not captured. */
  missing: number;
  /** No data or one byte, just before what is next: a keepalive, or a probe of a window that is shut. */
  isKeepAlive: boolean;
  /** The answer to it. */
  isKeepAliveAck: boolean;
  /** How often this ACK was repeated; 0 for none that is a repetition. */
  duplicateAck: number;
}

interface Acknowledged {
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly length: number;
  readonly window: number;
}

/** Serial comparison of sequence numbers (RFC 9293, section 3.4): above 0 where `a` is behind `b`. */
export const distance = (a: number, b: number): number => (a - b) | 0;

/** What one side of a TCP connection has sent so far. */
export class TcpSide {
  /** What relative sequence numbers are counted from; `undefined` before any packet told. */
  base: number | undefined;
  /** Whether that is the initial sequence number. */
  begun = false;
  windowScale: number | undefined;
  /** Whether the window that it told last was 0. */
  isShut = false;
  /** The next sequence number that it has not used. */
  #next: number | undefined;
  /** When it last went on. */
  #nextTime = 0;
  /** First frames by sequence number. */
  readonly #segments = new Map<number, number>();
  #lastAck: Acknowledged | undefined;
  #sameAcks = 0;
  /** Whether its last packet was a keepalive. */
  #probes = false;

  /** Begins anew, with a SYN of another connection between the same ends. */
  restart(): void {
    this.base = this.#next = this.#lastAck = this.windowScale = undefined;
    this.begun = this.isShut = false;
    this.#segments.clear();
    this.#sameAcks = 0;
    this.#probes = false;
  }

  /** Takes the next packet of this side. */
  take(p: Packet, other: TcpSide): TcpKind {
    const kind: TcpKind = {
      isRetransmission: false,
      retransmissionOf: 0,
      isOutOfOrder: false,
      missing: 0,
      isKeepAlive: false,
      isKeepAliveAck: false,
      duplicateAck: 0,
    };
    const seen: Acknowledged = {
      sequence: p.sequence,
      acknowledgement: p.acknowledgement,
      flags: p.flags,
      length: p.payloadLength,
      window: p.window,
    };
    this.#advance(p, kind);
    this.#acknowledge(seen, kind, other.#probes);
    this.#probes = kind.isKeepAlive;
    return kind;
  }

  #advance(p: Packet, kind: TcpKind): void {
    const { sequence, flags, payloadLength } = p;
    const isSyn = (flags & SYN) !== 0;
    if (isSyn && !this.begun) {
      // What came before was of an older connection.
      this.restart();
      this.begun = true;
      this.base = sequence;
    }
    this.base ??= (sequence - 1) | 0;
    // A reset's number may be anything; it takes none.
    if ((flags & RST) !== 0) return;
    const taken = payloadLength + Number(isSyn) + Number((flags & FIN) !== 0);
    const next = this.#next;
    if (next === undefined) {
      this.#next = (sequence + taken) | 0;
      this.#nextTime = p.time;
      if (taken > 0) this.#remember(sequence, p.frame);
      return;
    }
    const behind = distance(sequence, next);
    if (behind === -1 && payloadLength <= 1 && (flags & (SYN | FIN)) === 0) {
      kind.isKeepAlive = true;
      return;
    }
    if (taken > 0 && behind < 0) {
      const first = this.#segments.get(sequence);
      kind.isOutOfOrder = first === undefined && p.time - this.#nextTime < OVERTAKEN;
      kind.isRetransmission = !kind.isOutOfOrder;
      kind.retransmissionOf = first ?? 0;
    }
    if (behind > 0) kind.missing = behind;
    if (taken > 0) this.#remember(sequence, p.frame);
    const end = (sequence + taken) | 0;
    if (distance(end, next) > 0) {
      this.#next = end;
      this.#nextTime = p.time;
    }
  }

  #remember(sequence: number, frame: number): void {
    if (this.#segments.has(sequence)) return;
    this.#segments.set(sequence, frame);
    if (this.#segments.size <= KEPT_SEGMENTS) return;
    const [oldest] = this.#segments.keys();
    if (oldest !== undefined) this.#segments.delete(oldest);
  }

  #acknowledge(seen: Acknowledged, kind: TcpKind, answersProbe: boolean): void {
    const isPure = (seen.flags & (SYN | FIN | RST | ACK)) === ACK && seen.length === 0 && !kind.isKeepAlive;
    const last = this.#lastAck;
    const isSame =
      isPure &&
      last !== undefined &&
      last.acknowledgement === seen.acknowledgement &&
      last.window === seen.window &&
      seen.sequence === this.#next &&
      seen.window !== 0;
    kind.isKeepAliveAck = isPure && answersProbe && last?.acknowledgement === seen.acknowledgement;
    this.#sameAcks = isSame && !kind.isKeepAliveAck ? this.#sameAcks + 1 : 0;
    kind.duplicateAck = this.#sameAcks;
    if ((seen.flags & ACK) !== 0) this.#lastAck = seen;
  }
}
