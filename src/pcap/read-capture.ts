import { type ByteSource, InquestError, toSource } from "../bytes/index.ts";
import { Addresses } from "./addresses.ts";
import { ArpTracker } from "./arp-tracker.ts";
import type { Capture, CaptureFile } from "./capture.ts";
import { type Calls, Core } from "./core.ts";
import { unsettle } from "./coverage.ts";
import { decode, LINK_TYPES } from "./decode.ts";
import { DnsMessage } from "./dns-message.ts";
import { DnsTracker } from "./dns-tracker.ts";
import { Fragments } from "./fragments.ts";
import { FrameMap, type FramePlace } from "./frame-map.ts";
import { IcmpErrors } from "./icmp-errors.ts";
import { Log } from "./log.ts";
import { merge } from "./merge.ts";
import { Names } from "./names.ts";
import { Direction, NONE, Packet } from "./packet.ts";
import { RecordReader } from "./record-reader.ts";
import { mostAddresses, roomFor } from "./room.ts";
import { withSize } from "./with-size.ts";
import { seesOneWay } from "./one-way.ts";
import { TallyCounter } from "./tally-counter.ts";
import { TcpTracker } from "./tcp-tracker.ts";
import { tellLimits } from "./tell-limits.ts";
import { Timeline } from "./timeline.ts";

const TCP = 6;
const UDP = 17;
const DNS_PORT = 53;

/** Bounds and variations of {@link readCapture}. */
export interface CaptureOptions {
  /** UDP and TCP ports of DNS servers; 53 alone if not given. Multicast DNS (5353) is no such port. */
  readonly dnsPorts?: readonly number[];
  /** Most rows of the handshake table, up to 2**20. The oldest are dropped then, with a diagnostic. */
  readonly maxHandshakes?: number;
  /** Most rows of the connection table, up to 2**20. Finished connections are dropped first then, with a diagnostic. */
  readonly maxConnections?: number;
  /** Most rows of the DNS table, up to 2**20. The oldest are dropped then, with a diagnostic. */
  readonly maxQueries?: number;
  /** Most distinct addresses, up to 2**21; packets of further ones are left out, with a diagnostic. */
  readonly maxAddresses?: number;
  /**
   * Of several files: whether they are one capture's in a row, as `tcpdump -C` writes them. Else nothing is concluded from
   * silence behind the end of the file that shows a question.
   */
  readonly continuous?: boolean;
  /** Most distinct domain names, up to 2**20; further ones are not told apart, with a diagnostic. */
  readonly maxNames?: number;
  /** Whether packets and bytes are counted by address and protocol, as `Capture.tally`; not if not given. */
  readonly tally?: boolean;
  /** Most pairs of addresses in the tally. Packets of further ones are in no pair, with a diagnostic. */
  readonly maxPairs?: number;
}

/**
 * Reads a capture, pcap or pcapng, in one pass. Damage becomes diagnostics; memory is bounded, whatever the size.
 *
 * @param input a file; or several, each of any kind, which are read as one capture in the order of their packets' times.
 *   Where they show the same packets, these count as copies, and where their clocks differ, so do the times
 * @throws InquestError `misuse` where an empty list is given
 */
export async function readCapture(
  input: Uint8Array | ByteSource | readonly (Uint8Array | ByteSource)[],
  options: CaptureOptions = {},
): Promise<Capture> {
  const inputs = (Array.isArray(input) ? input : [input]) as (Uint8Array | ByteSource)[];
  const [only] = inputs;
  if (only === undefined) throw new InquestError("misuse", "readCapture needs at least one file");
  if (inputs.length > 1) {
    const sources = inputs.map(toSource);
    return new Pass(options, sizeOf(sources), false).merged(sources);
  }
  const source = await withSize(toSource(only));
  const pass = new Pass(options, sizeOf([source]), true);
  const reader = new RecordReader(pass.log, pass.core.window);
  for await (const chunk of source.stream()) {
    reader.feed(chunk);
    pass.drain(reader);
    reader.release();
  }
  reader.end();
  pass.drain(reader);
  return pass.finish(reader);
}

/** Bytes in all; infinitely many where that is not known. */
function sizeOf(sources: readonly ByteSource[]): number {
  return sources.reduce((sum, { size }) => sum + (size ?? Infinity), 0);
}

/** Every frame of a single file stands in that. */
const inOneFile =
  (packets: number) =>
  (frame: number): FramePlace | undefined =>
    frame >= 1 && frame <= packets ? { file: 0, frame } : undefined;

/** One reading of a capture. What it leaves must not hold it: nobody needs its indexes any more. */
class Pass {
  readonly log: Log = new Log();
  readonly core: Core;
  readonly #timeline: Timeline;
  readonly #packet = new Packet();
  readonly #addresses: Addresses;
  readonly #names: Names;
  readonly #tcp: TcpTracker;
  readonly #dns: DnsTracker;
  readonly #tally: TallyCounter | undefined;
  readonly #fragments: Fragments;
  readonly #arp = new ArpTracker();
  readonly #icmp: IcmpErrors;
  /** Frames of link types that are not decoded. */
  #undecoded = 0;

  readonly #continuous: boolean | undefined;

  /**
   * @param size bytes that there are to read, as far as is known
   * @param isAlone whether they are one file's. Packets of several are moved to the loops' memory, where the longest must fit
   */
  constructor(options: CaptureOptions, size: number, isAlone: boolean) {
    const room = roomFor(size, options);
    const calls: Calls = {
      makeRoomForAddresses: () => this.#tcp.makeRoom(),
      dropConnection: (row) => this.#tcp.drop(row),
      dropQueries: (to) => this.#dns.drop(to),
    };
    this.core = new Core(room, calls, isAlone ? size : undefined);
    this.#timeline = new Timeline(this.log, this.core.timeline);
    this.#continuous = options.continuous;
    this.#addresses = new Addresses(this.core);
    this.#names = new Names(this.core);
    this.#tcp = new TcpTracker(this.core, this.#addresses, room);
    if (options.tally === true)
      this.#tally = new TallyCounter(mostAddresses(options.maxAddresses), options.maxPairs ?? 1 << 18);
    this.#dns = new DnsTracker(this.core, this.#addresses, this.#names, room.queries);
    this.#fragments = new Fragments(new DnsMessage(this.core), (packet) => this.#dns.packet(packet));
    this.#icmp = new IcmpErrors(this.#addresses);
    for (const port of options.dnsPorts ?? [DNS_PORT]) this.core.serve(port);
  }

  /** Takes all packets of a file that are at hand. */
  drain(reader: RecordReader): void {
    const packet = this.#packet;
    for (;;) {
      // The loops take what is plain; to count packets by address, each must be looked at here.
      this.core.loops.holdUntil(this.#fragments.due);
      if (this.#tally === undefined) reader.run(this.core);
      if (!reader.read(packet)) return;
      this.#timeline.stamp(packet);
      this.#take(packet);
    }
  }

  /** What a single file leaves. */
  finish(reader: RecordReader): Capture {
    const { earliest, latest, start } = this.#timeline;
    this.#timeline.finish();
    const cut = reader.finish();
    const { frames: packets, linkTypes } = reader;
    const span = start === undefined ? {} : { start: earliest, end: latest };
    const file = { packets, linkTypes, cut, start: undefined, end: undefined, ...span };
    return this.#leave([reader], [file], inOneFile(packets));
  }

  /** Reads several files, and gives what they leave together. */
  async merged(sources: readonly ByteSource[]): Promise<Capture> {
    const places = new FrameMap();
    let frames = 0;
    const inputs = await merge(sources, (packet, input) => {
      const own = packet.frame;
      frames += own - input.frames;
      input.frames = own;
      places.add(frames, input.index, own);
      packet.frame = frames;
      this.#timeline.stamp(packet);
      input.end = packet.time;
      input.start ??= packet.time;
      this.#move(packet);
      if (!this.#takesPlain(packet)) this.#take(packet);
    });
    this.#timeline.finish();
    this.log.addParts(inputs.map(({ log }) => log.finish()));
    if (places.known !== Infinity) {
      const message = () =>
        `the files mix too much: from frame ${places.known} on it is not known which is whose`;
      this.log.add("partial", "frames-unplaced", message);
    }
    const files = inputs.map(({ reader, start, end, cut }) => {
      const { frames: packets, linkTypes } = reader;
      return { packets, start, end, linkTypes, cut };
    });
    const readers = inputs.map(({ reader }) => reader);
    const capture = this.#leave(readers, files, places.reader());
    if (this.#continuous !== true) unsettle(capture);
    return capture;
  }

  #leave(
    readers: readonly RecordReader[],
    files: readonly CaptureFile[],
    fileOf: (frame: number) => FramePlace | undefined,
  ): Capture {
    const timeline = this.#timeline;
    this.#fragments.flush(Infinity);
    const { handshakes, connections } = this.#tcp.finish(timeline.last);
    const dns = this.#dns.finish(timeline.last);
    const readable = readers.filter((reader) => reader.linkTypes.length > 0);
    const snaplens = readable.map((reader) => reader.snaplen);
    const drops = readers.flatMap((reader) => reader.dropped ?? []);
    const dropped = drops.length === 0 ? undefined : drops.reduce((sum, each) => sum + each);
    tellLimits(this.log, {
      undecoded: this.#undecoded,
      dropped: dropped ?? 0,
      tcp: this.#tcp,
      dns: this.#dns,
      fragments: this.#fragments,
      arp: this.#arp,
      icmp: this.#icmp,
      addresses: this.#addresses,
      names: this.#names,
      tally: this.#tally,
    });
    const capture: Capture = {
      format: [...new Set(readers.map((reader) => reader.format))].join(", "),
      linkTypes: [...new Set(readers.flatMap((reader) => reader.linkTypes))],
      packets: files.reduce((sum, file) => sum + file.packets, 0),
      start: timeline.start,
      duration: timeline.duration,
      snaplen: snaplens.includes(0) ? 0 : Math.max(0, ...snaplens),
      dropped,
      interfaces: readers.flatMap((reader) => reader.interfaces),
      cut: files.some((file) => file.cut),
      oneWay: seesOneWay(handshakes, this.#tcp.ways()),
      clockSteps: timeline.clockSteps,
      files,
      handshakes,
      connections,
      dns,
      tally: this.#tally?.finish(),
      fragments: this.#fragments.counts,
      arp: this.#arp.finish(),
      icmp: this.#icmp.finish(),
      address: this.#addresses.reader(),
      fileOf,
      diagnostics: this.log.finish(),
    };
    this.core.close();
    return capture;
  }

  /** Copies a packet's bytes to where the loops can read them. */
  #move(packet: Packet): void {
    const { bytes, at } = this.core.window;
    bytes.set(packet.bytes.subarray(packet.start, packet.end), at);
    packet.bytes = bytes;
    packet.end += at - packet.start;
    packet.start = at;
  }

  /**
   * Whether the loops have taken a packet, which has been stamped and is in their memory. They know no direction from a file, and no
   * seconds that a word doesn't hold, as those before 1970.
   */
  #takesPlain({ linkType, direction, timed, frame, start, end, seconds, nanoseconds }: Packet): boolean {
    const { loops } = this.core;
    if (this.#tally !== undefined || !timed || direction !== Direction.unknown) return false;
    if (seconds >>> 0 !== seconds || nanoseconds >= 1e9) return false;
    loops.holdUntil(this.#fragments.due);
    loops.setFrames(frame - 1);
    return loops.take(linkType, start, end, seconds, nanoseconds) !== 0;
  }

  #take(packet: Packet): void {
    decode(packet);
    if (this.#tally !== undefined) this.#tally.packet(packet);
    if (packet.protocol === TCP) this.#segment(packet);
    else if (packet.protocol === UDP) this.#udp(packet);
    else if (packet.quotes) this.#error(packet);
    else if (packet.arpAt !== NONE) this.#arp.packet(packet);
    else if (packet.version === 0 && !LINK_TYPES.has(packet.linkType)) this.#undecoded++;
  }

  #segment(packet: Packet): void {
    this.#tcp.packet(packet);
    if (packet.flags === NONE) return;
    if (this.#isDns(packet)) this.#dns.segment(packet);
  }

  #udp(packet: Packet): void {
    if (packet.moreFragments || packet.fragmentOffset > 0) return this.#fragment(packet);
    if (packet.destinationPort === NONE) return;
    if (!this.#isDns(packet)) return;
    if (packet.time > this.#fragments.due) this.#fragments.flush(packet.time);
    this.#dns.packet(packet);
  }

  #fragment(packet: Packet): void {
    if (packet.time > this.#fragments.due) this.#fragments.flush(packet.time);
    this.#fragments.packet(packet, this.#isDns(packet));
  }

  #isDns({ sourcePort, destinationPort }: Packet): boolean {
    return this.core.isDnsPort(destinationPort) || this.core.isDnsPort(sourcePort);
  }

  #error(packet: Packet): void {
    const { quoted } = packet;
    this.#icmp.packet(packet);
    if (quoted?.protocol === TCP) this.#tcp.icmp(packet);
    else if (quoted?.protocol === UDP && this.core.isDnsPort(quoted.destinationPort)) this.#dns.icmp(packet);
  }
}
