import type { Log } from "./log.ts";
import { Direction, NONE, type Packet } from "./packet.ts";
import { Clock } from "./pcapng-time.ts";
import type { Window } from "./window.ts";
import { be16, be32, le16, le32 } from "./words.ts";

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const STATISTICS = 5;
const ENHANCED_PACKET = 6;
/**
 * Blocks without a packet that Wireshark 4.0 numbers as frames nevertheless: journal entries, custom blocks, Sysdig
 * events. Ours would be numbered differently if they did not count.
 */
const COUNTED = new Set([9, 0xbad, 0x40000bad, 0x204, 0x208, 0x216, 0x221]);
/** The byte-order magic, as its bytes stand in a section of either order. */
const BIG = 0x1a2b3c4d;
const LITTLE = 0x4d3c2b1a;
/** Largest block whose content is looked at. */
const MAX_BLOCK = 4 << 20;

const EPB_FLAGS = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;

interface Interface {
  readonly linkType: number;
  readonly snaplen: number;
  readonly clock: Clock;
  /** Packets that this interface and the system dropped, by its last statistics. */
  dropped: number | undefined;
}

/** Reads the packets of a pcapng file (draft-ietf-opsawg-pcapng). */
export class PcapngReader {
  readonly linkTypes: Set<number> = new Set();
  readonly #window: Window;
  readonly #log: Log;
  /** Those of the current section. */
  #interfaces: Interface[] = [];
  readonly #all: Interface[] = [];
  #littleEndian = true;
  #inSection = false;
  #done = false;
  #frames = 0;

  constructor(window: Window, log: Log) {
    this.#window = window;
    this.#log = log;
  }

  get frames(): number {
    return this.#frames;
  }

  /** The largest snap length of any interface, 0 where one has none. */
  get snaplen(): number {
    const lengths = this.#all.map((each) => each.snaplen);
    return lengths.includes(0) ? 0 : Math.max(0, ...lengths);
  }

  /** Packets lost before they could be written; `undefined` where no statistics tell. */
  get dropped(): number | undefined {
    const told = this.#all.filter((each) => each.dropped !== undefined);
    return told.length === 0 ? undefined : told.reduce((sum, each) => sum + (each.dropped ?? 0), 0);
  }

  next(packet: Packet): boolean {
    const window = this.#window;
    while (!this.#done) {
      if (!window.need(12)) return false;
      const type = be32(window.bytes, window.at) >>> 0;
      if (type === SECTION) {
        const order = be32(window.bytes, window.at + 8);
        this.#littleEndian = order === LITTLE;
        this.#inSection = order === BIG || order === LITTLE;
      }
      const length = this.#u32(window.at + 4);
      if (!this.#sane(length)) return false;
      const read = this.#block(type === SECTION ? type : this.#u32(window.at), length, packet);
      if (read === undefined) return false;
      if (read) return true;
    }
    return false;
  }

  /** Whether the file ended inside a block. */
  end(): boolean {
    const window = this.#window;
    const left = window.end - window.at;
    if (this.#done || (left === 0 && window.toSkip === 0)) return false;
    const offset = window.offset;
    this.#log.add(
      "partial",
      "pcap-cut",
      () => `the capture ends inside the block at byte ${offset}, behind packet ${this.#frames}`,
      offset,
    );
    return true;
  }

  #u16(at: number): number {
    return this.#littleEndian ? le16(this.#window.bytes, at) : be16(this.#window.bytes, at);
  }

  #u32(at: number): number {
    return (this.#littleEndian ? le32(this.#window.bytes, at) : be32(this.#window.bytes, at)) >>> 0;
  }

  /** Whether a block of this length can be; reading ends if not, for nothing tells where the next begins. */
  #sane(length: number): boolean {
    if (length >= 12 && length < 0x8000_0000 && this.#inSection) return true;
    const offset = this.#window.offset;
    this.#done = true;
    this.#log.add(
      "partial",
      "bad-block",
      () =>
        `no block begins at byte ${offset}, or it has an impossible length of ${length}; reading stops there`,
      offset,
    );
    return false;
  }

  /** Whether the block held a packet; `undefined` if it is not at hand yet. */
  #block(type: number, length: number, packet: Packet): boolean | undefined {
    const window = this.#window;
    const padded = (length + 3) & ~3;
    if (COUNTED.has(type)) this.#frames++;
    if (type !== SECTION && type !== INTERFACE && type !== STATISTICS && !isPacket(type)) {
      window.skip(padded);
      return false;
    }
    if (length > MAX_BLOCK) {
      const offset = window.offset;
      if (isPacket(type)) this.#frames++;
      this.#log.add(
        "partial",
        "bad-block",
        () => `the block at byte ${offset} of ${length} bytes is too large`,
        offset,
      );
      window.skip(padded);
      return false;
    }
    if (!window.need(padded)) return undefined;
    if (this.#u32(window.at + length - 4) !== length) {
      const offset = window.offset;
      this.#log.add(
        "note",
        "block-length-mismatch",
        () => `the block at byte ${offset} gives two different lengths`,
        offset,
      );
    }
    let held = false;
    if (type === SECTION) this.#interfaces = [];
    else if (type === INTERFACE) this.#interface(length);
    else if (type === STATISTICS) this.#statistics(length);
    else held = this.#packet(type, length, packet);
    window.at += padded;
    return held;
  }

  #interface(length: number): void {
    const at = this.#window.at;
    if (length < 20) return;
    let resolution: number | undefined;
    let offset = 0;
    this.#options(at + 16, at + length - 4, (code, value, size) => {
      if (code === IF_TSRESOL && size >= 1) resolution = this.#window.bytes[value];
      if (code === IF_TSOFFSET && size >= 8) offset = this.#signed64(value);
    });
    const linkType = this.#u16(at + 8);
    const added = {
      linkType,
      snaplen: this.#u32(at + 12),
      clock: new Clock(resolution, offset),
      dropped: undefined,
    };
    this.linkTypes.add(linkType);
    this.#interfaces.push(added);
    this.#all.push(added);
  }

  #statistics(length: number): void {
    const at = this.#window.at;
    const of = length < 24 ? undefined : this.#interfaces[this.#u32(at + 8)];
    if (of === undefined) return;
    let dropped: number | undefined;
    this.#options(at + 20, at + length - 4, (code, value, size) => {
      if ((code === ISB_IFDROP || code === ISB_OSDROP) && size >= 8)
        dropped = (dropped ?? 0) + this.#signed64(value);
    });
    of.dropped = dropped ?? of.dropped;
  }

  #packet(type: number, length: number, packet: Packet): boolean {
    const window = this.#window;
    const at = window.at;
    packet.frame = ++this.#frames;
    packet.offset = window.offset;
    packet.bytes = window.bytes;
    packet.direction = Direction.unknown;
    const simple = type === SIMPLE_PACKET;
    const fixed = simple ? 12 : 28;
    if (length < fixed + 4) {
      this.#log.add("partial", "bad-block", () => `the packet block at byte ${packet.offset} is too short`);
      return false;
    }
    const number = type === ENHANCED_PACKET ? this.#u32(at + 8) : simple ? 0 : this.#u16(at + 8);
    const from = this.#interfaces[number];
    const room = length - 4 - fixed;
    packet.length = this.#u32(at + fixed - 4);
    let captured = simple ? Math.min(packet.length, from?.snaplen || room) : this.#u32(at + 20);
    if (captured > room) {
      if (!simple)
        this.#log.add(
          "partial",
          "bad-record-length",
          () =>
            `the packet at byte ${packet.offset} claims ${captured} captured bytes of the ${room} in its block`,
          packet.offset,
        );
      captured = room;
    }
    packet.start = at + fixed;
    packet.end = packet.start + captured;
    packet.timed = !simple && from !== undefined;
    packet.linkType = from?.linkType ?? NONE;
    if (from === undefined)
      this.#log.add(
        "partial",
        "unknown-interface",
        () => `the packet at byte ${packet.offset} is from interface ${number}, which no block describes`,
        packet.offset,
      );
    else if (!simple) {
      from.clock.split(this.#u32(at + 12), this.#u32(at + 16));
      packet.seconds = from.clock.seconds;
      packet.nanoseconds = from.clock.nanoseconds;
    }
    const options = packet.start + ((captured + 3) & ~3);
    if (!simple && options < at + length - 4) this.#packetOptions(options, at + length - 4, packet);
    return true;
  }

  #packetOptions(at: number, end: number, packet: Packet): void {
    this.#options(at, end, (code, value, size) => {
      if (code !== EPB_FLAGS || size < 4) return;
      const way = this.#u32(value) & 3;
      if (way === 1) packet.direction = Direction.incoming;
      if (way === 2) packet.direction = Direction.outgoing;
    });
  }

  #options(from: number, end: number, each: (code: number, value: number, size: number) => void): void {
    for (let at = from; at + 4 <= end;) {
      const code = this.#u16(at);
      const size = this.#u16(at + 2);
      if (code === 0) return;
      if (at + 4 + size > end) {
        const offset = this.#window.offset;
        this.#log.add(
          "note",
          "bad-option",
          () => `an option of the block at byte ${offset} is longer than the block`,
          offset,
        );
        return;
      }
      each(code, at + 4, size);
      at += 4 + ((size + 3) & ~3);
    }
  }

  #signed64(at: number): number {
    const high = this.#u32(at + (this.#littleEndian ? 4 : 0)) | 0;
    return high * 2 ** 32 + this.#u32(at + (this.#littleEndian ? 0 : 4));
  }
}

function isPacket(type: number): boolean {
  return type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET;
}
