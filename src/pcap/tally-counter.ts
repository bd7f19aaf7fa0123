import { Addresses } from "./addresses.ts";
import { Core, NO_ROOM } from "./core.ts";
import { grow, trim } from "./columns.ts";
import { Direction, NONE, type Packet, Tunnel } from "./packet.ts";
import { AddressColumns, PairColumns, ProtocolColumns, type Tally } from "./tally-table.ts";
import { finish } from "./words.ts";

const FIRST_SLOTS = 1 << 10;

/** Counts packets and bytes by address, pair of addresses and protocol: a few additions a packet. */
export class TallyCounter {
  readonly #addresses: Addresses;
  readonly #limit: number;
  readonly #ends = new AddressColumns();
  #endsRoom = 0;
  readonly #pairs = new PairColumns();
  #pairsRoom = 0;
  #pairCount = 0;
  /** Pair + 1 by the hash of its addresses; 0 is a free slot. */
  #slots = new Int32Array(FIRST_SLOTS);
  readonly #protocols = new ProtocolColumns();
  #frames = 0;
  #bytes = 0;
  #capturedBytes = 0;
  #ipv4 = 0;
  #ipv6 = 0;
  #other = 0;
  #otherBytes = 0;
  #firstOther = 0;
  #encapsulated = 0;
  #fragments = 0;
  #unpaired = 0;
  #unaddressed = 0;

  /**
   * @param mostAddresses packets of further ones count for none
   * @param mostPairs packets of further ones count everywhere else
   */
  constructor(mostAddresses: number, mostPairs: number) {
    // A book of its own: what the trackers forget is counted here for good.
    this.#addresses = new Addresses(new Core({ ...NO_ROOM, addresses: mostAddresses }));
    this.#limit = mostPairs;
  }

  /** Packets that count for no address, because there were too many. */
  get unaddressed(): number {
    return this.#unaddressed;
  }

  /** Packets that are in no pair, because there were too many. */
  get unpaired(): number {
    return this.#unpaired;
  }

  /** A decoded packet. */
  packet(p: Packet): void {
    const { length, frame } = p;
    this.#frames++;
    this.#bytes += length;
    this.#capturedBytes += p.end - p.start;
    if (p.version === 0) {
      if (this.#other++ === 0) this.#firstOther = frame;
      this.#otherBytes += length;
      return;
    }
    if (p.version === 4) this.#ipv4++;
    else this.#ipv6++;
    if (p.tunnel !== Tunnel.none) this.#encapsulated++;
    if (p.moreFragments || p.fragmentOffset > 0) this.#fragments++;
    if (p.protocol !== NONE) this.#protocol(p);
    const source = this.#addresses.intern(p.bytes, p.sourceAt, p.version);
    const destination = this.#addresses.intern(p.bytes, p.destinationAt, p.version);
    if (source < 0 || destination < 0) {
      this.#unaddressed++;
      return;
    }
    if (this.#addresses.count > this.#endsRoom) this.#growEnds();
    const e = this.#ends;
    (e.sentPackets[source] as number)++;
    (e.sentBytes[source] as number) += length;
    (e.receivedPackets[destination] as number)++;
    (e.receivedBytes[destination] as number) += length;
    if (e.firstFrame[source] === 0) e.firstFrame[source] = frame;
    if (e.firstFrame[destination] === 0) e.firstFrame[destination] = frame;
    e.lastFrame[source] = e.lastFrame[destination] = frame;
    if (p.direction === Direction.incoming) (e.incoming[source] as number)++;
    else if (p.direction === Direction.outgoing) (e.outgoing[source] as number)++;
    this.#pair(source, destination, length, frame);
  }

  /** What was counted; nothing can be counted any more. */
  finish(): Tally {
    const addresses = this.#endsRoom === 0 ? 0 : this.#addresses.count;
    if (addresses > this.#endsRoom) this.#growEnds();
    trim(this.#ends, addresses);
    trim(this.#pairs, this.#pairCount);
    return {
      frames: this.#frames,
      bytes: this.#bytes,
      capturedBytes: this.#capturedBytes,
      ipv4: this.#ipv4,
      ipv6: this.#ipv6,
      other: this.#other,
      otherBytes: this.#otherBytes,
      firstOther: this.#firstOther,
      encapsulated: this.#encapsulated,
      fragments: this.#fragments,
      protocols: this.#protocols,
      addresses: Object.assign(this.#ends, { length: addresses }),
      pairs: Object.assign(this.#pairs, { length: this.#pairCount }),
      unpaired: this.#unpaired,
      unaddressed: this.#unaddressed,
      address: this.#addresses.reader(),
    };
  }

  #protocol(p: Packet): void {
    const c = this.#protocols;
    if ((c.packets[p.protocol] as number)++ === 0) c.firstFrame[p.protocol] = p.frame;
    (c.bytes[p.protocol] as number) += p.length;
  }

  #pair(source: number, destination: number, length: number, frame: number): void {
    const isForward = source <= destination;
    const row = this.#row(isForward ? source : destination, isForward ? destination : source);
    if (row < 0) {
      this.#unpaired++;
      return;
    }
    const c = this.#pairs;
    if (c.firstFrame[row] === 0) c.firstFrame[row] = frame;
    c.lastFrame[row] = frame;
    if (isForward) {
      (c.packetsFromA[row] as number)++;
      (c.bytesFromA[row] as number) += length;
    } else {
      (c.packetsFromB[row] as number)++;
      (c.bytesFromB[row] as number) += length;
    }
  }

  /** The row of a pair, which is added if it is new; -1 where there is no room. */
  #row(a: number, b: number): number {
    const c = this.#pairs;
    const mask = this.#slots.length - 1;
    let slot = hashOf(a, b) & mask;
    for (;;) {
      const row = (this.#slots[slot] as number) - 1;
      if (row < 0) break;
      if (c.a[row] === a && c.b[row] === b) return row;
      slot = (slot + 1) & mask;
    }
    if (this.#pairCount === this.#limit) return -1;
    const row = this.#pairCount++;
    if (row === this.#pairsRoom) {
      this.#pairsRoom = Math.min(this.#limit, Math.max(256, 2 * row));
      grow(c, this.#pairsRoom);
    }
    c.a[row] = a;
    c.b[row] = b;
    this.#slots[slot] = row + 1;
    if (2 * this.#pairCount > mask) this.#growSlots();
    return row;
  }

  #growEnds(): void {
    this.#endsRoom = Math.max(256, 2 * this.#addresses.count);
    grow(this.#ends, this.#endsRoom);
  }

  #growSlots(): void {
    const mask = 2 * this.#slots.length - 1;
    this.#slots = new Int32Array(mask + 1);
    for (let row = 0; row < this.#pairCount; row++) {
      let slot = hashOf(this.#pairs.a[row] as number, this.#pairs.b[row] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
    }
  }
}

function hashOf(a: number, b: number): number {
  return finish(Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77));
}
