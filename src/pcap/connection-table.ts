/** Bits of {@link ConnectionTable.state}. */
export const State = {
  /** Its SYN or SYN-ACK was captured. Of a connection seen from the middle, the side of the lower port is taken for the server. */
  begun: 1,
  clientFin: 2,
  serverFin: 4,
  clientReset: 8,
  serverReset: 16,
  /** Packets of the client, and of the server. With one of them alone, the capture was one-way. */
  client: 32,
  server: 64,
} as const;

/** What is counted of either side of a connection. Packets that were captured more than once count once. */
export interface SideColumns {
  /** Packets that this side sent, those without data included; SYNs and SYN-ACKs up to the handshake's end. */
  readonly packets: Uint32Array;
  /** Bytes of payload that it sent, retransmitted ones included, keepalives' not. */
  readonly bytes: Float64Array;
  /** Segments that it sent again, data or FIN; SYNs are counted in the handshake table. Neither keepalives nor probes. */
  readonly retransmissions: Uint32Array;
  /** Their bytes of payload. */
  readonly retransmittedBytes: Float64Array;
  /** Segments that were captured behind later ones, and were sent before them. */
  readonly outOfOrder: Uint32Array;
  /** ACKs without data for the same byte while more had been captured of the other side: it waits for what is missing. */
  readonly duplicateAcks: Uint32Array;
  /** Keepalives and zero-window probes: no payload, or one byte, just before what is next. */
  readonly probes: Uint32Array;
  /** How often its receive window fell to zero, and for how many seconds in all it was (RFC 9293, section 3.8.6). */
  readonly zeroWindows: Uint32Array;
  readonly zeroWindowTime: Float64Array;
  /** Longest time in seconds that its receive window was zero. */
  readonly longestZeroWindow: Float64Array;
  /** Largest payload of a segment; beyond the MSS where the capturing host leaves segmentation to its card. 65535 at most. */
  readonly largestSegment: Uint32Array;
  /** Largest of those that the other side acknowledged, as far as it was followed; a lower bound. */
  readonly largestAcked: Uint32Array;
  /** Largest that was sent again. */
  readonly largestRetransmitted: Uint32Array;
  /** Bytes that the other side acknowledged though they were not captured: losses of the capture, not of the network. */
  readonly unseenBytes: Float64Array;
  /**
   * The most times in a row that it sent the same segment again without any packet of the other side between, and the
   * seconds from the segment's first sending to the last.
   */
  readonly longestBackoff: Uint32Array;
  readonly longestBackoffTime: Float64Array;
  /** The same of the segment that was without an answer when the connection ended or the capture did; 0 if none was. */
  readonly lastBackoff: Uint32Array;
  readonly lastBackoffTime: Float64Array;
  /** RSTs. */
  readonly resets: Uint32Array;
  /** Least seconds between data of this side and its ACK, where the packets were captured; NaN if never seen. */
  readonly rtt: Float64Array;
}

/**
 * TCP connections, one row each, in the order of their first packets: those behind whose SYN something was exchanged,
 * and those that were going on when the capture began. Columns are parallel arrays, made when they are first asked for;
 * times are seconds since the capture's first packet, addresses are ids for {@link ConnectionTable.address}.
 */
export interface ConnectionTable {
  readonly length: number;
  readonly client: Int32Array;
  readonly clientPort: Uint16Array;
  readonly server: Int32Array;
  readonly serverPort: Uint16Array;
  /** VXLAN network identifier, -1 where it was never seen encapsulated. */
  readonly vni: Int32Array;
  /** Row in the handshake table; -1 where the beginning was not captured, or that row was dropped. */
  readonly handshake: Int32Array;
  /** Of the first packet that was captured, the SYN included. */
  readonly firstTime: Float64Array;
  readonly firstFrame: Uint32Array;
  readonly lastTime: Float64Array;
  readonly lastFrame: Uint32Array;
  /** Bits of {@link State}. */
  readonly state: Uint8Array;
  /** 1 for a connection as its server sees it; 0 for its copies before address translation, which count no second time. */
  readonly counted: Uint8Array;
  /** The copy of this connection before or after address translation, -1 for none. */
  readonly linked: Int32Array;
  /** Times that data of the server followed data of the client. */
  readonly requests: Uint32Array;
  /** Who sent the first RST: a value of `Reset`. */
  readonly resetBy: Uint8Array;
  /** Time and frame of the first RST; NaN and 0 without. */
  readonly resetTime: Float64Array;
  readonly resetFrame: Uint32Array;
  /** Seconds without any packet before the first RST; NaN without. */
  readonly idleBeforeReset: Float64Array;
  /** Frame of the first retransmission of either side; 0 without. */
  readonly firstRetransmission: Uint32Array;
  readonly ofClient: SideColumns;
  readonly ofServer: SideColumns;
  /** What is known of connections that were dropped, the finished ones first, because there were too many. */
  readonly dropped: readonly DroppedConnections[];
  /** The canonical text of an address id. */
  address(id: number): string;
}

/** Sums over the connections of one server address and port that are no rows any more. */
export interface DroppedConnections {
  /** Address ids and ports; the server is -1 in the entry of all that there was no room to tell apart. */
  readonly server: number;
  readonly serverPort: number;
  readonly connections: number;
  readonly requests: number;
  readonly clientPackets: number;
  readonly clientBytes: number;
  readonly serverPackets: number;
  readonly serverBytes: number;
  readonly retransmissions: number;
  readonly resets: number;
}
