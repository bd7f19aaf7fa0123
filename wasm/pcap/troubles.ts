// The part of the tracking that healthy packets seldom need: one row for each connection with something to tell.
import {
  CLIENT_FIN,
  CLIENT_LARGEST,
  CLIENT_TIMED,
  Connection,
  countBytes,
  SERVER_FIN,
  sideOf,
} from "./connections";
import { ACK, FIN, p } from "./packet";
import { aligned } from "./words";

/** How far behind the newest identification that of a packet may be which was only delayed. */
const REORDERED_IDS: i32 = 4096;
/** A large segment that a card or the kernel cut up after it was captured: its parts have the next identifications. */
const PARTS: i32 = 64;
/** Within this time, in microseconds, what comes late was overtaken and not sent again. */
const DISORDER: u32 = 3000;
/** The lowest bit of a hole's time: the other side has acknowledged what is missing. */
const BY_ACK: i32 = 1;
/** `Reset` of src/pcap/handshake-table.ts. */
const BY_SERVER: i32 = 1;
const BY_CLIENT: i32 = 2;

/** One side's words, as src/pcap/trouble-rows.ts describes them; its holes stand behind them. Times are milliseconds. */
@unmanaged
class Trouble {
  retransmissions: i32;
  retransmitted: i32;
  outOfOrder: i32;
  duplicateAcks: i32;
  probes: i32;
  zeroWindows: i32;
  zeroSince: i32;
  zeroTotal: i32;
  zeroLongest: i32;
  largestRetransmitted: i32;
  resets: i32;
  unseen: i32;
  runSequence: i32;
  run: i32;
  runFrom: i32;
  runLast: i32;
  longestRun: i32;
  longestTime: i32;
  bytesHigh: i32;
}

/** From, to, and the time in microseconds when it was left; `from` is `to` in a free one. */
@unmanaged
class Hole {
  from: i32;
  to: i32;
  micros: i32;
}

const HOLE: usize = 76;
const HOLES: usize = 3;
const HOLE_STRIDE: usize = 12;
const SIDE: usize = 120;

/** What is common to both sides. */
@unmanaged
class Common {
  resetFrame: u32;
  idle: i32;
  resetTime: f64;
  firstRetransmission: u32;
  resetBy: i32;
}

const COMMON: usize = 240;
const STRIDE: usize = 264;

let rows: usize = 0;
let length: i32 = 0;
let limit: i32 = 0;
/** What could not be noted, because there were too many connections with something to note. */
let untold: u32 = 0;

export function layTroubles(at: usize, most: i32): usize {
  limit = most;
  rows = aligned(at);
  return rows + STRIDE * most;
}

export function troubleRows(): usize {
  return rows;
}

export function troubleCount(): i32 {
  return length;
}

export function troublesUntold(): u32 {
  return untold;
}

export function isTroublesFull(): bool {
  return length == limit;
}

/** Moves a row to a lower place, whose row is lost. */
export function moveTrouble(from: i32, to: i32): void {
  memory.copy(rows + STRIDE * to, rows + STRIDE * from, STRIDE);
}

/** Drops the rows from `left` on. */
export function cutTroubles(left: i32): void {
  memory.fill(rows + STRIDE * left, 0, STRIDE * (length - left));
  length = left;
}

/** Any packet of a side whose connection has a row here. */
export function heard(c: Connection, isClient: bool, time: f64, isOpen: bool): void {
  troubleOf(c, !isClient).run = 0;
  const own = troubleOf(c, isClient);
  if (isOpen && own.zeroSince != 0) opened(own, time);
}

/** A receive window of zero. */
export function closed(c: Connection, isClient: bool): void {
  if (!hasRoom(c)) return;
  const own = troubleOf(c, isClient);
  if (hasAll(c, isClient)) {
    if (own.zeroSince != 0) opened(own, p.time);
    return;
  }
  if (own.zeroSince != 0) return;
  own.zeroSince = milliseconds(p.time) + 1;
  own.zeroWindows++;
}

export function probe(c: Connection, isClient: bool): void {
  if (hasRoom(c)) troubleOf(c, isClient).probes++;
}

export function duplicateAck(c: Connection, isClient: bool): void {
  if (hasRoom(c)) troubleOf(c, isClient).duplicateAcks++;
}

/** Payload has passed another 2**32 bytes. */
export function countHigh(c: Connection, isClient: bool): void {
  if (hasRoom(c)) troubleOf(c, isClient).bytesHigh++;
}

/** @param before when the connection's packet before was seen */
export function reset(c: Connection, isClient: bool, before: f64): void {
  if (!hasRoom(c)) return;
  troubleOf(c, isClient).resets++;
  const common = commonOf(c);
  if (common.resetFrame != 0) return;
  common.resetFrame = p.frame;
  common.resetBy = isClient ? BY_CLIENT : BY_SERVER;
  common.idle = milliseconds(p.time - before);
  common.resetTime = p.time;
}

/** The other side has acknowledged bytes of this one that were not captured, or not yet. */
export function unseen(c: Connection, isClient: bool, bytes: i32, micros: i32): void {
  if (!hasRoom(c)) return;
  const side = sideOf(c, isClient);
  addHole(troubleOf(c, isClient), side.next, side.next + bytes, micros | BY_ACK);
  side.next += bytes;
}

/**
 * Data or a FIN that doesn't begin where this side's last ended.
 *
 * @param ahead its sequence number's distance from there
 * @returns whether it goes further
 */
export function astray(c: Connection, isClient: bool, ahead: i32, micros: i32): bool {
  const own = sideOf(c, isClient);
  const next = own.next;
  const payload = p.payloadLength;
  const fin = p.flags & FIN;
  if (ahead > 0) {
    // A keepalive may be the first that is seen of a connection: the byte before it is not missing.
    if (ahead == 1 && own.bytes == 0) return true;
    if (hasRoom(c)) addHole(troubleOf(c, isClient), next, p.sequence, micros & ~BY_ACK);
    return true;
  }
  const beyond = ahead + payload + fin;
  const isAcked = next - sideOf(c, !isClient).acked <= 0;
  if (payload == 1 && fin == 0 && beyond == 0 && isAcked) {
    probe(c, isClient);
    return false;
  }
  const behind: i32 = ((isClient ? c.ipIds >> 16 : c.ipIds & 0xffff) - p.ipId) & 0xffff;
  if (fill(c, isClient, p.sequence, p.sequence + payload)) {
    const distance = micros - leftAt;
    const isSoon = <u32>(distance < 0 ? -distance : distance) < DISORDER;
    const wasOvertaken =
      (leftAt & BY_ACK) != 0 || p.ipId == 0 ? isSoon : behind != 0 && behind < REORDERED_IDS;
    if (!wasOvertaken) sentAgain(c, isClient, micros);
    else troubleOf(c, isClient).outOfOrder++;
  } else if (beyond <= 0 && p.ipId != 0 && behind < PARTS) {
    // The same bytes once more, cut in another way, as another interface shows them.
    own.packets--;
    return false;
  } else sentAgain(c, isClient, micros);
  if (beyond > 0) return true;
  countBytes(c, isClient, payload);
  return false;
}

/** Ends what is going on when the capture does. */
export function finishTroubles(c: Connection, end: f64): void {
  for (let side = 0; side < 2; side++) {
    const isClient = side == 0;
    const own = troubleOf(c, isClient);
    const acked = sideOf(c, !isClient).acked;
    if (own.zeroSince != 0) opened(own, end);
    for (let place: usize = 0; place < HOLES; place++) {
      const hole = holeOf(own, place);
      const missing = hole.to - hole.from;
      if (missing > 0 && acked - hole.to >= 0) own.unseen += missing;
    }
  }
}

/** Whether a packet acknowledges the other side's FIN, or both have sent theirs: nothing more is read, and the window means nothing. */
function hasAll(c: Connection, isClient: bool): bool {
  if ((c.state & (isClient ? SERVER_FIN : CLIENT_FIN)) == 0 || (p.flags & ACK) == 0) return false;
  if ((c.state & CLIENT_FIN) != 0 && (c.state & SERVER_FIN) != 0) return true;
  return p.acknowledgement - sideOf(c, !isClient).next >= 0;
}

/** Whether the connection has a row here, which is added if there is room. */
function hasRoom(c: Connection): bool {
  if (c.trouble != 0) return true;
  if (length == limit) {
    untold++;
    return false;
  }
  c.trouble = ++length;
  return true;
}

function troubleOf(c: Connection, isClient: bool): Trouble {
  return changetype<Trouble>(rows + STRIDE * (c.trouble - 1) + (isClient ? 0 : SIDE));
}

function commonOf(c: Connection): Common {
  return changetype<Common>(rows + STRIDE * (c.trouble - 1) + COMMON);
}

function holeOf(own: Trouble, place: usize): Hole {
  return changetype<Hole>(changetype<usize>(own) + HOLE + HOLE_STRIDE * place);
}

function opened(own: Trouble, time: f64): void {
  const took = max(0, milliseconds(time) + 1 - own.zeroSince);
  own.zeroSince = 0;
  own.zeroTotal = sum(own.zeroTotal, took);
  if (took > own.zeroLongest) own.zeroLongest = took;
}

function sentAgain(c: Connection, isClient: bool, micros: i32): void {
  if (!hasRoom(c)) return;
  const own = troubleOf(c, isClient);
  const common = commonOf(c);
  const side = sideOf(c, isClient);
  const payload = p.payloadLength;
  own.retransmissions++;
  own.retransmitted = sum(own.retransmitted, payload);
  if (payload > own.largestRetransmitted) own.largestRetransmitted = payload;
  if (common.firstRetransmission == 0) common.firstRetransmission = p.frame;
  const now = milliseconds(p.time);
  if (own.run > 0 && own.runSequence == p.sequence) own.run++;
  else {
    const isTimed = (c.state & (isClient ? CLIENT_TIMED : CLIENT_TIMED << 1)) != 0;
    const since: f64 = isTimed && side.timedAt != 0 ? <f64>max(0, micros - side.timedAt) / 1000 : 0;
    own.run = 1;
    own.runSequence = p.sequence;
    own.runFrom = now - rounded(since);
  }
  own.runLast = now;
  if (own.run > own.longestRun) {
    own.longestRun = own.run;
    own.longestTime = now - own.runFrom;
  }
  // An ACK may be for either sending (Karn's algorithm, RFC 6298, section 3).
  side.timedAt = 0;
  if (<u32>payload < side.sizes >> 16) c.state &= ~(isClient ? CLIENT_LARGEST : CLIENT_LARGEST << 1);
}

function addHole(own: Trouble, from: i32, to: i32, micros: i32): void {
  let place: usize = 0;
  while (place < HOLES && holeOf(own, place).from != holeOf(own, place).to) place++;
  if (place == HOLES) {
    // The oldest is not waited for any longer.
    const first = holeOf(own, 0);
    own.unseen += first.to - first.from;
    memory.copy(changetype<usize>(first), changetype<usize>(first) + HOLE_STRIDE, HOLE_STRIDE * (HOLES - 1));
    place = HOLES - 1;
  }
  const hole = holeOf(own, place);
  hole.from = from;
  hole.to = to;
  hole.micros = micros;
}

/** When the hole was left that {@link fill} has found. */
let leftAt: i32 = 0;

/** Takes bytes out of the hole that they lie in; whether they lie in one. */
function fill(c: Connection, isClient: bool, from: i32, to: i32): bool {
  if (c.trouble == 0) return false;
  const own = troubleOf(c, isClient);
  for (let place: usize = 0; place < HOLES; place++) {
    const hole = holeOf(own, place);
    const start = hole.from;
    const end = hole.to;
    if (start == end || from - end >= 0 || to - start <= 0) continue;
    leftAt = hole.micros;
    if (from - start <= 0) hole.from = to - end >= 0 ? end : to;
    else {
      hole.to = from;
      if (end - to > 0) addHole(own, to, end, leftAt);
    }
    return true;
  }
  return false;
}

/** Two numbers that are not negative, as far as a word can hold them. */
function sum(a: i32, b: i32): i32 {
  return <i32>min<u32>(<u32>a + <u32>b, i32.MAX_VALUE);
}

function milliseconds(time: f64): i32 {
  return rounded(time * 1000);
}

/** As JavaScript rounds, modulo 2**32; 0 for what no clock shows. */
function rounded(value: f64): i32 {
  const next = ceil(value);
  const whole = next - 0.5 > value ? next - 1 : next;
  return abs(whole) < 9e18 ? <i32>(<i64>whole) : 0;
}
