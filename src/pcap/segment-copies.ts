import type { Packet } from "./packet.ts";
import { be32, finish } from "./words.ts";

/** A power of two: the packets of a few milliseconds need a place each. Two places make a pair, the newer first. */
const PLACES = 1 << 12;
/** Words of a place: sequence number, what else tells the packet, its time in microseconds, its key + 1. */
const STRIDE = 4;
/** Copies of one packet on several interfaces come within this time, in microseconds. */
const COPY_WINDOW = 50_000;
/** Where nothing but its numbers tells a packet from a repetition. */
const SHORT_WINDOW = 1000;
/** A packet passes a node's address translation within this time. */
const NAT_WINDOW = 10_000;
/** The usual option block of Linux and others: two no-operations and a timestamp. */
const USUAL_OPTIONS = 0x0101080a;

/**
 * Knows the TCP packets of the last moments again, when another interface, a bridge or a tunnel's other end shows them
 * once more. Such a copy has the same numbers and the same IP identification; what a host sends again has a new one.
 */
export class SegmentCopies {
  /** Made for the first packet: most captures of a bundle are small. */
  #places = new Int32Array(0);
  /** Set by {@link note}: the key of the same packet under other addresses, seen just before; -1 for none. */
  other = -1;

  /**
   * Whether this packet was noted before; else it is noted.
   *
   * @param key one number for each connection and side, at least 0
   * @param micros the packet's time in microseconds, modulo 2**32
   */
  note(p: Packet, key: number, micros: number): boolean {
    const id = p.ipId !== 0 ? p.ipId << 16 : this.#identity(p);
    const tell =
      Math.imul(p.acknowledgement ^ id, 0x9e3779b1) ^ (p.payloadLength << 8) ^ p.flags ^ (p.window << 4);
    if (this.#places.length === 0) this.#places = new Int32Array(PLACES * STRIDE);
    const places = this.#places;
    const at = (finish(p.sequence ^ tell) & (PLACES - 2)) * STRIDE;
    this.other = -1;
    if (places[at] === p.sequence && places[at + 1] === tell && this.#isCopy(at, p, id, key, micros))
      return true;
    const older = at + STRIDE;
    if (places[older] === p.sequence && places[older + 1] === tell && this.#isCopy(older, p, id, key, micros))
      return true;
    places[older] = places[at] as number;
    places[older + 1] = places[at + 1] as number;
    places[older + 2] = places[at + 2] as number;
    places[older + 3] = places[at + 3] as number;
    places[at] = p.sequence;
    places[at + 1] = tell;
    places[at + 2] = micros;
    places[at + 3] = key + 1;
    return false;
  }

  #isCopy(at: number, p: Packet, id: number, key: number, micros: number): boolean {
    const passed = Math.abs((micros - (this.#places[at + 2] as number)) | 0);
    const known = (this.#places[at + 3] as number) - 1;
    if (known !== key) {
      if (known >= 0 && p.ipId !== 0 && passed < NAT_WINDOW) this.other = known;
      return false;
    }
    return passed < (id === 0 ? SHORT_WINDOW : COPY_WINDOW);
  }

  /** Forgets all: the keys have changed. */
  clear(): void {
    this.#places.fill(0);
  }

  /** Of a packet without identification, its options: a later one has another timestamp. */
  #identity(p: Packet): number {
    const { bytes, optionsAt, payloadAt } = p;
    if (payloadAt - optionsAt === 12 && be32(bytes, optionsAt) === USUAL_OPTIONS)
      return Math.imul(be32(bytes, optionsAt + 4), 0x85ebca6b) | 1;
    let all = 0;
    for (let at = optionsAt; at + 4 <= payloadAt; at += 4) all = Math.imul(all ^ be32(bytes, at), 0x85ebca6b);
    return all;
  }
}
