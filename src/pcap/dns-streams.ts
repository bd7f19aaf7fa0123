import { NONE, type Packet, RST, SYN } from "./packet.ts";
import { StreamBuffer } from "./stream-buffer.ts";
import { be16, finish, mix } from "./words.ts";

/** Directions of connections that are followed at once, in sets of a few that share a place. */
const SETS = 1 << 10;
const WAYS = 4;
/** Those of them at once that wait for the rest of a message. */
const BUFFERS = 64;
const NO_BUFFER = -1;
/** A SYN whose number lies no further back is a copy of that of the connection, not of a new one. */
const NEAR = 1 << 20;
const HEADER = 12;

/** Takes the messages that {@link DnsStreams} finds. */
export interface MessageSink {
  /**
   * @param p the packet that completed the message; the message itself lies in `bytes`
   * @param length its length on the wire, longer than what is there where the capture cut it
   * @returns whether it can be a DNS message
   */
  message(p: Packet, bytes: Uint8Array, from: number, end: number, length: number): boolean;
}

/**
 * Finds the DNS messages in TCP streams: each stands behind its length in two bytes (RFC 1035, section 4.2.2; RFC 7766). A
 * message is read where it lies if its segment holds it whole; only parts are kept. A stream whose beginning was not captured,
 * or of which the capture lost something, is read on from the next segment that begins with a message.
 */
export class DnsStreams {
  readonly #source = new Int32Array(SETS * WAYS);
  readonly #destination = new Int32Array(SETS * WAYS);
  readonly #ports = new Int32Array(SETS * WAYS);
  readonly #vni = new Int32Array(SETS * WAYS);
  /** The frame that was seen last, 0 for a free place. */
  readonly #used = new Uint32Array(SETS * WAYS);
  /** The sequence number of the first byte that is not read yet, where it is known. */
  readonly #next = new Int32Array(SETS * WAYS);
  readonly #known = new Uint8Array(SETS * WAYS);
  readonly #buffer = new Int8Array(SETS * WAYS).fill(NO_BUFFER);
  readonly #buffers: StreamBuffer[] = [];
  readonly #sink: MessageSink;
  #evicted = 0;
  #lost = 0;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** Beginnings of messages that were given up because too many connections were in the middle of one. */
  get evicted(): number {
    return this.#evicted;
  }

  /** How often a stream was given up because bytes of it were not captured. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * A segment with its flags captured, from or to a DNS port.
   *
   * @param source id of the sender's address
   * @param destination id of the receiver's
   */
  segment(p: Packet, source: number, destination: number): void {
    const isSyn = (p.flags & SYN) !== 0;
    if (p.payloadLength === 0 && (p.flags & (SYN | RST)) === 0) return;
    const at = this.#place(p, source, destination);
    if (isSyn) {
      const first = (p.sequence + 1) | 0;
      const ahead = ((this.#next[at] as number) - first) | 0;
      const isCopy = this.#known[at] === 1 && ahead >= 0 && ahead < NEAR;
      if (!isCopy) {
        this.#release(at);
        this.#next[at] = first;
        this.#known[at] = 1;
      }
      return;
    }
    if ((p.flags & RST) !== 0) {
      this.#release(at);
      this.#used[at] = 0;
      return;
    }
    if (this.#known[at] === 1 && !this.#follow(p, at)) this.#lose(at);
    if (this.#known[at] === 0 && beginsMessage(p)) {
      this.#next[at] = p.sequence;
      this.#known[at] = 1;
      if (!this.#follow(p, at)) this.#lose(at);
    }
  }

  /** Reads on in a stream; whether it makes sense. */
  #follow(p: Packet, at: number): boolean {
    const offset = (p.sequence - (this.#next[at] as number)) | 0;
    const buffer = this.#bufferOf(at);
    if (offset + p.payloadLength <= (buffer?.filled ?? 0)) return true;
    if (buffer === undefined && offset <= 0) return this.#direct(p, at, -offset);
    return this.#collect(p, at, offset, buffer ?? this.#take(at));
  }

  /** Reads the messages of a segment that goes on where the one before ended, `skip` bytes behind its beginning. */
  #direct(p: Packet, at: number, skip: number): boolean {
    const { bytes: b, payloadAt, payloadEnd: end } = p;
    const wireEnd = payloadAt + p.payloadLength;
    let from = payloadAt + skip;
    while (from < wireEnd) {
      if (end - from < 2) {
        if (end < wireEnd) return false;
        break;
      }
      const size = be16(b, from);
      if (size < HEADER) return false;
      const stop = from + 2 + size;
      // Of what the snap length cut the end is known all the same.
      if (stop > wireEnd && end === wireEnd) break;
      if (!this.#sink.message(p, b, from + 2, Math.min(stop, end), size)) return false;
      from = stop;
    }
    this.#next[at] = (p.sequence + from - payloadAt) | 0;
    if (from < wireEnd) this.#take(at).place(0, b, from, end);
    return true;
  }

  /** Puts a segment to those that were kept, and reads what is whole then. */
  #collect(p: Packet, at: number, offset: number, buffer: StreamBuffer): boolean {
    const skip = Math.max(0, -offset);
    buffer.used = p.frame;
    if (!buffer.place(offset + skip, p.bytes, p.payloadAt + skip, p.payloadEnd)) return false;
    const isCut = p.payloadEnd < p.payloadAt + p.payloadLength;
    let from = 0;
    while (buffer.filled - from >= 2) {
      const size = be16(buffer.bytes, from);
      if (size < HEADER) return false;
      const stop = from + 2 + size;
      if (stop > buffer.filled && !isCut) break;
      if (!this.#sink.message(p, buffer.bytes, from + 2, Math.min(stop, buffer.filled), size)) return false;
      from = stop;
    }
    this.#next[at] = ((this.#next[at] as number) + from) | 0;
    if (isCut || from >= buffer.length) this.#release(at);
    else buffer.shift(from);
    // A cut inside the length itself leaves no way to tell where the next message begins.
    return !isCut || from > 0;
  }

  #lose(at: number): void {
    this.#release(at);
    this.#known[at] = 0;
    this.#lost++;
  }

  #bufferOf(at: number): StreamBuffer | undefined {
    const index = this.#buffer[at] as number;
    return index === NO_BUFFER ? undefined : this.#buffers[index];
  }

  #release(at: number): void {
    const buffer = this.#bufferOf(at);
    if (buffer) buffer.free();
    this.#buffer[at] = NO_BUFFER;
  }

  /** A buffer for a stream that has none: a free one, or that of the stream that has waited longest. */
  #take(at: number): StreamBuffer {
    let index = this.#buffers.findIndex((buffer) => buffer.owner === NONE);
    if (index === -1 && this.#buffers.length < BUFFERS) index = this.#buffers.push(new StreamBuffer()) - 1;
    if (index === -1) {
      index = 0;
      for (let i = 1; i < BUFFERS; i++)
        if ((this.#buffers[i] as StreamBuffer).used < (this.#buffers[index] as StreamBuffer).used) index = i;
      const { owner } = this.#buffers[index] as StreamBuffer;
      this.#release(owner);
      this.#known[owner] = 0;
      this.#evicted++;
    }
    const buffer = this.#buffers[index] as StreamBuffer;
    buffer.owner = at;
    buffer.used = this.#used[at] as number;
    this.#buffer[at] = index;
    return buffer;
  }

  /** The place of a stream, its own or that of the one of its set that was idle longest. */
  #place(p: Packet, source: number, destination: number): number {
    const ports = (p.sourcePort << 16) | p.destinationPort;
    const set = (finish(mix(mix(mix(7, source), destination), ports)) & (SETS - 1)) * WAYS;
    let oldest = set;
    for (let at = set; at < set + WAYS; at++) {
      const isIt =
        this.#used[at] !== 0 &&
        this.#source[at] === source &&
        this.#destination[at] === destination &&
        this.#ports[at] === ports &&
        this.#vni[at] === p.vni;
      if (isIt) {
        this.#used[at] = p.frame;
        return at;
      }
      if ((this.#used[at] as number) < (this.#used[oldest] as number)) oldest = at;
    }
    if (this.#buffer[oldest] !== NO_BUFFER) this.#evicted++;
    this.#release(oldest);
    this.#source[oldest] = source;
    this.#destination[oldest] = destination;
    this.#ports[oldest] = ports;
    this.#vni[oldest] = p.vni;
    this.#used[oldest] = p.frame;
    this.#known[oldest] = 0;
    return oldest;
  }
}

/** Whether a segment begins with the length and the header of a plain query or answer with one question. */
function beginsMessage({ bytes, payloadAt, payloadEnd }: Packet): boolean {
  if (payloadEnd - payloadAt < 2 + HEADER) return false;
  const flags = be16(bytes, payloadAt + 4);
  const isPlain = (flags & 0x7840) === 0;
  return be16(bytes, payloadAt) >= HEADER && isPlain && be16(bytes, payloadAt + 6) === 1;
}
