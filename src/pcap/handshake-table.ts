/** What became of a connection attempt, as seen in the capture. The values stand in {@link HandshakeTable.outcome}. */
export const Outcome = {
  /** The capture can't tell: it ended before an answer was due, or began after the SYN. */
  undecided: 0,
  /** SYN-ACK to the first SYN. */
  answered: 1,
  /** SYN-ACK, but only after the SYN was retried. */
  answeredLate: 2,
  /** RST instead of a SYN-ACK. */
  refused: 3,
  /** An ICMP error. */
  icmp: 4,
  /** ACK without SYN (RFC 5961, section 4): the listener still knows an older connection of these addresses and ports. */
  challengeAck: 5,
  /** The client went on as if answered, but no SYN-ACK was captured: a one-way capture, or one with losses. */
  answerUnseen: 6,
  /** Nothing came back in the time in which the client retried or would have. */
  unanswered: 7,
} as const;

export type OutcomeName =
  | "undecided"
  | "answered"
  | "answered-late"
  | "refused"
  | "icmp"
  | "challenge-ack"
  | "answer-unseen"
  | "unanswered";

/** Names of {@link Outcome}'s values, at their places. */
export const OUTCOME_NAMES: readonly OutcomeName[] = [
  "undecided",
  "answered",
  "answered-late",
  "refused",
  "icmp",
  "challenge-ack",
  "answer-unseen",
  "unanswered",
];

/** Who reset a connection after its SYN-ACK. */
export const Reset = { none: 0, byServer: 1, byClient: 2 } as const;

/** Bits of {@link HandshakeTable.seen}. */
export const Seen = {
  /** Something of the client behind its SYNs. */
  client: 1,
  server: 2,
  serverData: 4,
  clientFin: 8,
  serverFin: 16,
  /** The server's FIN came first: it is the server's socket that waits in TIME_WAIT. */
  serverClosedFirst: 32,
  /** Its first SYN was captured inside of a VXLAN. */
  inVxlan: 64,
} as const;

/** One try of a connection attempt. */
export interface SynTry {
  readonly frame: number;
  /** Seconds since the capture's first packet. */
  readonly time: number;
  /** Of the TCP timestamps option; `undefined` without it. */
  readonly tsval: number | undefined;
}

/** Tries that are kept of an attempt; more are only counted. */
export const KEPT_TRIES = 8;

/** The columns of {@link HandshakeTable}. */
export interface HandshakeColumns {
  readonly client: Int32Array;
  readonly clientPort: Uint16Array;
  readonly server: Int32Array;
  readonly serverPort: Uint16Array;
  /** The client's initial sequence number. */
  readonly isn: Uint32Array;
  /** Time and frame of the first SYN; of the SYN-ACK where the capture began after the SYN ({@link synCount} is 0). */
  readonly firstTime: Float64Array;
  readonly firstFrame: Uint32Array;
  readonly lastSynTime: Float64Array;
  /** Tries: SYNs, copies of the same packet counted once. */
  readonly synCount: Uint16Array;
  /** TSval of the first SYN, where {@link hasTimestamp} is 1. */
  readonly tsval: Uint32Array;
  readonly hasTimestamp: Uint8Array;
  /** A value of {@link Outcome}. */
  readonly outcome: Uint8Array;
  /** Time and frame of what decided the outcome: SYN-ACK, RST, ICMP error or challenge ACK; NaN and 0 for none. */
  readonly answerTime: Float64Array;
  readonly answerFrame: Uint32Array;
  /** SYN-ACKs, copies of the same packet counted once. */
  readonly synAckCount: Uint16Array;
  readonly lastSynAckTime: Float64Array;
  /**
   * SYN-ACKs that no SYN asked for: the server's timer sent them, since the ACK was lost or not taken. One that answers with
   * SYN cookies keeps nothing to send again (Linux, net/ipv4/tcp_input.c, tcp_conn_request).
   */
  readonly synAckRetries: Uint8Array;
  /** 1 where both ends sent a SYN and these crossed (RFC 9293, section 3.5); the one captured first is the client. */
  readonly simultaneous: Uint8Array;
  /** Maximum segment sizes that the ends announced; 0 without the option, or where the packet was not captured. */
  readonly clientMss: Uint16Array;
  readonly serverMss: Uint16Array;
  /** Shift counts of the window scale option and 1; 0 without. Windows are scaled where both ends sent it (RFC 7323). */
  readonly clientScale: Uint8Array;
  readonly serverScale: Uint8Array;
  /** Whether the client's ACK or data was seen, and when first; NaN if not. */
  readonly completed: Uint8Array;
  readonly completeTime: Float64Array;
  /** A value of {@link Reset}: a RST behind the SYN-ACK. */
  readonly reset: Uint8Array;
  readonly resetTime: Float64Array;
  /** When both sides had sent a FIN; NaN if they did not. */
  readonly closeTime: Float64Array;
  /** Of the ICMP error, where that is the outcome. The sender is an address id. */
  readonly icmpType: Uint8Array;
  readonly icmpCode: Uint8Array;
  readonly icmpFrom: Int32Array;
  /** ACKs without SYN that came instead of a SYN-ACK. */
  readonly challengeAcks: Uint8Array;
  /** A value of `Direction`: which way the SYN went at the capturing interfaces. */
  readonly direction: Uint8Array;
  /** Bits of {@link Seen}. */
  readonly seen: Uint8Array;
  /**
   * The copy of this attempt before or after address translation, -1 for none: of the copy nearest to the listener the
   * one before it, of the others the next one.
   */
  readonly linked: Int32Array;
  /** 1 for an attempt as the listener sees it; 0 for its copies before address translation, which count no second time. */
  readonly counted: Uint8Array;
  /** The client's own address and port before translation; the same as client and clientPort without. */
  readonly originalClient: Int32Array;
  readonly originalClientPort: Uint16Array;
}

/**
 * Connection attempts, one row each: client, server and initial sequence number. Columns are parallel arrays; times are
 * seconds since the capture's first packet, addresses are ids for {@link HandshakeTable.address}.
 */
export interface HandshakeTable extends HandshakeColumns {
  readonly length: number;
  /** When the capture ended. */
  readonly end: number;
  /** The first tries of an attempt, {@link KEPT_TRIES} at most. */
  tries(row: number): SynTry[];
  /** The canonical text of an address id. */
  address(id: number): string;
}
