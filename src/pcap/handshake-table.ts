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

/** The columns of {@link HandshakeTable}, as they are while it is filled. */
export class HandshakeColumns {
  client: Int32Array = new Int32Array(0);
  clientPort: Uint16Array = new Uint16Array(0);
  server: Int32Array = new Int32Array(0);
  serverPort: Uint16Array = new Uint16Array(0);
  /** The client's initial sequence number. */
  isn: Uint32Array = new Uint32Array(0);
  /** Time and frame of the first SYN; of the SYN-ACK where the capture began after the SYN ({@link synCount} is 0). */
  firstTime: Float64Array = new Float64Array(0);
  firstFrame: Uint32Array = new Uint32Array(0);
  lastSynTime: Float64Array = new Float64Array(0);
  /** Tries: SYNs, copies of the same packet counted once. */
  synCount: Uint16Array = new Uint16Array(0);
  /** TSval of the first SYN, where {@link hasTimestamp} is 1. */
  tsval: Uint32Array = new Uint32Array(0);
  hasTimestamp: Uint8Array = new Uint8Array(0);
  /** A value of {@link Outcome}. */
  outcome: Uint8Array = new Uint8Array(0);
  /** Time and frame of what decided the outcome: SYN-ACK, RST, ICMP error or challenge ACK; NaN and 0 for none. */
  answerTime: Float64Array = new Float64Array(0);
  answerFrame: Uint32Array = new Uint32Array(0);
  /** SYN-ACKs, copies of the same packet counted once. */
  synAckCount: Uint16Array = new Uint16Array(0);
  lastSynAckTime: Float64Array = new Float64Array(0);
  /**
   * SYN-ACKs that no SYN asked for: the server's timer sent them, since the ACK was lost or not taken. One that answers with
   * SYN cookies keeps nothing to send again (Linux, net/ipv4/tcp_input.c, tcp_conn_request).
   */
  synAckRetries: Uint8Array = new Uint8Array(0);
  /** 1 where both ends sent a SYN and these crossed (RFC 9293, section 3.5); the one captured first is the client. */
  simultaneous: Uint8Array = new Uint8Array(0);
  /** Maximum segment sizes that the ends announced; 0 without the option, or where the packet was not captured. */
  clientMss: Uint16Array = new Uint16Array(0);
  serverMss: Uint16Array = new Uint16Array(0);
  /** Shift counts of the window scale option and 1; 0 without. Windows are scaled where both ends sent it (RFC 7323). */
  clientScale: Uint8Array = new Uint8Array(0);
  serverScale: Uint8Array = new Uint8Array(0);
  /** Whether the client's ACK or data was seen, and when first; NaN if not. */
  completed: Uint8Array = new Uint8Array(0);
  completeTime: Float64Array = new Float64Array(0);
  /** A value of {@link Reset}: a RST behind the SYN-ACK. */
  reset: Uint8Array = new Uint8Array(0);
  resetTime: Float64Array = new Float64Array(0);
  /** When both sides had sent a FIN; NaN if they did not. */
  closeTime: Float64Array = new Float64Array(0);
  /** Of the ICMP error, where that is the outcome. The sender is an address id. */
  icmpType: Uint8Array = new Uint8Array(0);
  icmpCode: Uint8Array = new Uint8Array(0);
  icmpFrom: Int32Array = new Int32Array(0);
  /** ACKs without SYN that came instead of a SYN-ACK. */
  challengeAcks: Uint8Array = new Uint8Array(0);
  /** A value of `Direction`: which way the SYN went at the capturing interfaces. */
  direction: Uint8Array = new Uint8Array(0);
  /** Bits of {@link Seen}. */
  seen: Uint8Array = new Uint8Array(0);
  /**
   * The copy of this attempt before or after address translation, -1 for none: of the copy nearest to the listener the
   * one before it, of the others the next one.
   */
  linked: Int32Array = new Int32Array(0);
  /** 1 for an attempt as the listener sees it; 0 for its copies before address translation, which count no second time. */
  counted: Uint8Array = new Uint8Array(0);
  /** The client's own address and port before translation; the same as client and clientPort without. */
  originalClient: Int32Array = new Int32Array(0);
  originalClientPort: Uint16Array = new Uint16Array(0);
}

/**
 * Connection attempts, one row each: client, server and initial sequence number. Columns are parallel arrays; times are
 * seconds since the capture's first packet, addresses are ids for {@link HandshakeTable.address}.
 */
export interface HandshakeTable extends Readonly<HandshakeColumns> {
  readonly length: number;
  /** When the capture ended. */
  readonly end: number;
  /** The first tries of an attempt, {@link KEPT_TRIES} at most. */
  tries(row: number): SynTry[];
  /** The canonical text of an address id. */
  address(id: number): string;
}
