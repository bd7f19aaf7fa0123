/** What went wrong in a connection, as wasm/pcap/troubles.ts notes it. Words of a row: 30 for each side, then what is common to both. Times are milliseconds since the first packet. */
export const TROUBLE_STRIDE = 66;
export const SIDE = 30;
export const RETRANSMISSIONS = 0;
export const RETRANSMITTED = 1;
export const OUT_OF_ORDER = 2;
export const DUPLICATE_ACKS = 3;
export const PROBES = 4;
export const ZERO_WINDOWS = 5;
/** When the window fell to zero, and 1; 0 while it is open. */
export const ZERO_SINCE = 6;
export const ZERO_TOTAL = 7;
export const ZERO_LONGEST = 8;
export const LARGEST_RETRANSMITTED = 9;
export const RESETS = 10;
/** Bytes that were never captured and have left the list of holes. */
export const UNSEEN = 11;
/** The segment that is sent again and again: its number, how often, and when first and last. */
export const RUN_SEQUENCE = 12;
export const RUN = 13;
export const RUN_FROM = 14;
export const RUN_LAST = 15;
export const LONGEST_RUN = 16;
export const LONGEST_TIME = 17;
/** Bytes of payload in units of 2**32. */
export const BYTES_HIGH = 18;
/** Of {@link HOLES}, from, to and the time in microseconds when it was left; `from` is `to` in a free one. */
export const HOLE = 19;
export const HOLES = 3;
/** Of both sides. */
export const RESET_FRAME = 60;
export const IDLE = 61;
/** As an index of the array of doubles. */
export const RESET_TIME = 31;
export const FIRST_RETRANSMISSION = 64;
/** A value of `Reset`. */
export const RESET_BY = 65;
