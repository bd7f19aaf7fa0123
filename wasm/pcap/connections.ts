// Follows the packets of connections behind their handshakes: one row each.
import { mark } from "./addresses";
import { clearCopies, isCopy, laySegmentCopies, translated } from "./copies";
import { dropConnection } from "./env";
import {
  connectionAt,
  current,
  destination,
  IGNORED,
  networkOf,
  remapConnections,
  rowAt,
  setConnection,
  source,
} from "./flows";
import { Handshake } from "./handshake";
import { handshake } from "./handshakes";
import { ACK, FIN, NONE, p, RST, SYN } from "./packet";
import {
  astray,
  closed,
  countHigh,
  cutTroubles,
  duplicateAck,
  finishTroubles,
  heard,
  isTroublesFull,
  layTroubles,
  moveTrouble,
  probe,
  reset,
  troubleCount,
  unseen,
} from "./troubles";
import { aligned } from "./words";

/** `State` of src/pcap/connection-table.ts. */
const BEGUN: i32 = 1;
export const CLIENT_FIN: i32 = 2;
export const SERVER_FIN: i32 = 4;
const CLIENT_RESET: i32 = 8;
const SERVER_RESET: i32 = 16;
const CLIENT: i32 = 32;
const SERVER: i32 = 64;
/** `Mark` of src/pcap/connection-state.ts; the server's is twice the client's. */
const CLIENT_DATA: i32 = 1 << 8;
const SERVER_DATA: i32 = 1 << 9;
export const CLIENT_LARGEST: i32 = 1 << 10;
export const CLIENT_TIMED: i32 = 1 << 12;
const CLIENT_ACKED: i32 = 1 << 14;
const COPY: i32 = 1 << 16;

/** Seconds without a packet after which a connection makes room for others. */
const IDLE: f64 = 60;

/**
 * A row, as src/pcap/connection-state.ts describes it: what is common to both sides, {@link Side} of the client and of the server, the
 * windows. A packet touches two cache lines.
 */
@unmanaged
export class Connection {
  client: i32;
  server: i32;
  ports: u32;
  vni: i32;
  handshake: i32;
  state: i32;
  firstFrame: u32;
  lastFrame: u32;
  firstTime: f64;
  lastTime: f64;
  requests: u32;
  trouble: i32;
  linked: i32;
  ipIds: u32;
}

/** Words of one side. */
@unmanaged
export class Side {
  next: i32;
  acked: i32;
  packets: u32;
  rtt: i32;
  bytes: u32;
  sizes: u32;
  timedEnd: i32;
  timedAt: i32;
}

const OF_CLIENT: usize = 64;
const OF_SERVER: usize = 96;
const WINDOWS: usize = 128;
const STRIDE: usize = 136;

let rows: usize = 0;
let length: i32 = 0;
let limit: i32 = 0;
let evicted: u32 = 0;
let ignored: u32 = 0;
let remap: usize = 0;
/** By row of what went wrong: whether it stays, and its new place + 1. */
let keptTroubles: usize = 0;
/** How often room was asked for, and when it is looked for again. */
let asked: u32 = 0;
let nextTry: u32 = 0;

/** @param most rows, and of those with something to tell; old ones are dropped then, finished ones first */
export function layConnections(at: usize, most: i32, mostTroubles: i32): usize {
  limit = most;
  rows = aligned(at);
  remap = aligned(rows + STRIDE * most);
  keptTroubles = aligned(remap + 4 * most);
  return laySegmentCopies(layTroubles(keptTroubles + 4 * mostTroubles, mostTroubles));
}

export function connectionRows(): usize {
  return rows;
}

export function connectionCount(): i32 {
  return length;
}

/** Connections that were dropped because there were too many. */
export function connectionsEvicted(): u32 {
  return evicted;
}

/** Connections that were not followed, because there were too many others that went on. */
export function connectionsIgnored(): u32 {
  return ignored;
}

export function connection(row: i32): Connection {
  return changetype<Connection>(rows + STRIDE * row);
}

export function sideOf(c: Connection, isClient: bool): Side {
  return changetype<Side>(changetype<usize>(c) + (isClient ? OF_CLIENT : OF_SERVER));
}

/** The packet at hand, a TCP packet of the current conversation, which the handshakes have seen before. */
export function follow(): void {
  const flags = p.flags;
  if ((flags & SYN) != 0) return;
  let row = connectionAt(current);
  if (row < 0) {
    if (row == IGNORED) return;
    row = begin();
    if (row < 0) return;
  }
  const c = connection(row);
  const isClient = c.client == source && c.ports >> 16 == p.sourcePort;
  const micros = p.micros;
  if (isCopy(isClient ? 2 * row : 2 * row + 1, micros)) return;
  if (translated >= 0) linkTranslated(c, row, translated >> 1, isClient);

  const own = sideOf(c, isClient);
  const before = c.lastTime;
  c.lastTime = p.time;
  c.lastFrame = p.frame;
  own.packets++;
  if (p.vni != NONE) c.vni = p.vni;
  if (c.trouble != 0) heard(c, isClient, p.time, p.window != 0 || (flags & RST) != 0);
  if ((flags & RST) != 0) {
    c.state |= isClient ? CLIENT_RESET : SERVER_RESET;
    reset(c, isClient, before);
    return;
  }
  if (p.window == 0) closed(c, isClient);

  const seen = isClient ? CLIENT : SERVER;
  if ((c.state & seen) == 0) {
    c.state |= seen;
    // Of the sides of a handshake it is known where their data begins, unless that packet was not captured.
    if (own.next == 0) own.next = p.sequence;
  }
  const fin = flags & FIN;
  const ahead = p.sequence - own.next;
  if (p.payloadLength + fin == 0) {
    if (ahead == -1) probe(c, isClient);
  } else if (ahead == 0 || astray(c, isClient, ahead, micros)) advance(c, own, isClient, micros);
  if (fin != 0) c.state |= isClient ? CLIENT_FIN : SERVER_FIN;
  if ((flags & ACK) != 0) acknowledge(c, own, isClient, micros);
  // The client's window is in the high half.
  store<u16>(changetype<usize>(c) + WINDOWS + (isClient ? 2 : 0), <u16>p.window);
}

/** Follows the rows of handshakes to their new places. */
export function evictedHandshakes(to: usize): void {
  for (let row = 0; row < length; row++) {
    const c = connection(row);
    if (c.handshake >= 0) c.handshake = load<i32>(to + 4 * c.handshake);
  }
}

/** Marks the addresses of all rows. */
export function markConnections(): void {
  for (let row = 0; row < length; row++) {
    mark(connection(row).client);
    mark(connection(row).server);
  }
}

/** Ends what is going on when the capture does. */
export function finishConnections(end: f64): void {
  for (let row = 0; row < length; row++) {
    const c = connection(row);
    if (c.trouble != 0) finishTroubles(c, end);
    if (c.handshake < 0 || handshake(c.handshake).linked == -1) continue;
    // Where the SYNs were seen, they tell which of two copies is nearer to the server.
    const state = c.state & ~COPY;
    c.state = handshake(c.handshake).counted == 0 ? state | COPY : state;
  }
}

/** Adds a row for a packet that shows a connection: an ACK or data behind a SYN-ACK, or without any handshake. */
function begin(): i32 {
  const known = rowAt(current);
  let isClient: bool;
  if (known < 0) {
    if ((p.flags & RST) != 0) return -1;
    isClient = p.destinationPort <= p.sourcePort;
  } else {
    const h = handshake(known);
    if (h.completed == 0 && p.payloadLength == 0) return -1;
    isClient = h.client == source && h.clientPort == p.sourcePort;
  }
  if ((length == limit || isTroublesFull()) && !makeRoom(p.time)) {
    ignored++;
    setConnection(current, IGNORED);
    return -1;
  }
  const row = length++;
  const c = connection(row);
  c.client = isClient ? source : destination;
  c.server = isClient ? destination : source;
  c.ports = isClient ? (p.sourcePort << 16) | p.destinationPort : (p.destinationPort << 16) | p.sourcePort;
  c.vni = networkOf(current);
  c.handshake = known;
  c.firstFrame = p.frame;
  c.firstTime = c.lastTime = p.time;
  if (known >= 0) takeOver(c, handshake(known));
  setConnection(current, row);
  return row;
}

/** Takes over what the handshake has told. */
function takeOver(c: Connection, h: Handshake): void {
  const client = sideOf(c, true);
  const server = sideOf(c, false);
  c.firstFrame = h.firstFrame;
  c.firstTime = h.firstTime;
  client.packets = h.synCount;
  server.packets = h.synAckCount;
  client.next = h.isn + 1;
  if (h.synAckCount > 0) server.next = h.serverIsn + 1;
  c.state = BEGUN | (h.synCount > 0 ? CLIENT : 0) | (h.synAckCount > 0 ? SERVER : 0);
}

/** Data or a FIN that goes further than what this side sent before. */
function advance(c: Connection, own: Side, isClient: bool, micros: i32): void {
  const payload: u32 = p.payloadLength;
  const end = p.sequence + payload + (p.flags & FIN);
  own.next = end;
  c.ipIds = isClient ? (p.ipId << 16) | (c.ipIds & 0xffff) : (c.ipIds & ~0xffff) | p.ipId;
  const timed = isClient ? CLIENT_TIMED : CLIENT_TIMED << 1;
  if (payload == 0) {
    if ((c.state & timed) != 0) return;
    c.state |= timed;
    own.timedEnd = end;
    own.timedAt = micros;
    return;
  }
  countBytes(c, isClient, payload);
  const data = isClient ? CLIENT_DATA : SERVER_DATA;
  let state = c.state;
  if ((state & data) == 0) {
    if (!isClient && (state & CLIENT_DATA) != 0) c.requests++;
    c.state = state = (state & ~(CLIENT_DATA | SERVER_DATA)) | data;
  }
  const size = min<u32>(payload, 0xffff);
  const largest = own.sizes >> 16;
  if (size > largest) own.sizes = (size << 16) | (own.sizes & 0xffff);
  else if ((state & timed) != 0) return;
  const isLargest = isClient ? CLIENT_LARGEST : CLIENT_LARGEST << 1;
  state |= timed;
  c.state = size >= largest ? state | isLargest : state & ~isLargest;
  own.timedEnd = end;
  own.timedAt = micros;
}

/** Counts payload of a side. */
export function countBytes(c: Connection, isClient: bool, payload: u32): void {
  const own = sideOf(c, isClient);
  const before = own.bytes;
  own.bytes = before + payload;
  if (own.bytes < before) countHigh(c, isClient);
}

/** What a packet acknowledges of the other side. */
function acknowledge(c: Connection, own: Side, isClient: bool, micros: i32): void {
  const other = sideOf(c, !isClient);
  const state = c.state;
  const ack = p.acknowledgement;
  const acked = isClient ? CLIENT_ACKED : CLIENT_ACKED << 1;
  const progress = (state & acked) == 0 ? 1 : ack - own.acked;
  if (progress < 0) return;
  c.state = state | acked;
  if (progress == 0) {
    const isSame = load<u16>(changetype<usize>(c) + WINDOWS + (isClient ? 2 : 0)) == p.window;
    if (isSame && ack - other.next < 0 && p.payloadLength == 0 && (p.flags & FIN) == 0)
      duplicateAck(c, isClient);
    return;
  }
  own.acked = ack;
  if ((state & (isClient ? SERVER : CLIENT)) == 0) return;
  const timed = isClient ? CLIENT_TIMED << 1 : CLIENT_TIMED;
  if ((state & timed) != 0 && ack - other.timedEnd >= 0) {
    const rtt = micros - other.timedAt + 1;
    if (other.timedAt != 0 && rtt > 0 && (other.rtt == 0 || rtt < other.rtt)) other.rtt = rtt;
    const largest = isClient ? CLIENT_LARGEST << 1 : CLIENT_LARGEST;
    if ((state & largest) != 0) other.sizes = (other.sizes & ~0xffff) | (other.sizes >> 16);
    c.state &= ~(timed | largest);
  }
  const missing = ack - other.next;
  if (missing > 0) unseen(c, !isClient, missing, micros);
}

/** The same packet was seen just before in another connection: before address translation, or behind it. */
function linkTranslated(later: Connection, row: i32, before: i32, isClient: bool): void {
  const earlier = connection(before);
  if (later.linked != 0 || earlier.linked != 0) return;
  later.linked = before + 1;
  earlier.linked = row + 1;
  // What the client sends is seen before its translation first, what the server sends behind it.
  if (isClient) earlier.state |= COPY;
  else later.state |= COPY;
}

/** Whether there is room now. What was tried in vain is not tried again for each connection. */
function makeRoom(now: f64): bool {
  if (asked++ < nextTry) return length < limit;
  if (evict(now)) {
    remapConnections(remap);
    clearCopies();
  }
  if (length == limit || isTroublesFull()) nextTry = asked + (length >> 3);
  return length < limit;
}

/**
 * Makes room, at the cost of what is over, and of that first of what went well and is not of late; then of what is silent. What
 * goes on stays.
 *
 * @returns whether any row was dropped
 */
function evict(now: f64): bool {
  const needsTroubles = isTroublesFull();
  let kept = 0;
  for (let row = 0; row < length; row++)
    store<i32>(remap + 4 * row, staysAtFirst(row, needsTroubles) ? kept++ : -1);
  if (kept > length - (length >> 3)) {
    kept = 0;
    for (let row = 0; row < length; row++)
      store<i32>(remap + 4 * row, staysAtLast(row, needsTroubles, now) ? kept++ : -1);
  }
  if (kept == length) return false;
  compact(kept);
  return true;
}

function isOver(c: Connection): bool {
  return (
    (c.state & (CLIENT_RESET | SERVER_RESET)) != 0 ||
    (c.state & (CLIENT_FIN | SERVER_FIN)) == (CLIENT_FIN | SERVER_FIN)
  );
}

function staysAtFirst(row: i32, needsTroubles: bool): bool {
  const c = connection(row);
  if (needsTroubles && c.trouble == 0) return true;
  return !isOver(c) || (c.trouble != 0 && !needsTroubles) || row >= length - (length >> 2);
}

function staysAtLast(row: i32, needsTroubles: bool, now: f64): bool {
  const c = connection(row);
  if (needsTroubles && c.trouble == 0) return true;
  return !isOver(c) && now - c.lastTime < IDLE;
}

function compact(kept: i32): void {
  const troubles = troubleCount();
  memory.fill(keptTroubles, 0, 4 * troubles);
  for (let row = 0; row < length; row++) {
    const c = connection(row);
    if (load<i32>(remap + 4 * row) < 0) dropConnection(changetype<usize>(c));
    else if (c.trouble != 0) store<i32>(keptTroubles + 4 * (c.trouble - 1), 1);
  }
  let left = 0;
  for (let row = 0; row < troubles; row++) {
    if (load<i32>(keptTroubles + 4 * row) == 0) continue;
    moveTrouble(row, left);
    store<i32>(keptTroubles + 4 * row, ++left);
  }
  cutTroubles(left);
  for (let row = 0; row < length; row++) {
    const to = load<i32>(remap + 4 * row);
    if (to < 0) continue;
    memory.copy(rows + STRIDE * to, rows + STRIDE * row, STRIDE);
    const c = connection(to);
    if (c.trouble != 0) c.trouble = load<i32>(keptTroubles + 4 * (c.trouble - 1));
    if (c.linked != 0) c.linked = load<i32>(remap + 4 * (c.linked - 1)) + 1;
  }
  memory.fill(rows + STRIDE * kept, 0, STRIDE * (length - kept));
  evicted += length - kept;
  length = kept;
}
