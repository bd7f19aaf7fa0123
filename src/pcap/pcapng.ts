import { type Core, MOST_INTERFACES as MOST_KNOWN } from "./core.ts";
import type { Log } from "./log.ts";
import { Direction, NONE, type Packet } from "./packet.ts";
import {
  BIG,
  BlockType,
  COUNTED,
  endOfBlock,
  isPacketBlock,
  LITTLE,
  MAX_BLOCK,
  mayBeBlock,
} from "./pcapng-blocks.ts";
import { type CaptureInterface, Interface } from "./pcapng-interface.ts";
import type { Window } from "./window.ts";
import { be16, be32, le16, le32 } from "./words.ts";

/** Interfaces that are told apart, in a section and in the file: captures have a few, hostile files one a block. */
const MOST_INTERFACES = 4096;
/** How far a readable block is looked for behind one that can be none. */
const SEARCH_SPAN = 512 * 1024;
const EPB_FLAGS = 2;
const EPB_DROPCOUNT = 4;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;

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
  #searching = false;
  #frames = 0;
  /** The interfaces that the loops know, and how many. */
  #told: readonly Interface[] = [];
  #toldCount = 0;

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

  get interfaces(): readonly CaptureInterface[] {
    return this.#all;
  }

  /** Packets lost before they could be written; `undefined` where nothing tells. */
  get dropped(): number | undefined {
    const told = this.#all.filter((each) => each.dropped !== undefined);
    return told.length === 0 ? undefined : told.reduce((sum, each) => sum + (each.dropped ?? 0), 0);
  }

  /** Lets the loops take the plain packets that are at hand. Only sections in the byte order of this machine have such. */
  run(core: Core): void {
    if (this.#done || this.#searching || !this.#inSection || !this.#littleEndian) return;
    const { loops, words, interfaces } = core;
    const count = Math.min(this.#interfaces.length, MOST_KNOWN);
    if (this.#told !== this.#interfaces || this.#toldCount !== count) {
      this.#told = this.#interfaces;
      this.#toldCount = count;
      this.#interfaces.slice(0, count).forEach(({ linkType, clock }, place) => {
        words[interfaces / 4 + 2 * place] = clock.unit === undefined ? NONE : linkType;
        words[interfaces / 4 + 2 * place + 1] = clock.unit === "ns" ? 1 : 0;
      });
    }
    const window = this.#window;
    loops.setFrames(this.#frames);
    window.at = loops.enhanced(window.at, window.end, interfaces, count);
    this.#frames = loops.frames.value >>> 0;
  }

  next(packet: Packet): boolean {
    const window = this.#window;
    while (!this.#done) {
      if (this.#searching && !this.#search()) return false;
      if (!window.need(12)) return false;
      const isSection = be32(window.bytes, window.at) >>> 0 === BlockType.section;
      const order = isSection ? be32(window.bytes, window.at + 8) : 0;
      const isOrdered = order === BIG || order === LITTLE;
      if (isOrdered) {
        this.#littleEndian = order === LITTLE;
        this.#inSection = true;
      }
      const type = isSection ? BlockType.section : this.#u32(window.at);
      const length = this.#u32(window.at + 4);
      const isTooLarge = length > MAX_BLOCK && isPacketBlock(type);
      if (length < 12 || length >= 0x8000_0000 || !this.#inSection || isSection !== isOrdered || isTooLarge) {
        this.#impossible(length);
        continue;
      }
      const read = this.#block(type, length, packet);
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

  #impossible(length: number): void {
    const offset = this.#window.offset;
    this.#searching = true;
    this.#log.add(
      "partial",
      "bad-block",
      () => `no block begins at byte ${offset}, or it has an impossible length of ${length}`,
      offset,
    );
  }

  /** Looks for the next block that could be real. */
  #search(): boolean {
    const window = this.#window;
    if (!window.need(SEARCH_SPAN) && !window.ended) return false;
    const from = window.offset;
    const until = Math.min(window.at + SEARCH_SPAN, window.end - 12);
    for (let at = window.at + 1; at <= until; at++) {
      const next = endOfBlock(window.bytes, at, window.end, this.#littleEndian);
      // What follows it must look like a block too, as far as it is at hand.
      if (next === 0 || (next + 12 <= window.end && !mayBeBlock(window.bytes, next, this.#littleEndian)))
        continue;
      window.at = at;
      this.#searching = false;
      const to = window.offset;
      this.#log.add("note", "resumed", () => `bytes ${from} to ${to} were passed over`, from);
      return true;
    }
    this.#done = true;
    this.#log.add("partial", "abandoned", () => `no block could be found behind byte ${from}`, from);
    return false;
  }

  /** Whether the block held a packet; `undefined` if it is not at hand yet. */
  #block(type: number, length: number, packet: Packet): boolean | undefined {
    const window = this.#window;
    const padded = (length + 3) & ~3;
    if (COUNTED.has(type)) {
      this.#frames++;
      window.skip(padded);
      return false;
    }
    if (
      type !== BlockType.section &&
      type !== BlockType.interface &&
      type !== BlockType.statistics &&
      !isPacketBlock(type)
    ) {
      window.skip(padded);
      return false;
    }
    // Not a packet's: of those no larger ones are taken for blocks.
    if (length > MAX_BLOCK) {
      const offset = window.offset;
      const message = () => `the block at byte ${offset} of ${length} bytes is too large`;
      this.#log.add("partial", "bad-block", message, offset);
      window.skip(padded);
      return false;
    }
    if (!window.need(padded)) return undefined;
    if (this.#u32(window.at + length - 4) !== length) {
      // Which of the two is right shows what stands behind the first.
      if (!window.need(padded + 12) && !window.ended) return undefined;
      const next = window.at + padded;
      if (next + 12 <= window.end && !mayBeBlock(window.bytes, next, this.#littleEndian)) {
        this.#impossible(length);
        return false;
      }
      const offset = window.offset;
      this.#log.add(
        "note",
        "block-length-mismatch",
        () => `the block at byte ${offset} gives two different lengths`,
        offset,
      );
    }
    let held = false;
    if (type === BlockType.section) this.#interfaces = [];
    else if (type === BlockType.interface) this.#interface(length);
    else if (type === BlockType.statistics) this.#statistics(length);
    else held = this.#packet(type, length, packet);
    window.at += padded;
    return held;
  }

  #interface(length: number): void {
    const window = this.#window;
    const at = window.at;
    if (length < 20) return;
    const linkType = this.#u16(at + 8);
    if (this.#interfaces.length >= MOST_INTERFACES) {
      const offset = window.offset;
      const message = () => `the interface at byte ${offset} is one of more than ${MOST_INTERFACES}`;
      this.#log.add("partial", "too-many-interfaces", message, offset);
      return;
    }
    const added = new Interface(linkType, this.#u32(at + 12), this.#all.length);
    const signed64 = (place: number) => this.#signed64(place);
    this.#options(at + 16, at + length - 4, (code, value, size) =>
      added.option(code, window.bytes, value, size, signed64),
    );
    this.linkTypes.add(linkType);
    this.#interfaces.push(added);
    if (this.#all.length < MOST_INTERFACES) this.#all.push(added);
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
    of.dropsTold = dropped ?? of.dropsTold;
  }

  #packet(type: number, length: number, packet: Packet): boolean {
    const window = this.#window;
    const at = window.at;
    packet.frame = ++this.#frames;
    packet.offset = window.offset;
    // A store of an object costs more than the comparison, which is true for nearly all packets.
    if (packet.bytes !== window.bytes) packet.bytes = window.bytes;
    packet.direction = Direction.unknown;
    const simple = type === BlockType.simplePacket;
    const fixed = simple ? 12 : 28;
    if (length < fixed + 4) {
      this.#log.add("partial", "bad-block", () => `the packet block at byte ${packet.offset} is too short`);
      return false;
    }
    const number = type === BlockType.enhancedPacket ? this.#u32(at + 8) : simple ? 0 : this.#u16(at + 8);
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
    packet.interfaceIndex = from?.index ?? NONE;
    if (type === BlockType.obsoletePacket) {
      const drops = this.#u16(at + 10);
      // All ones: not known.
      if (drops !== 0xffff) from?.lost(drops);
    }
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
    if (!simple && options < at + length - 4) this.#packetOptions(options, at + length - 4, packet, from);
    return true;
  }

  #packetOptions(at: number, end: number, packet: Packet, from: Interface | undefined): void {
    this.#options(at, end, (code, value, size) => {
      if (code === EPB_DROPCOUNT && size >= 8) from?.lost(this.#signed64(value));
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
