// The rows of DNS queries, and what finds them again.
import { chooseRows } from "./columns";
import { dropQueries } from "./env";
import { NONE, p } from "./packet";
import { compactQueries, layQueryColumns, Query } from "./query";
import { firstSlot, layIndex, nextSlot, put, remapIndex, rowIn, RowIndex } from "./row-index";
import { aligned, finish, mix } from "./words";

/** A query passes a node's address translation within this time. */
const NAT_WINDOW: f64 = 0.01;
/** Places, a power of two: only the queries of a few milliseconds need one. */
const PLACES: u32 = 1 << 14;
/** How many queries with the same id and question are looked through. */
export const LOOK_BACK: i32 = 16;
/** Resolvers wait no longer for an answer. */
const OPEN: f64 = 30;

/** What tells one query from another: its socket, its server, its id and what it asks. */
@unmanaged
class Key {
  client: i32;
  clientPort: i32;
  server: i32;
  serverPort: i32;
  id: i32;
  qtype: i32;
  name: i32;
  transport: i32;
  vni: i32;
}

/** Behind the message. */
const KEY_AT: usize = 1920;
/** What the indexes look for. */
export const key: Key = changetype<Key>(KEY_AT);

let length: i32 = 0;
let limit: i32 = 0;
let evicted: u32 = 0;
let remap: usize = 0;
/** Row + 1 of the latest query with a hash of id and question, from whom and to whom ever. */
let places: usize = 0;

/**
 * @param most rows; old ones are dropped then, those that went well first
 * @param expected so many slots of the indexes to begin with
 */
export function layQueries(at: usize, most: i32, expected: u32): usize {
  limit = most;
  remap = aligned(layQueryColumns(at, most));
  places = aligned(remap + 4 * most);
  return layIndex(byLookup, layIndex(byId, places + 4 * PLACES, most, expected), most, expected);
}

export function queryCount(): i32 {
  return length;
}

/** Queries that were dropped because there were too many. */
export function queriesEvicted(): u32 {
  return evicted;
}

export function query(row: i32): Query {
  return changetype<Query>(row);
}

/** Adds a row for the key, asked by the packet at hand. */
export function addQuery(): i32 {
  const row = length++;
  const q = query(row);
  q.client = q.originalClient = key.client;
  q.clientPort = q.originalClientPort = <u16>key.clientPort;
  q.server = q.originalServer = key.server;
  q.serverPort = q.originalServerPort = <u16>key.serverPort;
  q.id = <u16>key.id;
  q.qtype = <u16>key.qtype;
  q.name = key.name;
  q.transport = <u8>key.transport;
  q.time = p.time;
  q.frame = p.frame;
  q.answerTime = NaN;
  q.rcode = -1;
  q.icmpFrom = q.linked = q.retryOf = q.previousSameId = q.strayFrom = -1;
  q.counted = 1;
  q.copies = 1;
  q.ipId = <u16>p.ipId;
  q.ttl = <u8>p.ttl;
  q.vni = key.vni;
  return row;
}

/** Makes room for a row where there is none, at the cost of what went well. */
export function reserve(): void {
  if (length < limit) return;
  for (let row = 0; row < length; row++) store<i32>(remap + 4 * row, isWorthKeeping(query(row)) ? 1 : 0);
  const kept = chooseRows(remap, length);
  dropQueries(remap);
  compactQueries(remap, length, kept);
  for (let row = 0; row < kept; row++) {
    const q = query(row);
    q.retryOf = movedTo(q.retryOf);
    q.previousSameId = movedTo(q.previousSameId);
    q.linked = movedTo(q.linked);
    q.previousSameQuestion = movedTo(q.previousSameQuestion);
  }
  evicted += length - kept;
  length = kept;
  remapIndex(byId, remap);
  remapIndex(byLookup, remap);
  memory.fill(places, 0, 4 * PLACES);
}

function isWorthKeeping(q: Query): bool {
  return q.rcode != 0 || (q.linked != -1 && query(q.linked).rcode != 0);
}

function movedTo(row: i32): i32 {
  return row < 0 ? row : load<i32>(remap + 4 * row);
}

/** Notes what can't be decided because the capture ended too soon behind the query. */
export function finishQueries(end: f64, interval: f64): void {
  for (let row = 0; row < length; row++) {
    const q = query(row);
    if (q.answerFrame == 0 && end - q.time < interval) q.undecided = 1;
  }
}

export function isSameSocket(row: i32): bool {
  const q = query(row);
  return (
    q.client == key.client &&
    q.clientPort == key.clientPort &&
    q.server == key.server &&
    q.serverPort == key.serverPort &&
    q.transport == key.transport &&
    (q.vni == key.vni || q.vni == NONE || key.vni == NONE)
  );
}

export function isSameQuestion(row: i32): bool {
  const q = query(row);
  return q.qtype == key.qtype && q.name == key.name;
}

// Copies of one query that a capture on several interfaces shows before and after address translation. Clients that ask several servers
// at once with one id look alike; a copy has the same IP identification or, where there is none, has passed a router since.

/** Notes a query that was added, and links it to the one that was seen just before with the same id and question. */
export function linkQuery(row: i32): void {
  const q = query(row);
  const place = placeOfKey();
  let before = load<i32>(place) - 1;
  store<i32>(place, row + 1);
  q.previousSameQuestion = before;
  let best = -1;
  let bestScore = -1;
  for (let left = LOOK_BACK; before >= 0 && left > 0; left--) {
    const b = query(before);
    if (abs(p.time - b.time) >= NAT_WINDOW) break;
    const score = scoreOf(b);
    if (score > bestScore) {
      best = before;
      bestScore = score;
    }
    before = b.previousSameQuestion;
  }
  if (best < 0) return;
  const b = query(best);
  b.linked = row;
  q.linked = best;
  b.counted = 0;
  q.originalClient = b.originalClient;
  q.originalClientPort = b.originalClientPort;
  q.originalServer = b.originalServer;
  q.originalServerPort = b.originalServerPort;
  // A translation may have changed since the try before: only the client's own copies tell of which lookup it is.
  if (q.retryOf == -1) q.retryOf = nearestToServer(b.retryOf);
}

/**
 * The latest query that a response from elsewhere could be meant to answer: from that client's socket, with its id and question, to
 * another server, not answered yet; -1 for none.
 */
export function askedElsewhere(): i32 {
  let row = load<i32>(placeOfKey()) - 1;
  for (let left = LOOK_BACK; row >= 0 && left > 0; left--) {
    const q = query(row);
    const isOpen = q.rcode == -1 && p.time - q.time < OPEN;
    if (isOpen && q.client == key.client && q.clientPort == key.clientPort && isAsked(q)) return row;
    row = q.previousSameQuestion;
  }
  return -1;
}

/** The copy of a query that counts. */
function nearestToServer(copy: i32): i32 {
  let row = copy;
  for (let left = LOOK_BACK; row >= 0 && query(row).counted != 1 && left > 0; left--) row = query(row).linked;
  return row;
}

function isAsked(q: Query): bool {
  return q.id == key.id && q.qtype == key.qtype && q.name == key.name && q.transport == key.transport;
}

/** How well an earlier query fits as the copy before translation: the more ends are the same; -1 if it is none. */
function scoreOf(before: Query): i32 {
  const isSameServer = before.server == key.server && before.serverPort == key.serverPort;
  const isSameClient = before.client == key.client && before.clientPort == key.clientPort;
  if (!isAsked(before) || before.counted != 1 || (isSameServer && isSameClient)) return -1;
  if (before.ipId != p.ipId) return -1;
  const hops = <i32>before.ttl - p.ttl;
  const isForwarded = p.ipId == 0 ? key.name != 0 && hops > 0 : hops >= 0;
  if (!isForwarded) return -1;
  return isSameServer ? 2 : isSameClient ? 1 : 0;
}

function placeOfKey(): usize {
  return places + 4 * (finish(mix(mix(mix(3, key.id), key.qtype), key.name)) & (PLACES - 1));
}

// Indexes of the rows. A key has one row in each, the latest.

/** Behind the key. */
const BY_ID_AT: usize = 1984;
const BY_LOOKUP_AT: usize = 2016;
/** The latest query of a five-tuple and id. */
const byId: RowIndex = changetype<RowIndex>(BY_ID_AT);
/** The latest query of a client, server and question. */
const byLookup: RowIndex = changetype<RowIndex>(BY_LOOKUP_AT);

/** The latest query with the key's five-tuple and id; -1 if there is none. */
export function findById(): i32 {
  return load<i32>(slotById(hashById()) + 4) - 1;
}

/** Makes a row, which has the key's five-tuple and id, the latest of these. */
export function replaceById(row: i32): void {
  const hash = hashById();
  put(byId, slotById(hash), hash, row);
}

/** Makes a row, which has the key's client, server and question, the latest of these; the one that was, -1 if there was none. */
export function replaceByLookup(row: i32): i32 {
  const hash = finish(mix(mix(mix(mix(3, key.client), key.server), key.qtype), key.name));
  let slot = firstSlot(byLookup, hash);
  let before = rowIn(slot, hash);
  while (before == -2 || (before >= 0 && !isLookup(before))) {
    slot = nextSlot(byLookup, slot);
    before = rowIn(slot, hash);
  }
  put(byLookup, slot, hash, row);
  return before;
}

function hashById(): u32 {
  const ports: u32 = (key.clientPort << 16) | key.serverPort;
  return finish(mix(mix(mix(mix(1 + key.transport, key.client), key.server), ports), key.id));
}

function slotById(hash: u32): usize {
  let slot = firstSlot(byId, hash);
  let row = rowIn(slot, hash);
  while (row == -2 || (row >= 0 && !(query(row).id == key.id && isSameSocket(row)))) {
    slot = nextSlot(byId, slot);
    row = rowIn(slot, hash);
  }
  return slot;
}

function isLookup(row: i32): bool {
  return query(row).client == key.client && query(row).server == key.server && isSameQuestion(row);
}
