import type { Model } from "../bytes/index.ts";
import type { ArpTable } from "./arp-table.ts";
import type { ConnectionTable } from "./connection-table.ts";
import type { DnsTable } from "./dns-table.ts";
import type { FragmentCounts } from "./fragments.ts";
import type { IcmpError } from "./icmp-errors.ts";
import type { CaptureInterface } from "./pcapng-interface.ts";
import type { FramePlace } from "./frame-map.ts";
import type { HandshakeTable } from "./handshake-table.ts";
import type { Tally } from "./tally-table.ts";

/** One of the files that were read as one capture. */
export interface CaptureFile {
  /** Frames in the file, as Wireshark counts them. */
  readonly packets: number;
  /** Times of its first and its last packet, relative to the capture's start; `undefined` where it has none. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** LINKTYPE_ numbers of its interfaces. */
  readonly linkTypes: readonly number[];
  /** Whether it ends inside a record. */
  readonly cut: boolean;
}

/** What one pass over a capture file leaves: who tried to connect to whom, who asked whom, and what came of it. */
export interface Capture extends Model {
  /** The file's form: `pcapng`, `pcap`, `pcap with nanoseconds` … */
  readonly format: string;
  /** LINKTYPE_ numbers of the file's interfaces. */
  readonly linkTypes: readonly number[];
  /** Frames in the file, as Wireshark counts them. */
  readonly packets: number;
  /** Seconds since 1970 of the first packet; `undefined` without one. All other times are relative to it. */
  readonly start: number | undefined;
  /** Seconds between the earliest and the latest packet. */
  readonly duration: number;
  /** Most bytes kept of a packet; 0 for no limit. */
  readonly snaplen: number;
  /** Packets that the capturing system dropped, where the file tells (pcapng). */
  readonly dropped: number | undefined;
  /** The interfaces that a pcapng file describes; none of a classic file. */
  readonly interfaces: readonly CaptureInterface[];
  /** Whether the file ends inside a record. */
  readonly cut: boolean;
  /** Whether TCP traffic was seen, all of it going one way: its answers went by where nobody captured. */
  readonly oneWay: boolean;
  /** How often the clock steps back. */
  readonly clockSteps: number;
  /** The files that were read as one capture, in the order given; one where there was one. */
  readonly files: readonly CaptureFile[];
  readonly handshakes: HandshakeTable;
  readonly connections: ConnectionTable;
  readonly dns: DnsTable;
  /** Packets and bytes by address and protocol, where they were asked for. */
  readonly tally?: Tally | undefined;
  /** DNS answers over UDP that came in several IP fragments. */
  readonly fragments: FragmentCounts;
  readonly arp: ArpTable;
  /** ICMP errors, those of which there are most first. */
  readonly icmp: readonly IcmpError[];
  /** The canonical text of an address id. */
  address(id: number): string;
  /**
   * Where a frame stands that a table names. Of several files the frames are numbered as `mergecap` would put them.
   *
   * @returns `undefined` where there is no such frame, or too many files mix for their frames to be told apart
   */
  fileOf(frame: number): FramePlace | undefined;
}
