import type { Addresses } from "./addresses.ts";
import { compact, follow, grow, makeRoom, trim } from "./columns.ts";
import { DnsMessage } from "./dns-message.ts";
import { DnsScratch } from "./dns-scratch.ts";
import { DnsColumns, type DnsTable } from "./dns-table.ts";
import type { Names } from "./names.ts";
import { NONE, type Packet } from "./packet.ts";
import { RowIndex } from "./row-index.ts";
import { isFinalError } from "./transport.ts";
import { finish, mix } from "./words.ts";

/** Copies of one packet on several interfaces come within this time. */
const COPY_WINDOW = 0.05;
/** A query passes a node's address translation within this time. */
const NAT_WINDOW = 0.01;
/** An answer is due within this time: no resolver asks again sooner. */
const ANSWER_INTERVAL = 1;
/** A resolver that keeps its id asks again within a minute; one that takes a new id, between these times. */
const SAME_ID_RETRY = 60;
const NEW_ID_RETRY_MIN = 0.9;
const NEW_ID_RETRY_MAX = 30;
/** A power of two. Only the queries of a few milliseconds need a place. */
const QUESTIONS = 1 << 14;
/** How many queries with the same id are looked through. */
const LOOK_BACK = 16;
/** How many queries are looked through for the one that a short ICMP error quotes. */
const LOOK_BACK_SHORT = 256;

/** Turns DNS messages over UDP, and ICMP errors about them, into queries with their answers. */
export class DnsTracker {
  readonly #columns = new DnsColumns();
  readonly #scratch = new DnsScratch();
  readonly #addresses: Addresses;
  readonly #names: Names;
  readonly #message = new DnsMessage();
  readonly #limit: number;
  #length = 0;
  #evicted = 0;
  #cut = 0;
  #malformed = 0;
  #unasked = 0;
  /** The key that the indexes look for. */
  #client = 0;
  #clientPort = 0;
  #server = 0;
  #serverPort = 0;
  #id = 0;
  #qtype = 0;
  #name = 0;
  #vni = NONE;

  /** The latest query of a five-tuple and id. */
  readonly #byId = new RowIndex((row) => this.#isSameSocket(row) && this.#columns.id[row] === this.#id);
  /** Row + 1 of the latest query with that hash of id and question, from whom and to whom ever. */
  readonly #byQuestion = new Int32Array(QUESTIONS);
  /** The latest query of a client, server and question. */
  readonly #byLookup = new RowIndex(
    (row) =>
      this.#columns.client[row] === this.#client &&
      this.#columns.server[row] === this.#server &&
      this.#isSameQuestion(row),
  );

  /** @param limit most rows; old ones are dropped then, those that went well first */
  constructor(addresses: Addresses, names: Names, limit: number) {
    this.#addresses = addresses;
    this.#names = names;
    this.#limit = Math.max(limit, 16);
  }

  /** Queries that were dropped because there were too many. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Messages that the capture cut before the end of their question. */
  get cut(): number {
    return this.#cut;
  }

  /** Payloads on DNS's port that are no DNS message. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Responses to queries that were not captured. */
  get unasked(): number {
    return this.#unasked;
  }

  /** A UDP packet from or to a DNS port. */
  packet(p: Packet, isToServer: boolean, isFromServer: boolean): void {
    const m = this.#message;
    if (!m.parse(p.bytes, p.payloadAt, p.payloadEnd, p.payloadLength)) {
      if (m.cut) this.#cut++;
      else this.#malformed++;
      return;
    }
    if (m.opcode !== 0) return;
    if (m.cut && !m.hasQuestion) this.#cut++;
    if (m.isResponse) {
      if (isFromServer) this.#response(p);
    } else if (isToServer && (m.questions === 1 || m.cut)) this.#query(p);
  }

  /** An ICMP error that quotes a UDP packet to a DNS port. */
  icmp(p: Packet): void {
    const q = p.quoted;
    if (q === undefined || !isFinalError(p.icmpType, p.icmpCode, p.icmp6)) return;
    this.#client = this.#addresses.find(q.bytes, q.sourceAt, q.version);
    this.#server = this.#addresses.find(q.bytes, q.destinationAt, q.version);
    if (this.#client < 0 || this.#server < 0) return;
    this.#clientPort = q.sourcePort;
    this.#serverPort = q.destinationPort;
    this.#vni = p.vni;
    const row = this.#quoted(q);
    const c = this.#columns;
    if (row < 0 || c.answerFrame[row] !== 0) return;
    c.answerTime[row] = p.time;
    c.answerFrame[row] = p.frame;
    c.icmp[row] = 1;
    c.icmpType[row] = p.icmpType;
    c.icmpCode[row] = p.icmpCode;
    c.icmpFrom[row] = this.#addresses.intern(p.bytes, p.sourceAt, p.version);
  }

  /** Decides what is still open, and gives the table. */
  finish(end: number): DnsTable {
    const c = this.#columns;
    for (let row = 0; row < this.#length; row++)
      if (c.answerFrame[row] === 0 && end - (c.time[row] as number) < ANSWER_INTERVAL) c.undecided[row] = 1;
    trim(c, this.#length);
    const names = this.#names;
    const addresses = this.#addresses;
    return Object.assign(c, {
      length: this.#length,
      nameOf: (name: number) => names.text(name),
      address: (id: number) => addresses.text(id),
    });
  }

  #query(p: Packet): void {
    const m = this.#message;
    const c = this.#columns;
    this.#client = this.#addresses.intern(p.bytes, p.sourceAt, p.version);
    this.#server = this.#addresses.intern(p.bytes, p.destinationAt, p.version);
    if (this.#client < 0 || this.#server < 0) return;
    if (this.#length === this.#limit) this.#evict();
    this.#clientPort = p.sourcePort;
    this.#serverPort = p.destinationPort;
    this.#vni = p.vni;
    this.#id = m.id;
    this.#qtype = m.qtype;
    this.#name = m.hasQuestion ? this.#names.intern(m.name, m.nameLength, m.nameHash) : 0;
    const idHash = this.#idHash();
    const sameId = this.#byId.find(idHash);
    const before = this.#sameQuestionFrom(sameId);
    if (before >= 0 && this.#isCopy(p, before)) {
      c.copies[before] = Math.min(255, (c.copies[before] as number) + 1);
      return;
    }
    const row = this.#append(p);
    c.retryOf[row] = before >= 0 && this.#isWithin(p, before, SAME_ID_RETRY) ? before : -1;
    c.previousSameId[row] = sameId;
    this.#byId.replace(idHash, row);
    const sameLookup = this.#byLookup.replace(this.#lookupHash(), row);
    if (c.retryOf[row] === -1) c.retryOf[row] = this.#earlierTry(p, sameLookup);
    this.#linkTranslated(p, row);
  }

  #response(p: Packet): void {
    const m = this.#message;
    const c = this.#columns;
    const s = this.#scratch;
    this.#client = this.#addresses.find(p.bytes, p.destinationAt, p.version);
    this.#server = this.#addresses.find(p.bytes, p.sourceAt, p.version);
    this.#clientPort = p.destinationPort;
    this.#serverPort = p.sourcePort;
    this.#vni = p.vni;
    this.#id = m.id;
    const name = m.hasQuestion ? this.#names.find(m.name, m.nameLength, m.nameHash) : 0;
    const known = this.#client >= 0 && this.#server >= 0;
    let answered = -1;
    let row = known ? this.#byId.find(this.#idHash()) : -1;
    for (let left = LOOK_BACK; row >= 0 && left > 0; left--, row = c.previousSameId[row] as number) {
      const isAsked =
        !m.hasQuestion || c.name[row] === 0 || (c.qtype[row] === m.qtype && c.name[row] === name);
      if (!isAsked) continue;
      if (c.rcode[row] === -1) {
        answered = row;
        break;
      }
      if (s.answerIpId[row] === p.ipId && p.time - (c.answerTime[row] as number) < COPY_WINDOW) {
        c.answerCopies[row] = Math.min(255, (c.answerCopies[row] as number) + 1);
        return;
      }
    }
    if (answered < 0) {
      this.#unasked++;
      return;
    }
    c.answerTime[answered] = p.time;
    c.answerFrame[answered] = p.frame;
    c.rcode[answered] = m.rcode;
    c.answerCount[answered] = m.answers;
    c.records[answered] = m.records;
    c.truncated[answered] = m.truncated ? 1 : 0;
    c.icmp[answered] = 0;
    c.answerCopies[answered] = 1;
    s.answerIpId[answered] = p.ipId;
  }

  /** The query that an ICMP error quotes; -1 if it is not known. */
  #quoted(q: Packet): number {
    const m = this.#message;
    const c = this.#columns;
    if (m.parse(q.bytes, q.payloadAt, q.payloadEnd, q.payloadLength)) {
      this.#id = m.id;
      this.#qtype = m.qtype;
      this.#name = m.hasQuestion ? this.#names.find(m.name, m.nameLength, m.nameHash) : 0;
      const latest = this.#byId.find(this.#idHash());
      return m.hasQuestion ? this.#sameQuestionFrom(latest) : latest;
    }
    const stop = Math.max(0, this.#length - LOOK_BACK_SHORT);
    for (let row = this.#length - 1; row >= stop; row--)
      if (this.#isSameSocket(row) && c.answerFrame[row] === 0) return row;
    return -1;
  }

  /** The latest row with the question that is looked for, from `row` back along its id. */
  #sameQuestionFrom(from: number): number {
    const { previousSameId } = this.#columns;
    let row = from;
    for (let left = LOOK_BACK; row >= 0 && left > 0; left--) {
      if (this.#isSameQuestion(row)) return row;
      row = previousSameId[row] as number;
    }
    return -1;
  }

  #isCopy(p: Packet, row: number): boolean {
    if (!this.#isWithin(p, row, COPY_WINDOW)) return false;
    // Without an identification, an answer in between tells a second try from a copy of the first.
    if (this.#scratch.ipId[row] !== p.ipId) return false;
    return p.ipId !== 0 || this.#columns.answerFrame[row] === 0;
  }

  /** The earlier try of a lookup that was repeated from another port or with another id; -1 if there is none. */
  #earlierTry(p: Packet, row: number): number {
    const c = this.#columns;
    if (row < 0 || this.#name === 0 || c.rcode[row] !== -1) return -1;
    const gap = p.time - (c.time[row] as number);
    if (c.id[row] === this.#id) return gap >= 0 && gap < SAME_ID_RETRY ? row : -1;
    return gap >= NEW_ID_RETRY_MIN && gap < NEW_ID_RETRY_MAX ? row : -1;
  }

  /**
   * Links a query to its copy before address translation. Clients that ask several servers at once with one id look
   * alike; a copy has the same IP identification or, where there is none, has passed a router since.
   */
  #linkTranslated(p: Packet, row: number): void {
    const c = this.#columns;
    const s = this.#scratch;
    const place = this.#questionHash() & (QUESTIONS - 1);
    let before = (this.#byQuestion[place] as number) - 1;
    this.#byQuestion[place] = row + 1;
    s.previousSameQuestion[row] = before;
    let best = -1;
    let bestScore = -1;
    for (let left = LOOK_BACK; before >= 0 && left > 0; left--) {
      if (!this.#isWithin(p, before, NAT_WINDOW)) break;
      const isSameServer = c.server[before] === this.#server && c.serverPort[before] === this.#serverPort;
      const isSameClient = c.client[before] === this.#client && c.clientPort[before] === this.#clientPort;
      const ttl = s.ttl[before] as number;
      const isForwarded = p.ipId === 0 ? this.#name !== 0 && ttl > p.ttl : ttl >= p.ttl;
      const isOther = !(isSameServer && isSameClient);
      const isAsked = c.id[before] === this.#id && this.#isSameQuestion(before);
      const isCopy = s.ipId[before] === p.ipId && isForwarded && isAsked && isOther;
      const score = isSameServer ? 2 : isSameClient ? 1 : 0;
      if (isCopy && c.counted[before] === 1 && score > bestScore) {
        best = before;
        bestScore = score;
      }
      before = s.previousSameQuestion[before] as number;
    }
    if (best < 0) return;
    c.linked[best] = row;
    c.linked[row] = best;
    c.counted[best] = 0;
    c.originalClient[row] = c.originalClient[best] as number;
    c.originalClientPort[row] = c.originalClientPort[best] as number;
  }

  #isWithin(p: Packet, row: number, window: number): boolean {
    return Math.abs(p.time - (this.#columns.time[row] as number)) < window;
  }

  #isSameSocket(row: number): boolean {
    const c = this.#columns;
    const vni = this.#scratch.vni[row] as number;
    return (
      c.client[row] === this.#client &&
      c.clientPort[row] === this.#clientPort &&
      c.server[row] === this.#server &&
      c.serverPort[row] === this.#serverPort &&
      (vni === this.#vni || vni === NONE || this.#vni === NONE)
    );
  }

  #isSameQuestion(row: number): boolean {
    const c = this.#columns;
    return c.qtype[row] === this.#qtype && c.name[row] === this.#name;
  }

  #idHash(): number {
    const ports = (this.#clientPort << 16) | this.#serverPort;
    return finish(mix(mix(mix(mix(1, this.#client), this.#server), ports), this.#id));
  }

  #lookupHash(): number {
    return finish(mix(mix(mix(mix(2, this.#client), this.#server), this.#qtype), this.#name));
  }

  #questionHash(): number {
    return finish(mix(mix(mix(3, this.#id), this.#qtype), this.#name));
  }

  #append(p: Packet): number {
    const c = this.#columns;
    const s = this.#scratch;
    const row = this.#length++;
    if (row === c.client.length) {
      const capacity = Math.min(this.#limit, Math.max(256, 2 * row));
      grow(c, capacity);
      grow(s, capacity);
    }
    c.client[row] = c.originalClient[row] = this.#client;
    c.clientPort[row] = c.originalClientPort[row] = this.#clientPort;
    c.server[row] = this.#server;
    c.serverPort[row] = this.#serverPort;
    c.id[row] = this.#id;
    c.qtype[row] = this.#qtype;
    c.name[row] = this.#name;
    c.time[row] = p.time;
    c.frame[row] = p.frame;
    c.answerTime[row] = Number.NaN;
    c.rcode[row] = -1;
    c.icmpFrom[row] = c.linked[row] = -1;
    c.counted[row] = 1;
    c.copies[row] = 1;
    s.ipId[row] = p.ipId;
    s.ttl[row] = p.ttl;
    s.vni[row] = p.vni;
    return row;
  }

  /** Makes room, at the cost of what went well. */
  #evict(): void {
    const c = this.#columns;
    const s = this.#scratch;
    const length = this.#length;
    const { remap, kept } = makeRoom(length, (row) => c.rcode[row] !== 0 || c.linked[row] !== -1);
    this.#evicted += length - kept;
    compact(c, remap, kept);
    compact(s, remap, kept);
    for (const references of [c.retryOf, c.previousSameId, c.linked, s.previousSameQuestion])
      follow(references, kept, remap);
    this.#byId.remap(remap);
    this.#byLookup.remap(remap);
    this.#byQuestion.fill(0);
    this.#length = kept;
  }
}
