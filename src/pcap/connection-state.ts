/**
 * A connection's words while it is tracked: what is common to both sides, and eight words for each. They are one array,
 * so that a packet touches two cache lines. Times that are no more than compared are in microseconds modulo 2**32.
 */
export const STRIDE = 34;
export const CLIENT = 0;
export const SERVER = 1;
/** The client's port in the high half. */
export const PORTS = 2;
export const VNI = 3;
/** -1 for none. */
export const HANDSHAKE = 4;
/** Bits of `State`, and of {@link Mark}. */
export const STATE = 5;
export const FIRST_FRAME = 6;
export const LAST_FRAME = 7;
/** As an index of the array of doubles: first and last time. */
export const FIRST_TIME = 4;
export const LAST_TIME = 5;
export const REQUESTS = 12;
/** Row + 1 in the table of what went wrong; 0 for none. */
export const TROUBLE = 13;
/** The copy before or after address translation, row + 1. */
export const LINKED = 14;
/** The IP identification of the packet that went furthest: the client's in the high half, the server's in the low. */
export const IP_IDS = 15;
/** The window fields of the latest packets: the client's in the high half, the server's in the low. */
export const WINDOWS = 32;

/** Where the words of the client begin, and those of the server. */
export const OF_CLIENT = 16;
export const OF_SERVER = 24;
/** What follows the last byte that this side sent. */
export const NEXT = 0;
/** The latest byte that this side acknowledged. */
export const ACKED = 1;
export const PACKETS = 2;
/** Least microseconds between data of this side and its ACK, and 1; 0 for none. */
export const RTT = 3;
/** Bytes, modulo 2**32. */
export const BYTES = 4;
/** The largest segment in the high half, the largest acknowledged in the low. */
export const SIZES = 5;
/** The end of the segment whose ACK is waited for, and its time; 0 where it has no time that could be trusted. */
export const TIMED_END = 6;
export const TIMED_AT = 7;

/** Bits beside those of `State`. */
export const Mark = {
  /** Who sent data last. */
  clientData: 1 << 8,
  serverData: 1 << 9,
  /** Whether the segment whose ACK is waited for is the largest of its side. */
  clientLargest: 1 << 10,
  serverLargest: 1 << 11,
  /** Whether a segment is waited for. */
  clientTimed: 1 << 12,
  serverTimed: 1 << 13,
  /** Whether either side has acknowledged anything. */
  clientAcked: 1 << 14,
  serverAcked: 1 << 15,
  /** A copy before address translation. */
  copy: 1 << 16,
} as const;
