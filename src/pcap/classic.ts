import type { Core } from "./core.ts";
import type { Log } from "./log.ts";
import { Direction, type Packet } from "./packet.ts";
import type { CaptureInterface } from "./pcapng-interface.ts";
import type { Window } from "./window.ts";
import { be16, be32, le16, le32 } from "./words.ts";

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Alexey Kuznetzov's variant has the interface, the protocol and the packet type behind the usual header. */
const LONG_RECORD_HEADER = 24;
/** Most bytes of one packet, as in libpcap and Wireshark; a larger snaplen in the file header raises it up to the next. */
const MAX_CAPTURED = 262_144;
const MAX_SNAPLEN = 1 << 20;
/** How far a readable record is looked for behind one with an impossible length. */
const SEARCH_SPAN = 512 * 1024;

interface Variant {
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  readonly long: boolean;
}

const variant = (littleEndian: boolean, nanoseconds: boolean, long = false): Variant => ({
  littleEndian,
  nanoseconds,
  long,
});

/** Magic numbers as the file's first four bytes, big-endian. */
const VARIANTS = new Map<number, Variant>([
  [0xa1b2c3d4, variant(false, false)],
  [0xd4c3b2a1, variant(true, false)],
  [0xa1b23c4d, variant(false, true)],
  [0x4d3cb2a1, variant(true, true)],
  [0xa1b2cd34, variant(false, false, true)],
  [0x34cdb2a1, variant(true, false, true)],
]);

/** Relatives of pcap that are known by their magic number and not read. */
export const UNREAD_VARIANTS = new Map<number, string>([
  [0xa1b234cd, "libpcap's fmesquita variant"],
  [0xcd34b2a1, "libpcap's fmesquita variant"],
  [0xa12b3c4d, "libpcap's Navtel variant"],
  [0x4d3c2ba1, "libpcap's Navtel variant"],
  [0x1c0001ac, "IXIA's hardware variant"],
  [0xac01001c, "IXIA's hardware variant"],
  [0x1c0001ab, "IXIA's software variant"],
  [0xab01001c, "IXIA's software variant"],
]);

export const isClassicMagic = (magic: number): boolean => VARIANTS.has(magic);

/** Reads the records of a classic pcap file. */
export class ClassicReader {
  readonly linkTypes: Set<number> = new Set();
  /** The file's snap length, 0 for none. */
  snaplen = 0;
  readonly dropped = undefined;
  readonly interfaces: readonly CaptureInterface[] = [];
  readonly #window: Window;
  readonly #log: Log;
  readonly #variant: Variant;
  #headerRead = false;
  #done = false;
  #searching = false;
  #limit = MAX_CAPTURED;
  #linkType = 0;
  #minor = 4;
  #frames = 0;
  #lastSeconds = 0;

  constructor(window: Window, log: Log, magic: number) {
    const known = VARIANTS.get(magic);
    if (known === undefined) throw new RangeError("the magic number was to be checked");
    this.#window = window;
    this.#log = log;
    this.#variant = known;
  }

  get frames(): number {
    return this.#frames;
  }

  /** Lets the loops take the plain packets that are at hand. Only the usual kind of file has such. */
  run({ loops }: Core): void {
    const { littleEndian, nanoseconds, long } = this.#variant;
    if (!this.#headerRead || this.#done || this.#searching || long || this.#minor < 4) return;
    const window = this.#window;
    loops.setFrames(this.#frames);
    loops.setLastSeconds(this.#lastSeconds);
    const { at, end } = window;
    window.at = loops.classic(at, end, this.#linkType, !littleEndian, nanoseconds, this.#limit);
    this.#frames = loops.frames.value >>> 0;
    this.#lastSeconds = loops.lastSeconds.value >>> 0;
  }

  /** Fills the packet's record fields. If there is none, the window needs another chunk or the file is at its end. */
  next(packet: Packet): boolean {
    const window = this.#window;
    if (this.#done || (!this.#headerRead && !this.#readHeader())) return false;
    if (this.#searching && !this.#search()) return false;
    const { littleEndian, nanoseconds, long } = this.#variant;
    const header = long ? LONG_RECORD_HEADER : RECORD_HEADER;
    if (!window.need(header)) return false;
    let at = window.at;
    let b = window.bytes;
    const u32 = littleEndian ? le32 : be32;
    const seconds = u32(b, at) >>> 0;
    const fraction = u32(b, at + 4) >>> 0;
    let captured = u32(b, at + 8) >>> 0;
    let length = u32(b, at + 12) >>> 0;
    // Before version 2.3 the two lengths stood the other way round, in 2.3 either way (libpcap, sf-pcap.c).
    if (this.#minor < 3 || (this.#minor === 3 && captured > length)) [captured, length] = [length, captured];
    if (captured > this.#limit) {
      this.#impossible(captured);
      return this.next(packet);
    }
    if (!window.need(header + captured)) return false;
    at = window.at;
    b = window.bytes;
    packet.frame = ++this.#frames;
    packet.offset = window.offset;
    packet.timed = true;
    packet.seconds = seconds;
    packet.nanoseconds = nanoseconds ? fraction : fraction * 1000;
    packet.linkType = this.#linkType;
    packet.direction = long ? directionOfType(b[at + 22] as number) : Direction.unknown;
    // A store of an object costs more than the comparison, which is true for nearly all packets.
    if (packet.bytes !== b) packet.bytes = b;
    packet.start = at + header;
    packet.end = window.at = at + header + captured;
    packet.length = length;
    this.#lastSeconds = seconds;
    return true;
  }

  /** Whether the file ended inside a record. */
  end(): boolean {
    const window = this.#window;
    const left = window.end - window.at;
    if (this.#done || left === 0) return false;
    const what = this.#headerRead ? `record ${this.#frames + 1}` : "the file header";
    const offset = window.offset;
    this.#log.add(
      "partial",
      "pcap-cut",
      () => `the capture ends ${left} bytes into ${what} at byte ${offset}; what stands before was read`,
      offset,
    );
    return true;
  }

  #readHeader(): boolean {
    const window = this.#window;
    if (!window.need(FILE_HEADER)) return false;
    const { littleEndian } = this.#variant;
    const u16 = littleEndian ? le16 : be16;
    const u32 = littleEndian ? le32 : be32;
    const major = u16(window.bytes, window.at + 4);
    this.#minor = u16(window.bytes, window.at + 6);
    if (major !== 2) {
      const version = `${major}.${this.#minor}`;
      this.#log.add("note", "pcap-version", () => `pcap version ${version} is read as 2.4`, window.offset);
      this.#minor = 4;
    }
    this.snaplen = u32(window.bytes, window.at + 16) >>> 0;
    this.#limit = Math.max(MAX_CAPTURED, Math.min(this.snaplen, MAX_SNAPLEN));
    // The upper half tells the length of a frame check sequence, of which IP's own length keeps us clear.
    this.#linkType = u32(window.bytes, window.at + 20) & 0xffff;
    this.linkTypes.add(this.#linkType);
    window.at += FILE_HEADER;
    this.#headerRead = true;
    return true;
  }

  #impossible(captured: number): void {
    const offset = this.#window.offset;
    this.#log.add(
      "partial",
      "bad-record-length",
      () =>
        `the record at byte ${offset} claims ${captured} captured bytes, more than the ${this.#limit} possible`,
      offset,
    );
    this.#searching = true;
  }

  /** Looks for the next two records in a row that could be real. */
  #search(): boolean {
    const window = this.#window;
    if (!window.need(SEARCH_SPAN) && !window.ended) return false;
    const from = window.offset;
    const until = Math.min(window.at + SEARCH_SPAN, window.end - RECORD_HEADER);
    for (let at = window.at + 1; at <= until; at++) {
      const next = this.#plausible(at);
      const last = window.ended && next === window.end;
      if (last || (next > 0 && this.#plausible(next) > 0)) {
        window.at = at;
        this.#searching = false;
        const to = window.offset;
        this.#log.add("note", "resumed", () => `bytes ${from} to ${to} were passed over`, from);
        return true;
      }
    }
    this.#done = true;
    this.#log.add("partial", "abandoned", () => `no record could be found behind byte ${from}`, from);
    return false;
  }

  /** Where the record that may begin at `at` would end; 0 if it can be none. */
  #plausible(at: number): number {
    const { bytes, end } = this.#window;
    const { littleEndian, nanoseconds, long } = this.#variant;
    const header = long ? LONG_RECORD_HEADER : RECORD_HEADER;
    if (at + header > end) return 0;
    const u32 = littleEndian ? le32 : be32;
    const captured = u32(bytes, at + 8) >>> 0;
    const length = u32(bytes, at + 12) >>> 0;
    const near = Math.abs((u32(bytes, at) >>> 0) - this.#lastSeconds) < 86_400 || this.#frames === 0;
    const fits = captured > 0 && captured <= length && captured <= this.#limit && length <= MAX_CAPTURED;
    const fraction = u32(bytes, at + 4) >>> 0;
    if (!near || !fits || fraction >= (nanoseconds ? 1e9 : 1e6)) return 0;
    return at + header + captured <= end ? at + header + captured : 0;
  }
}

/** Linux's packet types (linux/if_packet.h): to us, broadcast, multicast, to another host, from us. */
export function directionOfType(type: number): number {
  if (type === 4) return Direction.outgoing;
  return type < 4 ? Direction.incoming : Direction.unknown;
}
