import type { Model } from "../bytes/index.ts";
import type { ArpTable } from "./arp-table.ts";
import type { ConnectionTable } from "./connection-table.ts";
import type { DnsTable } from "./dns-table.ts";
import type { IcmpError } from "./icmp-errors.ts";
import type { HandshakeTable } from "./handshake-table.ts";

/** What one pass over a capture file leaves: who tried to connect to whom, who asked whom, and what came of it. */
export interface Capture extends Model {
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
  /** Whether the file ends inside a record. */
  readonly cut: boolean;
  /** Whether TCP traffic was seen, all of it going one way: its answers went by where nobody captured. */
  readonly oneWay: boolean;
  /** How often the clock steps back. */
  readonly clockSteps: number;
  readonly handshakes: HandshakeTable;
  readonly connections: ConnectionTable;
  readonly dns: DnsTable;
  readonly arp: ArpTable;
  /** ICMP errors, those of which there are most first. */
  readonly icmp: readonly IcmpError[];
  /** The canonical text of an address id. */
  address(id: number): string;
}
