// Turns TCP packets, and ICMP errors about them, into connection attempts: one row each, by client, server and initial sequence number.
import { find, intern, mark } from "./addresses";
import { chooseRows } from "./columns";
import { evictedHandshakes } from "./connections";
import {
  current,
  destination,
  isSettled,
  look,
  remapRows,
  rowAt,
  see,
  setRow,
  settle,
  slotOf,
  source,
} from "./flows";
import { compactHandshakes, Handshake, layHandshakes } from "./handshake";
import { ACK, FIN, NONE, p, parseOptions, RST, SYN, VXLAN } from "./packet";
import { aligned, finish as spread } from "./words";

/** Copies of one packet on several interfaces come within this time; a real retry comes 200 ms later at the soonest. */
const COPY_WINDOW: f64 = 0.05;
/** An answer is due within the time in which the client would retry: one second (RFC 6298, section 2). */
const RETRY_INTERVAL: f64 = 1;
/** How far behind the initial sequence number a packet may lie that belongs to the same attempt. */
const NEAR: u32 = 1 << 24;
/** A SYN passes a node's address translation within this time. */
const NAT_WINDOW: f64 = 0.01;
/** Tries that are kept of an attempt; more are only counted. */
const KEPT_TRIES: i32 = 8;

/** `Outcome` of src/pcap/handshake-table.ts. */
const UNDECIDED: u8 = 0;
const ANSWERED: u8 = 1;
const ANSWERED_LATE: u8 = 2;
const REFUSED: u8 = 3;
const BY_ICMP: u8 = 4;
const CHALLENGE_ACK: u8 = 5;
const ANSWER_UNSEEN: u8 = 6;
const UNANSWERED: u8 = 7;
/** `Reset` there. */
const BY_SERVER: u8 = 1;
const BY_CLIENT: u8 = 2;
/** `Seen` there. */
const CLIENT: u8 = 1;
const SERVER: u8 = 2;
const SERVER_DATA: u8 = 4;
const CLIENT_FIN: u8 = 8;
const SERVER_FIN: u8 = 16;
const SERVER_CLOSED_FIRST: u8 = 32;
const IN_VXLAN: u8 = 64;

/** A try behind the first: most attempts have none, so these are a table of their own. */
@unmanaged
class Retry {
  time: f64;
  frame: u32;
  tsval: i32;
  /** The row whose retry it is, 1 for the first retry and so on, and the row's next retry or -1. */
  row: i32;
  ordinal: i32;
  next: i32;
}

const RETRY_STRIDE: usize = (offsetof<Retry>() + 7) & ~7;
/** Places, a power of two: only the SYNs of a few milliseconds need one. */
const PLACES: u32 = 1 << 15;

let length: i32 = 0;
let limit: i32 = 0;
let evicted: u32 = 0;
/** Where each row goes when some are dropped. */
let remap: usize = 0;
let retries: usize = 0;
let retryCount: i32 = 0;
let retriesMoved: usize = 0;
/** Row + 1 of the latest SYN with a hash, and its sequence number, which spares most looks at that row. */
let copies: usize = 0;

/** @param most rows; old ones are dropped then, those that went well first */
export function layAttempts(at: usize, most: i32): usize {
  limit = most;
  remap = aligned(layHandshakes(at, most));
  retries = aligned(remap + 4 * most);
  retriesMoved = aligned(retries + RETRY_STRIDE * (KEPT_TRIES - 1) * most);
  copies = aligned(retriesMoved + 4 * (KEPT_TRIES - 1) * most);
  return copies + 8 * PLACES;
}

export function handshakeCount(): i32 {
  return length;
}

/** Attempts that were dropped because there were too many. */
export function handshakesEvicted(): u32 {
  return evicted;
}

export function handshakeRetries(): usize {
  return retries;
}

export function retriesKept(): i32 {
  return retryCount;
}

export function handshake(row: i32): Handshake {
  return changetype<Handshake>(row);
}

/**
 * The packet at hand, a TCP packet whose flags were captured.
 *
 * @param slot of its conversation; where a row was added, the current slot is another one afterwards
 */
export function shake(slot: usize): void {
  const flags = p.flags;
  if ((flags & (SYN | FIN | RST)) == 0 && isSettled(slot)) return;
  const row = rowAt(slot);
  if ((flags & (SYN | ACK | RST)) == SYN) return onSyn(slot, row);
  if ((flags & (SYN | ACK | RST)) == (SYN | ACK)) return onSynAck(slot, row);
  if (row < 0) return see(slot);
  const h = handshake(row);
  if (h.client == source && h.clientPort == p.sourcePort) fromClient(h);
  else fromServer(h);
  if (h.completed == 1 && (h.seen & SERVER_DATA) != 0) settle(slot);
}

/**
 * The packet at hand, an ICMP error that quotes the first packet of an attempt. Only its time and frame are told.
 *
 * @param client and `server`: ids of the quoted packet's addresses
 * @param from where the error's own source address stands
 */
export function refuse(
  client: i32,
  clientPort: i32,
  server: i32,
  serverPort: i32,
  isn: u32,
  type: u8,
  code: u8,
  from: usize,
  version: i32,
): void {
  let slot: usize = 0;
  while (true) {
    slot = slotOf(client, clientPort, server, serverPort, slot);
    if (slot == 0) return;
    const row = rowAt(slot);
    if (row < 0) continue;
    const h = handshake(row);
    if (h.client != client || h.clientPort != clientPort || h.outcome != UNDECIDED || h.isn != isn) continue;
    answer(h, BY_ICMP);
    h.icmpType = type;
    h.icmpCode = code;
    h.icmpFrom = intern(from, version);
    return;
  }
}

/** Marks the addresses of all rows. */
export function markHandshakes(): void {
  for (let row = 0; row < length; row++) {
    const h = handshake(row);
    mark(h.client);
    mark(h.server);
    mark(h.originalClient);
  }
}

/**
 * Decides what can be decided of an attempt that nothing has answered, at the end of the capture.
 *
 * @param mayHaveError whether an error that can't be placed may be the answer
 */
export function decide(row: i32, end: f64, mayHaveError: bool): void {
  const h = handshake(row);
  if (h.outcome != UNDECIDED || h.synCount == 0) return;
  if (h.completed == 1) h.outcome = ANSWER_UNSEEN;
  else if (h.challengeAcks > 0) h.outcome = CHALLENGE_ACK;
  // The capture began between the first SYN and its answer; what it shows of the SYN is a retry.
  else if (h.synAckCount > 0 || mayHaveError) return;
  else if (h.synCount > 1 || end - h.lastSynTime >= RETRY_INTERVAL) h.outcome = UNANSWERED;
}

function onSyn(slot: usize, known: i32): void {
  parseOptions();
  let isSame = false;
  if (known >= 0) {
    const h = handshake(known);
    isSame = h.isn == <u32>p.sequence && h.client == source && h.clientPort == p.sourcePort;
    if (!isSame && crosses(h)) return;
  }
  if (!isSame) {
    const row = add(slot, source, p.sourcePort, destination, p.destinationPort, p.sequence);
    onFirstSyn(row);
    return;
  }
  const h = handshake(known);
  if (h.synCount == 0) return onFirstSyn(known);
  const isSoon = abs(p.time - h.lastSynTime) < COPY_WINDOW;
  if (isSoon && h.lastTsval == p.tsval && h.lastIpId == p.ipId) {
    h.direction |= <u8>p.direction;
    return;
  }
  if (h.synCount < 0xffff) h.synCount++;
  h.lastSynTime = p.time;
  addRetry(h, known);
  onTry(known);
}

/** Whether a SYN is that of the other end, on its way while the attempt's own was: a simultaneous open. */
function crosses(h: Handshake): bool {
  if (h.server != source || h.serverPort != p.sourcePort) return false;
  if (h.simultaneous == 1 && h.serverIsn == p.sequence) return true;
  const isOpen = h.synCount != 0 && h.completed == 0 && h.reset == 0;
  if (!isOpen || h.outcome != UNDECIDED || p.time - h.lastSynTime > RETRY_INTERVAL) return false;
  h.simultaneous = 1;
  h.seen |= SERVER;
  h.serverIsn = p.sequence;
  noteServerOptions(h);
  return true;
}

function noteServerOptions(h: Handshake): void {
  h.serverMss = <u16>max(p.mss, 0);
  h.serverScale = <u8>(p.windowScale + 1);
}

/** Notes the first SYN of a row. */
function onFirstSyn(row: i32): void {
  const h = handshake(row);
  h.firstTime = h.lastSynTime = p.time;
  h.firstFrame = p.frame;
  h.synCount = 1;
  h.hasTimestamp = <u8>p.hasTimestamp;
  h.tsval = p.tsval;
  h.clientMss = <u16>max(p.mss, 0);
  h.clientScale = <u8>(p.windowScale + 1);
  if (p.tunnel == VXLAN) h.seen |= IN_VXLAN;
  // Packets of several CPUs mix: the SYN-ACK may be captured just before its SYN.
  if (abs(p.time - h.answerTime) < COPY_WINDOW) h.outcome = ANSWERED;
  onTry(row);
}

function onTry(row: i32): void {
  const h = handshake(row);
  h.direction |= <u8>p.direction;
  h.lastTsval = p.tsval;
  h.lastIpId = <u16>p.ipId;
  linkCopy(h, row);
}

function onSynAck(slot: usize, known: i32): void {
  let row = known;
  if (row < 0) {
    row = add(slot, destination, p.destinationPort, source, p.sourcePort, p.acknowledgement - 1);
    const h = handshake(row);
    h.firstTime = h.lastSynTime = p.time;
    h.firstFrame = p.frame;
  }
  const h = handshake(row);
  if (h.simultaneous == 1 && h.client == source && h.clientPort == p.sourcePort) {
    // The client, too, acknowledges the other's SYN with a SYN-ACK.
    if (h.completed == 0 && p.acknowledgement - 1 == h.serverIsn) {
      h.completed = 1;
      h.completeTime = p.time;
      h.seen |= CLIENT;
    }
    return;
  }
  // A fast open's data may be acknowledged with the SYN (RFC 7413).
  const behind: u32 = p.acknowledgement - 1 - h.isn;
  if (h.client != destination || h.clientPort != p.destinationPort || behind > 0xffff) return;
  h.seen |= SERVER;
  parseOptions();
  const isCopy =
    p.time - h.lastSynAckTime < COPY_WINDOW &&
    h.serverIsn == p.sequence &&
    h.synAckTsval == p.tsval &&
    h.synsAtSynAck == h.synCount;
  if (isCopy) return;
  if (h.synAckCount < 0xffff) h.synAckCount++;
  if (h.synAckCount > 1 && h.synsAtSynAck == h.synCount && h.synAckRetries < 255) h.synAckRetries++;
  h.lastSynAckTime = p.time;
  h.serverIsn = p.sequence;
  h.synAckTsval = p.tsval;
  h.synsAtSynAck = h.synCount;
  if (h.synAckCount != 1) return;
  noteServerOptions(h);
  answer(h, h.synCount == 0 ? UNDECIDED : h.synCount == 1 ? ANSWERED : ANSWERED_LATE);
}

function fromClient(h: Handshake): void {
  const flags = p.flags;
  if (h.completed == 1 && (flags & (FIN | RST)) == 0) return;
  if (h.completed == 0 && <u32>(p.sequence - 1 - h.isn) >= NEAR) return;
  if ((flags & RST) != 0) {
    if (h.synAckCount > 0) noteReset(h, BY_CLIENT);
    return;
  }
  h.seen |= CLIENT;
  if (h.completed == 0 && (flags & ACK) != 0) {
    h.completed = 1;
    h.completeTime = p.time;
  }
  if ((flags & FIN) != 0) noteFin(h, CLIENT_FIN);
}

function fromServer(h: Handshake): void {
  const flags = p.flags;
  const isAnswered = h.synAckCount > 0;
  const isForUs = (flags & ACK) == 0 || <u32>(p.acknowledgement - 1 - h.isn) <= 0xffff;
  h.seen |= p.payloadLength > 0 ? SERVER | SERVER_DATA : SERVER;
  if ((flags & RST) != 0) {
    if (isAnswered || h.completed == 1) noteReset(h, BY_SERVER);
    else if (isForUs && h.outcome != REFUSED) answer(h, REFUSED);
    return;
  }
  if ((flags & FIN) != 0) noteFin(h, SERVER_FIN);
  if (isAnswered || h.completed == 1 || isForUs || p.payloadLength > 0) return;
  // Neither SYN nor a number of this attempt: it answers for an older connection.
  if (p.time - h.answerTime < COPY_WINDOW || h.challengeAcks == 255) return;
  h.challengeAcks++;
  if (h.outcome == UNDECIDED) {
    h.answerTime = p.time;
    h.answerFrame = p.frame;
  }
}

function answer(h: Handshake, outcome: u8): void {
  h.outcome = outcome;
  h.answerTime = p.time;
  h.answerFrame = p.frame;
}

function noteReset(h: Handshake, by: u8): void {
  if (h.reset != 0) return;
  h.reset = by;
  h.resetTime = p.time;
}

function noteFin(h: Handshake, side: u8): void {
  const before = h.seen;
  if ((before & side) != 0) return;
  const isFirst = (before & (CLIENT_FIN | SERVER_FIN)) == 0;
  h.seen = before | side | (isFirst && side == SERVER_FIN ? SERVER_CLOSED_FIRST : 0);
  if (!isFirst) h.closeTime = p.time;
}

/** Adds a row, and gives the conversation to it. */
function add(found: usize, client: i32, clientPort: i32, server: i32, serverPort: i32, isn: u32): i32 {
  let slot = found;
  if (length == limit) {
    makeRoom();
    slot = look(client, clientPort, server, serverPort, p.vni);
  }
  const row = length++;
  const h = handshake(row);
  h.client = h.originalClient = client;
  h.clientPort = h.originalClientPort = <u16>clientPort;
  h.server = server;
  h.serverPort = <u16>serverPort;
  h.isn = isn;
  h.answerTime = h.completeTime = h.resetTime = h.closeTime = h.lastSynAckTime = NaN;
  h.icmpFrom = h.linked = h.firstRetry = h.lastRetry = -1;
  h.counted = 1;
  setRow(slot, row);
  return row;
}

function addRetry(h: Handshake, row: i32): void {
  const last = h.lastRetry;
  const ordinal = last < 0 ? 1 : retry(last).ordinal + 1;
  if (ordinal >= KEPT_TRIES) return;
  const added = retryCount++;
  const r = retry(added);
  r.frame = p.frame;
  r.time = p.time;
  r.tsval = p.tsval;
  r.row = row;
  r.ordinal = ordinal;
  r.next = -1;
  if (last >= 0) retry(last).next = added;
  else h.firstRetry = added;
  h.lastRetry = added;
}

function retry(at: i32): Retry {
  return changetype<Retry>(retries + RETRY_STRIDE * at);
}

/**
 * Notes the latest try of a row, and links the row to the one that was seen just before with the same SYN: a capture on several
 * interfaces shows it before and after address translation, with the same sequence number, TSval and IP identification under other
 * addresses or ports.
 */
function linkCopy(h: Handshake, row: i32): void {
  const isn: i32 = h.isn;
  const place = copies + 8 * (spread(isn) & (PLACES - 1));
  const before = load<i32>(place) - 1;
  const isSame = load<i32>(place + 4) == isn;
  store<i32>(place, row + 1);
  store<i32>(place + 4, isn);
  if (!isSame || before < 0 || before == row || h.linked != -1) return;
  const b = handshake(before);
  // A port scan repeats its sequence number, but neither the identification nor the timestamp.
  const isMarked = h.lastIpId != 0 || h.hasTimestamp == 1;
  const isCopy =
    isMarked &&
    b.lastIpId == h.lastIpId &&
    b.lastTsval == h.lastTsval &&
    b.hasTimestamp == h.hasTimestamp &&
    abs(p.time - b.lastSynTime) <= NAT_WINDOW;
  if (!isCopy) return;
  b.linked = row;
  h.linked = before;
  b.counted = 0;
  h.originalClient = b.originalClient;
  h.originalClientPort = b.originalClientPort;
}

/** Drops rows at the cost of what went well: all but the newest quarter of it; or, if that makes too little room, the older half. */
function makeRoom(): void {
  for (let row = 0; row < length; row++) store<i32>(remap + 4 * row, isWorthKeeping(handshake(row)) ? 1 : 0);
  const kept = chooseRows(remap, length);
  const moved = moveRetries();
  compactHandshakes(remap, length, kept);
  for (let row = 0; row < kept; row++) {
    const h = handshake(row);
    if (h.linked >= 0) h.linked = load<i32>(remap + 4 * h.linked);
    if (h.firstRetry >= 0) h.firstRetry = load<i32>(retriesMoved + 4 * h.firstRetry);
    if (h.lastRetry >= 0) h.lastRetry = load<i32>(retriesMoved + 4 * h.lastRetry);
  }
  retryCount = moved;
  evicted += length - kept;
  length = kept;
  remapRows(remap);
  evictedHandshakes(remap);
  memory.fill(copies, 0, 8 * PLACES);
}

function isWorthKeeping(h: Handshake): bool {
  return h.completed == 0 || (h.linked != -1 && handshake(h.linked).completed == 0);
}

/** Drops the retries of dropped rows; returns how many are left. */
function moveRetries(): i32 {
  let kept = 0;
  for (let at = 0; at < retryCount; at++) {
    const r = retry(at);
    r.row = load<i32>(remap + 4 * r.row);
    store<i32>(retriesMoved + 4 * at, r.row < 0 ? -1 : kept++);
  }
  for (let at = 0; at < retryCount; at++) {
    const to = load<i32>(retriesMoved + 4 * at);
    if (to < 0) continue;
    const next = retry(at).next;
    memory.copy(retries + RETRY_STRIDE * to, retries + RETRY_STRIDE * at, RETRY_STRIDE);
    retry(to).next = next < 0 ? -1 : load<i32>(retriesMoved + 4 * next);
  }
  return kept;
}
