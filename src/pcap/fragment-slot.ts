import type { Packet } from "./packet.ts";
import { be16 } from "./words.ts";

/** More fragments than the smallest usual packet size makes of the largest datagram. */
const MAX_PIECES = 64;
/** The datagram stands behind its addresses. */
const ADDRESSES = 32;
const FIRST_ROOM = 4096;
const LARGEST = 65_535;
const UDP = 17;
const UDP_HEADER = 8;

/** How far a datagram has come. */
export const State = {
  free: 0,
  waiting: 1,
  /** All fragments were seen, and the message was given. */
  whole: 2,
  /** Its first fragment was given alone. */
  given: 3,
  overlapping: 4,
} as const;

/** {@link FragmentSlot.worth} of a slot whose first fragment was not given yet. */
export const HOLDS_MESSAGE = 2;

/** The place of one datagram while its fragments come in. Reused, with the memory that it once needed. */
export class FragmentSlot {
  state: number = State.free;
  id = 0;
  /** Of the fragment that came first. */
  time = 0;
  /** Bytes of the whole datagram; 0 until its last fragment has come. */
  total = 0;
  /** How often all fragments were seen: several times where several interfaces show them. */
  copies = 0;
  hasFirst = false;
  firstEnd = 0;
  firstFrame = 0;
  firstOffset = 0;
  firstTime = 0;
  firstTtl = 0;
  #version = 0;
  #vni = 0;
  #ipId = 0;
  /** Both addresses, 16 bytes each, then the datagram. */
  #bytes = new Uint8Array(0);
  /** Of each piece its beginning, its end, how much of it was captured, how often it was seen. */
  readonly #pieces = new Int32Array(4 * MAX_PIECES);
  #count = 0;
  /** Bytes of all pieces. */
  #held = 0;
  /** Where the first byte is missing that the capture cut off. */
  #cutAt = LARGEST;

  /** What giving this slot up loses: nothing, a later fragment, a message. */
  get worth(): number {
    if (this.state !== State.waiting && this.state !== State.overlapping) return 0;
    return this.hasFirst ? HOLDS_MESSAGE : 1;
  }

  /** Whether a packet with this identification is a fragment of this datagram. */
  isOf(p: Packet): boolean {
    if (p.version !== this.#version || p.vni !== this.#vni) return false;
    const size = p.version === 4 ? 4 : 16;
    const { bytes, sourceAt, destinationAt } = p;
    const mine = this.#bytes;
    for (let i = 0; i < size; i++)
      if (mine[i] !== bytes[sourceAt + i] || mine[16 + i] !== bytes[destinationAt + i]) return false;
    return true;
  }

  /** Forgets what was there, for a new datagram. */
  begin(p: Packet): void {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(ADDRESSES + FIRST_ROOM);
    this.state = State.waiting;
    this.id = p.fragmentId;
    this.time = p.time;
    this.total = 0;
    this.copies = 0;
    this.hasFirst = false;
    this.#version = p.version;
    this.#vni = p.vni;
    this.#ipId = p.ipId;
    this.#count = 0;
    this.#held = 0;
    this.#cutAt = LARGEST;
    const size = p.version === 4 ? 4 : 16;
    for (let i = 0; i < size; i++) {
      this.#bytes[i] = p.bytes[p.sourceAt + i] as number;
      this.#bytes[16 + i] = p.bytes[p.destinationAt + i] as number;
    }
  }

  /** Takes a fragment. False if it can't be one of this datagram, or overlaps another. */
  add(p: Packet): boolean {
    const from = p.fragmentOffset;
    const size = p.wireEnd - p.fragmentAt;
    const to = from + size;
    const captured = Math.max(0, Math.min(size, p.end - p.fragmentAt));
    const isOdd = p.moreFragments && size % 8 !== 0;
    if (size <= 0 || to > LARGEST || isOdd) return false;
    if (this.total > 0 && (p.moreFragments ? to >= this.total : to !== this.total)) return false;
    const pieces = this.#pieces;
    for (let i = 0; i < 4 * this.#count; i += 4) {
      const begin = pieces[i] as number;
      const end = pieces[i + 1] as number;
      if (begin === from && end === to) return this.#repeat(p, i, captured);
      if (from < end && begin < to) return false;
      if (!p.moreFragments && end > to) return false;
    }
    if (this.#count === MAX_PIECES) return false;
    pieces.set([from, to, captured, 1], 4 * this.#count);
    this.#count++;
    this.#held += size;
    this.#reserve(ADDRESSES + from + captured);
    this.#bytes.set(p.bytes.subarray(p.fragmentAt, p.fragmentAt + captured), ADDRESSES + from);
    if (captured < size) this.#cutAt = Math.min(this.#cutAt, from + captured);
    if (!p.moreFragments) this.total = to;
    if (from === 0) this.#first(p, captured);
    this.#complete();
    return true;
  }

  /** Fills a packet with as much of the datagram as stands before `end`. */
  fill(p: Packet, end: number): void {
    const b = this.#bytes;
    const stop = Math.min(end, this.#cutAt);
    p.bytes = b;
    p.start = 0;
    p.end = ADDRESSES + stop;
    p.version = this.#version;
    p.vni = this.#vni;
    p.sourceAt = 0;
    p.destinationAt = 16;
    p.ipId = this.#ipId;
    p.protocol = UDP;
    p.fragmentOffset = 0;
    p.moreFragments = false;
    p.sourcePort = be16(b, ADDRESSES);
    p.destinationPort = be16(b, ADDRESSES + 2);
    const length = stop < UDP_HEADER ? 0 : be16(b, ADDRESSES + 4);
    p.payloadAt = ADDRESSES + UDP_HEADER;
    p.payloadLength = Math.max(0, (length >= UDP_HEADER ? length : this.total) - UDP_HEADER);
    p.payloadEnd = Math.max(p.payloadAt, Math.min(p.payloadAt + p.payloadLength, ADDRESSES + stop));
    p.length = p.end;
    p.wireEnd = p.payloadAt + p.payloadLength;
  }

  #first(p: Packet, captured: number): void {
    this.hasFirst = true;
    this.firstEnd = captured;
    this.firstFrame = p.frame;
    this.firstOffset = p.offset;
    this.firstTime = p.time;
    this.firstTtl = p.ttl;
  }

  /** The same piece once more: another interface's, if it says the same. */
  #repeat(p: Packet, piece: number, captured: number): boolean {
    const from = ADDRESSES + p.fragmentOffset;
    const both = Math.min(captured, this.#pieces[piece + 2] as number);
    for (let i = 0; i < both; i++) if (this.#bytes[from + i] !== p.bytes[p.fragmentAt + i]) return false;
    (this.#pieces[piece + 3] as number)++;
    this.#complete();
    return true;
  }

  #complete(): void {
    if (this.total === 0 || this.#held !== this.total) return;
    let copies = this.#pieces[3] as number;
    for (let i = 7; i < 4 * this.#count; i += 4) copies = Math.min(copies, this.#pieces[i] as number);
    this.copies = copies;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.min(Math.max(2 * this.#bytes.length, length), ADDRESSES + LARGEST));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
