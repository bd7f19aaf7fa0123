import { growTo, instantiate, type WasmMemory, wasmMemory } from "../bytes/wasm.ts";
import { LOOPS } from "./loops.wasm.ts";
import type { Packet } from "./packet.ts";
import { TIMELINE_NUMBERS } from "./timeline.ts";
import { PIECE, type WindowRoom } from "./window.ts";

/** A number that the loops keep, and can be told. */
interface Variable {
  value: number;
}

/** What wasm/pcap/index.ts exports. Addresses of memory are byte offsets; what the functions do, they say themselves. */
interface Loops {
  layOut(
    addresses: number,
    handshakes: number,
    connections: number,
    troubles: number,
    queries: number,
    names: number,
    expected: number,
  ): number;

  addressCount(): number;
  addressesRefused(): number;
  addressVersions(): number;
  addressWords(): number;
  find(at: number, version: number): number;
  intern(at: number, version: number): number;
  lease(at: number, version: number): number;
  mark(id: number): void;
  unmark(): void;
  sweep(): void;

  holdUntil(time: number): void;
  message(
    from: number,
    end: number,
    wireLength: number,
    isToServer: boolean,
    isFromServer: boolean,
    transport: number,
  ): number;
  messagesCut(): number;
  messagesMalformed(): number;
  refuseQuery(
    client: number,
    clientPort: number,
    server: number,
    serverPort: number,
    from: number,
    end: number,
    wireLength: number,
    type: number,
    code: number,
    sender: number,
    version: number,
  ): void;
  parseMessage(from: number, end: number, wireLength: number): number;
  nameBytes(): number;
  nameCount(): number;
  namesRefused(): number;
  nameStarts(): number;
  finishQueries(end: number, interval: number): void;
  queriesEvicted(): number;
  queryCount(): number;
  queryColumns(): number;

  forget(): void;
  countWays(): void;
  readonly both: Variable;
  readonly one: Variable;

  handshakeCount(): number;
  handshakeColumns(): number;
  handshakeRetries(): number;
  retriesKept(): number;
  handshakesEvicted(): number;
  markHandshakes(): void;
  decide(row: number, end: number, mayHaveError: boolean): void;
  refuse(
    client: number,
    clientPort: number,
    server: number,
    serverPort: number,
    isn: number,
    type: number,
    code: number,
    from: number,
    version: number,
  ): void;

  connectionCount(): number;
  connectionRows(): number;
  connectionsEvicted(): number;
  connectionsIgnored(): number;
  markConnections(): void;
  finishConnections(end: number): void;
  troubleCount(): number;
  troubleRows(): number;
  troublesUntold(): number;

  portClasses(): number;
  readonly frames: Variable;
  readonly lastSeconds: Variable;
  setFrames(count: number): void;
  setLastSeconds(seconds: number): void;
  classic(from: number, end: number, linkType: number, isBig: boolean, isNano: boolean, most: number): number;
  enhanced(from: number, end: number, interfaces: number, count: number): number;
  take(linkType: number, start: number, end: number, seconds: number, nanoseconds: number): number;
  plain(linkType: number, start: number, end: number): number;
  segment(): void;
}

/** How many rows the loops' tables can have. */
export interface Room {
  readonly addresses: number;
  readonly handshakes: number;
  readonly connections: number;
  /** Connections with something to tell of them. */
  readonly troubles: number;
  readonly queries: number;
  readonly names: number;
  /** How many conversations and queries a file of the size is likely to have. */
  readonly expected: number;
}

/** For who needs no tables. */
export const NO_ROOM: Room = {
  addresses: 0,
  handshakes: 0,
  connections: 0,
  troubles: 0,
  queries: 0,
  names: 0,
  expected: 0,
};

/** What the loops call. */
export interface Calls {
  /** There may be no room for another packet's addresses. */
  makeRoomForAddresses(): void;
  /** A connection is dropped, whose row is at that address. */
  dropConnection(row: number): void;
  /** Some queries are dropped; where each goes stands in words from that address on, -1 for those. */
  dropQueries(to: number): void;
}

const NO_CALLS: Calls = {
  makeRoomForAddresses: () => undefined,
  dropConnection: () => undefined,
  dropQueries: () => undefined,
};

/** Bits of a port's class: a DNS server's; one that tunnels are sent to. */
const PortClass = { dns: 1, tunnel: 2 } as const;
/** Ports of tunnels in UDP, which `udpTunnel` goes into. */
const TUNNEL_PORTS = [4789, 8472, 4790, 6081, 6635];

/** Bytes of an address, and of the rows of each table, about. */
const ADDRESS = 17;
const HANDSHAKE = 144;
const CONNECTION = 136;
const TROUBLE = 264;
const QUERY = 109;
/** The memory is kept for tables that are at least one part in so many of it. */
const WORTH = 8;

/** The memory of the last core that was closed: a bundle may have very many small captures, and a new memory costs more than they do. */
let spare: WasmMemory | undefined;
/** To clear more would cost more than a new one. */
const MOST_SPARE = 4 << 20;

/** A memory of zeros. */
function takeMemory(): WasmMemory {
  const memory = spare;
  if (memory === undefined) return wasmMemory(1);
  spare = undefined;
  new Uint8Array(memory.buffer).fill(0);
  return memory;
}

/** Bytes that begin somewhere in a buffer. */
export interface KeptBytes {
  readonly buffer: ArrayBufferLike;
  readonly at: number;
}

/** Where the loops have the packet at hand, and the numbers of the timeline. */
const PACKET_AT = 1024;
const TIMELINE_AT = 1280;
/** Offsets of the packet's fields, in words; its time is the first double. */
const MICROS = 2;
const FRAME = 3;
const DIRECTION = 6;
const VNI = 7;
const TUNNEL = 8;
const VERSION = 9;
const SOURCE_AT = 10;
const DESTINATION_AT = 11;
const IP_ID = 12;
const TTL = 13;
const SOURCE_PORT = 14;
const DESTINATION_PORT = 15;
const SEQUENCE = 16;
const ACKNOWLEDGEMENT = 17;
const FLAGS = 18;
const WINDOW = 19;
const OPTIONS_AT = 20;
const PAYLOAD_AT = 21;
const PAYLOAD_END = 22;
const PAYLOAD_LENGTH = 23;

/** Room for two addresses, and for the longest datagram or message behind them. */
const SCRATCH = 64;
const LONGEST_RUN = 1 << 16;
/** The longest record that a reader may ask for in one piece, with what it looks at behind it. */
const LONGEST = 5 << 20;
/** Interfaces that the loops know; packets of others are read without them. */
export const MOST_INTERFACES = 64;

/**
 * The loops over a capture's packets, which are compiled from wasm/pcap, with the memory that they work in: the tables, and a piece of
 * the file. What the tables hold is read here; nothing else writes to them.
 */
export class Core {
  readonly loops: Loops;
  /** The memory, as bytes and as words. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  /** Numbers of a `Timeline`. */
  readonly timeline: Float64Array;
  /** Where the pieces of a file are to be, and where the loops' table of interfaces is. */
  readonly window: WindowRoom;
  readonly interfaces: number;
  readonly #scratch: number;
  readonly #memory: WasmMemory;

  /** @param longest bytes that are ever looked at in one piece: no more than a file has */
  constructor(room: Room, calls: Calls = NO_CALLS, longest: number = LONGEST) {
    const memory = takeMemory();
    this.loops = instantiate(LOOPS, memory, { ...calls }) as Loops;
    const { addresses, handshakes, connections, troubles, queries, names, expected } = room;
    this.#scratch = this.loops.layOut(addresses, handshakes, connections, troubles, queries, names, expected);
    this.interfaces = this.#scratch + SCRATCH + LONGEST_RUN;
    const at = this.interfaces + 8 * MOST_INTERFACES;
    const length = Math.min(longest, LONGEST) + PIECE;
    growTo(memory, at + length);
    this.#memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
    this.window = { bytes: this.bytes, at, length };
    this.words = new Int32Array(memory.buffer);
    this.doubles = new Float64Array(memory.buffer);
    this.timeline = new Float64Array(memory.buffer, TIMELINE_AT, TIMELINE_NUMBERS);
    for (const port of TUNNEL_PORTS) this.bytes[this.loops.portClasses() + port] = PortClass.tunnel;
  }

  /** Bytes that the rows of the tables take. */
  get used(): number {
    const { loops } = this;
    return (
      ADDRESS * loops.addressCount() +
      HANDSHAKE * loops.handshakeCount() +
      CONNECTION * loops.connectionCount() +
      TROUBLE * loops.troubleCount() +
      QUERY * loops.queryCount()
    );
  }

  /**
   * Whether what is read of the tables is to be copied: where they are small beside the memory, which holds the indexes and the room for
   * more as well, it need not be kept for them. Many captures may be held at once.
   */
  get isLeft(): boolean {
    return this.used * WORTH < this.bytes.length;
  }

  /** To be called when all that is to be kept was read, and nobody uses the core any more: another may then have its memory. */
  close(): void {
    if (this.isLeft && this.bytes.length <= MOST_SPARE) spare = this.#memory;
  }

  /** A part of the memory that is to be kept, itself or a copy. */
  keep(at: number, bytes: number): KeptBytes {
    const { buffer } = this.bytes;
    return this.isLeft ? { buffer: buffer.slice(at, at + bytes), at: 0 } : { buffer, at };
  }

  /** Marks a port as one of DNS servers; what is no port is none. */
  serve(port: number): void {
    if (port < 0 || port > 0xffff) return;
    const at = this.loops.portClasses() + port;
    this.bytes[at] = (this.bytes[at] as number) | PortClass.dns;
  }

  isDnsPort(port: number): boolean {
    return port >= 0 && ((this.bytes[this.loops.portClasses() + port] as number) & PortClass.dns) !== 0;
  }

  /** The address in this memory of an IP address, which is copied if it is elsewhere; only until the next is asked for. */
  place(bytes: Uint8Array, at: number, version: number): number {
    if (bytes.buffer === this.bytes.buffer) return bytes.byteOffset + at;
    const length = version === 4 ? 4 : 16;
    for (let i = 0; i < length; i++) this.bytes[this.#scratch + i] = bytes[at + i] as number;
    return this.#scratch;
  }

  /** The address in this memory of the bytes between two offsets, as {@link place}; of a longer run only so much is there. */
  placeRun(bytes: Uint8Array, from: number, end: number): number {
    if (bytes.buffer === this.bytes.buffer) return bytes.byteOffset + from;
    const at = this.#scratch + SCRATCH;
    this.bytes.set(bytes.subarray(from, Math.min(end, from + LONGEST_RUN)), at);
    return at;
  }

  /** How much of a run {@link placeRun} has put there. */
  runLength(bytes: Uint8Array, length: number): number {
    return bytes.buffer === this.bytes.buffer ? length : Math.min(length, LONGEST_RUN);
  }

  /** Tells the loops the time and the frame of the packet at hand. */
  stamp(p: Packet): void {
    this.doubles[PACKET_AT / 8] = p.time;
    this.words[PACKET_AT / 4 + FRAME] = p.frame;
  }

  /** Takes a TCP packet with its flags, whose bytes are in this memory. */
  segment(p: Packet): void {
    this.push(p);
    this.loops.segment();
  }

  /** Makes a packet the one at hand. Of one whose bytes are elsewhere, only the addresses are copied. */
  push(p: Packet): void {
    const { words } = this;
    const at = PACKET_AT / 4;
    this.stamp(p);
    words[at + MICROS] = (Math.imul(p.seconds, 1_000_000) + ((p.nanoseconds / 1000) | 0)) | 0;
    words[at + DIRECTION] = p.direction;
    words[at + VNI] = p.vni;
    words[at + TUNNEL] = p.tunnel;
    words[at + VERSION] = p.version;
    const isHere = p.bytes.buffer === this.bytes.buffer;
    words[at + SOURCE_AT] = isHere ? p.sourceAt : this.#placeAddress(p, p.sourceAt, 16);
    words[at + DESTINATION_AT] = isHere ? p.destinationAt : this.#placeAddress(p, p.destinationAt, 32);
    words[at + IP_ID] = p.ipId;
    words[at + TTL] = p.ttl;
    words[at + SOURCE_PORT] = p.sourcePort;
    words[at + DESTINATION_PORT] = p.destinationPort;
    words[at + SEQUENCE] = p.sequence;
    words[at + ACKNOWLEDGEMENT] = p.acknowledgement;
    words[at + FLAGS] = p.flags;
    words[at + WINDOW] = p.window;
    words[at + OPTIONS_AT] = p.optionsAt;
    words[at + PAYLOAD_AT] = p.payloadAt;
    words[at + PAYLOAD_END] = p.payloadEnd;
    words[at + PAYLOAD_LENGTH] = p.payloadLength;
  }

  /** Copies an address of a packet to that place of the scratch room. */
  #placeAddress({ bytes, version }: Packet, at: number, place: number): number {
    const to = this.#scratch + place;
    this.bytes.set(bytes.subarray(at, at + (version === 4 ? 4 : 16)), to);
    return to;
  }
}
