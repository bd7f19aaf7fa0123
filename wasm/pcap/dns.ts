// Turns DNS messages, and ICMP errors about them, into queries with their answers.
import { find, intern } from "./addresses";
import { m, parseMessage } from "./dns-message";
import { findName, internName } from "./names";
import { NONE, p } from "./packet";
import {
  addQuery,
  askedElsewhere,
  findById,
  isSameQuestion,
  isSameSocket,
  key,
  linkQuery,
  LOOK_BACK,
  query,
  queryCount,
  replaceById,
  replaceByLookup,
  reserve,
} from "./queries";

/** Copies of one packet on several interfaces come within this time. */
const COPY_WINDOW: f64 = 0.05;
/** A resolver that keeps its id asks again within a minute; one that takes a new id, between these times. */
const SAME_ID_RETRY: f64 = 60;
const NEW_ID_RETRY_MIN: f64 = 0.9;
const NEW_ID_RETRY_MAX: f64 = 30;
/** Who was told that an answer is too long for UDP asks over TCP within this time. */
const TCP_RETRY: f64 = 10;
/** How many queries are looked through for the one that a short ICMP error quotes. */
const LOOK_BACK_SHORT: i32 = 256;
/** `Transport` of src/pcap/dns-table.ts. */
const UDP: i32 = 0;
const TCP: i32 = 1;

let cut: u32 = 0;
let malformed: u32 = 0;

/** Messages that the capture cut before the end of their question. */
export function messagesCut(): u32 {
  return cut;
}

/** Payloads on DNS's port that are no DNS message. */
export function messagesMalformed(): u32 {
  return malformed;
}

/**
 * A message between two addresses, of the packet at hand.
 *
 * @param wireLength its length on the wire
 * @param isToServer and `isFromServer`: whether the packet went to a port of DNS servers, and from one
 * @returns whether it can be a DNS message
 */
export function message(
  from: usize,
  end: usize,
  wireLength: i32,
  isToServer: bool,
  isFromServer: bool,
  transport: i32,
): bool {
  if (!parseMessage(from, end, wireLength)) {
    if (m.cut != 0) cut++;
    else malformed++;
    return m.cut != 0;
  }
  if (m.opcode != 0) return true;
  if (m.cut != 0 && m.hasQuestion == 0) cut++;
  key.transport = transport;
  if (m.isResponse != 0) {
    if (isFromServer) onResponse();
  } else if (isToServer && (m.questions == 1 || m.cut != 0)) onQuery();
  return true;
}

/**
 * The packet at hand, an ICMP error that quotes a UDP packet to a DNS port. Only its time and frame are told.
 *
 * @param client and `server`: ids of the quoted packet's addresses
 * @param from and `end`: its payload, as far as it was quoted
 * @param sender where the error's own source address stands
 */
export function refuseQuery(
  client: i32,
  clientPort: i32,
  server: i32,
  serverPort: i32,
  from: usize,
  end: usize,
  wireLength: i32,
  type: u8,
  code: u8,
  sender: usize,
  version: i32,
): void {
  key.client = client;
  key.clientPort = clientPort;
  key.server = server;
  key.serverPort = serverPort;
  // Whoever sent the error may be in another network than who asked.
  key.vni = NONE;
  key.transport = UDP;
  const row = quoted(from, end, wireLength);
  if (row < 0) return;
  const q = query(row);
  if (q.answerFrame != 0) return;
  q.answerTime = p.time;
  q.answerFrame = p.frame;
  q.icmp = 1;
  q.icmpType = type;
  q.icmpCode = code;
  q.icmpFrom = intern(sender, version);
}

function onQuery(): void {
  key.client = intern(p.sourceAt, p.version);
  key.server = intern(p.destinationAt, p.version);
  if (key.client < 0 || key.server < 0) return;
  reserve();
  key.clientPort = p.sourcePort;
  key.serverPort = p.destinationPort;
  key.vni = p.vni;
  key.id = m.id;
  key.qtype = m.qtype;
  key.name = m.hasQuestion != 0 ? internName() : 0;
  const sameId = findById();
  const before = sameQuestionFrom(sameId);
  if (before >= 0 && isCopy(before)) {
    const q = query(before);
    if (q.copies < 255) q.copies++;
    return;
  }
  const row = addQuery();
  const q = query(row);
  q.retryOf = before >= 0 && isWithin(before, SAME_ID_RETRY) ? before : -1;
  q.previousSameId = sameId;
  q.ednsSize = <u16>m.ednsSize;
  replaceById(row);
  const sameLookup = replaceByLookup(row);
  if (q.retryOf == -1) q.retryOf = earlierTry(sameLookup);
  linkQuery(row);
}

function onResponse(): void {
  key.client = find(p.destinationAt, p.version);
  key.server = find(p.sourceAt, p.version);
  key.clientPort = p.destinationPort;
  key.serverPort = p.sourcePort;
  key.vni = p.vni;
  key.id = m.id;
  const hasQuestion = m.hasQuestion != 0;
  const name = hasQuestion ? findName() : 0;
  const isKnown = key.client >= 0 && key.server >= 0;
  let row = isKnown ? findById() : -1;
  // The way back may go through a network of another number, as with Cilium and OVN.
  if (row < 0 && isKnown && key.vni != NONE) {
    key.vni = NONE;
    row = findById();
  }
  const latest = row;
  for (let left = LOOK_BACK; row >= 0 && left > 0; left--) {
    const q = query(row);
    if (!hasQuestion || q.name == 0 || (q.qtype == m.qtype && q.name == name)) {
      if (q.rcode == -1) {
        q.answerTime = p.time;
        q.answerFrame = p.frame;
        q.rcode = <i8>m.rcode;
        q.answerCount = <u16>m.answers;
        q.records = <u16>m.records;
        q.truncated = <u8>m.truncated;
        q.icmp = 0;
        q.answerCopies = 1;
        q.answerIpId = <u16>p.ipId;
        return;
      }
      if (q.answerIpId == p.ipId && p.time - q.answerTime < COPY_WINDOW) {
        if (q.answerCopies < 255) q.answerCopies++;
        return;
      }
    }
    row = q.previousSameId;
  }
  if (latest < 0) onStray(name);
}

/** Notes a response to a query that was sent elsewhere. Musl asks several servers at once: each of those was asked. */
function onStray(name: i32): void {
  if (key.client < 0 || m.hasQuestion == 0 || name == 0) return;
  key.qtype = m.qtype;
  key.name = name;
  const row = askedElsewhere();
  if (row < 0) return;
  const q = query(row);
  if (q.strayFrame != 0) return;
  q.strayFrame = p.frame;
  q.strayFrom = intern(p.sourceAt, p.version);
}

/** The query that an ICMP error quotes; -1 if it is not known. */
function quoted(from: usize, end: usize, wireLength: i32): i32 {
  if (parseMessage(from, end, wireLength)) {
    key.id = m.id;
    key.qtype = m.qtype;
    key.name = m.hasQuestion != 0 ? findName() : 0;
    const latest = findById();
    return m.hasQuestion != 0 ? sameQuestionFrom(latest) : latest;
  }
  const stop = max(0, queryCount() - LOOK_BACK_SHORT);
  for (let row = queryCount() - 1; row >= stop; row--)
    if (isSameSocket(row) && query(row).answerFrame == 0) return row;
  return -1;
}

/** The latest row with the question that is looked for, from `row` back along its id. */
function sameQuestionFrom(from: i32): i32 {
  let row = from;
  for (let left = LOOK_BACK; row >= 0 && left > 0; left--) {
    if (isSameQuestion(row)) return row;
    row = query(row).previousSameId;
  }
  return -1;
}

function isCopy(row: i32): bool {
  if (!isWithin(row, COPY_WINDOW)) return false;
  const q = query(row);
  // Without an identification, an answer in between tells a second try from a copy of the first.
  if (q.ipId != p.ipId) return false;
  return p.ipId != 0 || q.answerFrame == 0;
}

/** The earlier try of a lookup that was repeated from another port or with another id; -1 if there is none. */
function earlierTry(row: i32): i32 {
  if (row < 0 || key.name == 0) return -1;
  const q = query(row);
  const gap = p.time - q.time;
  if (key.transport == TCP && q.transport == UDP && q.truncated == 1)
    return gap >= 0 && gap < TCP_RETRY ? row : -1;
  if (q.rcode != -1) return -1;
  if (q.id == key.id) return gap >= 0 && gap < SAME_ID_RETRY ? row : -1;
  return gap >= NEW_ID_RETRY_MIN && gap < NEW_ID_RETRY_MAX ? row : -1;
}

function isWithin(row: i32, window: f64): bool {
  return abs(p.time - query(row).time) < window;
}
