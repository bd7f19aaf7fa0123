import type { Addresses } from "./addresses.ts";
import { DnsMessage } from "./dns-message.ts";
import { type DnsKey, DnsRows } from "./dns-rows.ts";
import { DnsStreams, type MessageSink } from "./dns-streams.ts";
import { type DnsTable, Transport } from "./dns-table.ts";
import type { Names } from "./names.ts";
import { NONE, type Packet } from "./packet.ts";
import { QueryCopies } from "./query-copies.ts";
import { RowIndex } from "./row-index.ts";
import { isFinalError } from "./transport.ts";
import { finish, mix } from "./words.ts";

/** Copies of one packet on several interfaces come within this time. */
const COPY_WINDOW = 0.05;
/** An answer is due within this time: no resolver asks again sooner. */
const ANSWER_INTERVAL = 1;
/** A resolver that keeps its id asks again within a minute; one that takes a new id, between these times. */
const SAME_ID_RETRY = 60;
const NEW_ID_RETRY_MIN = 0.9;
const NEW_ID_RETRY_MAX = 30;
/** Who was told that an answer is too long for UDP asks over TCP within this time. */
const TCP_RETRY = 10;
/** How many queries with the same id are looked through. */
const LOOK_BACK = 16;
/** How many queries are looked through for the one that a short ICMP error quotes. */
const LOOK_BACK_SHORT = 256;

/** Turns DNS messages over UDP and TCP, and ICMP errors about them, into queries with their answers. */
export class DnsTracker implements MessageSink {
  readonly #rows: DnsRows;
  readonly #columns: DnsRows["columns"];
  readonly #scratch: DnsRows["scratch"];
  readonly #copies: QueryCopies;
  readonly #addresses: Addresses;
  readonly #names: Names;
  readonly #message = new DnsMessage();
  readonly #streams = new DnsStreams(this);
  /** Of the packet at hand. */
  #isToServer = false;
  #isFromServer = false;
  #cut = 0;
  #malformed = 0;
  /** What the indexes look for. */
  readonly #key: DnsKey = {
    client: 0,
    clientPort: 0,
    server: 0,
    serverPort: 0,
    id: 0,
    qtype: 0,
    name: 0,
    transport: Transport.udp,
    vni: NONE,
  };
  /** The latest query of a five-tuple and id. */
  readonly #byId = new RowIndex((row) => this.#isSameSocket(row) && this.#columns.id[row] === this.#key.id);
  /** The latest query of a client, server and question. */
  readonly #byLookup = new RowIndex(
    (row) =>
      this.#columns.client[row] === this.#key.client &&
      this.#columns.server[row] === this.#key.server &&
      this.#isSameQuestion(row),
  );

  /** @param limit most rows; old ones are dropped then, those that went well first */
  constructor(addresses: Addresses, names: Names, limit: number) {
    this.#rows = new DnsRows(Math.max(limit, 16));
    this.#columns = this.#rows.columns;
    this.#scratch = this.#rows.scratch;
    this.#copies = new QueryCopies(this.#rows);
    this.#addresses = addresses;
    this.#names = names;
  }

  /** Queries that were dropped because there were too many. */
  get evicted(): number {
    return this.#rows.evicted;
  }

  /** Messages that the capture cut before the end of their question. */
  get cut(): number {
    return this.#cut;
  }

  /** Payloads on DNS's port that are no DNS message. */
  get malformed(): number {
    return this.#malformed;
  }

  /** What became of messages over TCP that could not be put together. */
  get streams(): Readonly<Pick<DnsStreams, "evicted" | "lost">> {
    return this.#streams;
  }

  /** A UDP packet from or to a DNS port. */
  packet(p: Packet, isToServer: boolean, isFromServer: boolean): void {
    this.#isToServer = isToServer;
    this.#isFromServer = isFromServer;
    this.#key.transport = Transport.udp;
    this.message(p, p.bytes, p.payloadAt, p.payloadEnd, p.payloadLength);
  }

  /** A TCP segment from or to a DNS port, with its flags. */
  segment(p: Packet, isToServer: boolean, isFromServer: boolean): void {
    // The connection's own tracker has seen it first. A flood of SYNs must not hold addresses that ask nothing.
    const source = this.#addresses.find(p.bytes, p.sourceAt, p.version);
    const destination = this.#addresses.find(p.bytes, p.destinationAt, p.version);
    if (source < 0 || destination < 0) return;
    this.#isToServer = isToServer;
    this.#isFromServer = isFromServer;
    this.#key.transport = Transport.tcp;
    this.#streams.segment(p, source, destination);
  }

  message(p: Packet, bytes: Uint8Array, from: number, end: number, length: number): boolean {
    const m = this.#message;
    if (!m.parse(bytes, from, end, length)) {
      if (m.cut) this.#cut++;
      else this.#malformed++;
      return m.cut;
    }
    if (m.opcode !== 0) return true;
    if (m.cut && !m.hasQuestion) this.#cut++;
    if (m.isResponse) {
      if (this.#isFromServer) this.#response(p);
    } else if (this.#isToServer && (m.questions === 1 || m.cut)) this.#query(p);
    return true;
  }

  /** An ICMP error that quotes a UDP packet to a DNS port. */
  icmp(p: Packet): void {
    const key = this.#key;
    const q = p.quoted;
    if (q === undefined || !isFinalError(p.icmpType, p.icmpCode, p.icmp6)) return;
    key.client = this.#addresses.find(q.bytes, q.sourceAt, q.version);
    key.server = this.#addresses.find(q.bytes, q.destinationAt, q.version);
    if (key.client < 0 || key.server < 0) return;
    key.clientPort = q.sourcePort;
    key.serverPort = q.destinationPort;
    // Whoever sent the error may be in another network than who asked.
    key.vni = NONE;
    key.transport = Transport.udp;
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
    for (let row = 0; row < this.#rows.length; row++)
      if (c.answerFrame[row] === 0 && end - (c.time[row] as number) < ANSWER_INTERVAL) c.undecided[row] = 1;
    return this.#rows.finish(this.#names.reader(), this.#addresses.reader());
  }

  #query(p: Packet): void {
    const key = this.#key;
    const m = this.#message;
    const c = this.#columns;
    key.client = this.#addresses.intern(p.bytes, p.sourceAt, p.version);
    key.server = this.#addresses.intern(p.bytes, p.destinationAt, p.version);
    if (key.client < 0 || key.server < 0) return;
    if (this.#rows.isFull) this.#evict();
    key.clientPort = p.sourcePort;
    key.serverPort = p.destinationPort;
    key.vni = p.vni;
    key.id = m.id;
    key.qtype = m.qtype;
    key.name = m.hasQuestion ? this.#names.intern(m.name, m.nameLength, m.nameHash) : 0;
    const idHash = this.#idHash();
    const sameId = this.#byId.find(idHash);
    const before = this.#sameQuestionFrom(sameId);
    if (before >= 0 && this.#isCopy(p, before)) {
      c.copies[before] = Math.min(255, (c.copies[before] as number) + 1);
      return;
    }
    const row = this.#rows.add(key, p);
    c.retryOf[row] = before >= 0 && this.#isWithin(p, before, SAME_ID_RETRY) ? before : -1;
    c.previousSameId[row] = sameId;
    c.ednsSize[row] = m.ednsSize;
    this.#byId.replace(idHash, row);
    const sameLookup = this.#byLookup.replace(this.#lookupHash(), row);
    if (c.retryOf[row] === -1) c.retryOf[row] = this.#earlierTry(p, sameLookup);
    this.#copies.link(row, key, p);
  }

  #response(p: Packet): void {
    const key = this.#key;
    const m = this.#message;
    const c = this.#columns;
    const s = this.#scratch;
    key.client = this.#addresses.find(p.bytes, p.destinationAt, p.version);
    key.server = this.#addresses.find(p.bytes, p.sourceAt, p.version);
    key.clientPort = p.destinationPort;
    key.serverPort = p.sourcePort;
    key.vni = p.vni;
    key.id = m.id;
    const name = m.hasQuestion ? this.#names.find(m.name, m.nameLength, m.nameHash) : 0;
    const known = key.client >= 0 && key.server >= 0;
    let answered = -1;
    let row = known ? this.#byId.find(this.#idHash()) : -1;
    // The way back may go through a network of another number, as with Cilium and OVN.
    if (row < 0 && known && key.vni !== NONE) {
      key.vni = NONE;
      row = this.#byId.find(this.#idHash());
    }
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
    if (answered < 0) return this.#stray(p, known ? this.#byId.find(this.#idHash()) : -1, name);
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

  /** Notes a response to a query that was sent elsewhere. Musl asks several servers at once: each of those was asked. */
  #stray(p: Packet, asked: number, name: number): void {
    const key = this.#key;
    const m = this.#message;
    const c = this.#columns;
    if (asked >= 0 || key.client < 0 || !m.hasQuestion || name === 0) return;
    key.qtype = m.qtype;
    key.name = name;
    const row = this.#copies.askedElsewhere(key, p.time);
    if (row < 0 || c.strayFrame[row] !== 0) return;
    c.strayFrame[row] = p.frame;
    c.strayFrom[row] = this.#addresses.intern(p.bytes, p.sourceAt, p.version);
  }

  /** The query that an ICMP error quotes; -1 if it is not known. */
  #quoted(q: Packet): number {
    const key = this.#key;
    const m = this.#message;
    const c = this.#columns;
    if (m.parse(q.bytes, q.payloadAt, q.payloadEnd, q.payloadLength)) {
      key.id = m.id;
      key.qtype = m.qtype;
      key.name = m.hasQuestion ? this.#names.find(m.name, m.nameLength, m.nameHash) : 0;
      const latest = this.#byId.find(this.#idHash());
      return m.hasQuestion ? this.#sameQuestionFrom(latest) : latest;
    }
    const stop = Math.max(0, this.#rows.length - LOOK_BACK_SHORT);
    for (let row = this.#rows.length - 1; row >= stop; row--)
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
    const key = this.#key;
    const c = this.#columns;
    if (row < 0 || key.name === 0) return -1;
    const gap = p.time - (c.time[row] as number);
    if (key.transport === Transport.tcp && c.transport[row] === Transport.udp && c.truncated[row] === 1)
      return gap >= 0 && gap < TCP_RETRY ? row : -1;
    if (c.rcode[row] !== -1) return -1;
    if (c.id[row] === key.id) return gap >= 0 && gap < SAME_ID_RETRY ? row : -1;
    return gap >= NEW_ID_RETRY_MIN && gap < NEW_ID_RETRY_MAX ? row : -1;
  }

  #isWithin(p: Packet, row: number, window: number): boolean {
    return Math.abs(p.time - (this.#columns.time[row] as number)) < window;
  }

  #isSameSocket(row: number): boolean {
    const key = this.#key;
    const c = this.#columns;
    const vni = this.#scratch.vni[row] as number;
    return (
      c.client[row] === key.client &&
      c.clientPort[row] === key.clientPort &&
      c.server[row] === key.server &&
      c.serverPort[row] === key.serverPort &&
      c.transport[row] === key.transport &&
      (vni === key.vni || vni === NONE || key.vni === NONE)
    );
  }

  #isSameQuestion(row: number): boolean {
    const key = this.#key;
    const c = this.#columns;
    return c.qtype[row] === key.qtype && c.name[row] === key.name;
  }

  #idHash(): number {
    const key = this.#key;
    const ports = (key.clientPort << 16) | key.serverPort;
    return finish(mix(mix(mix(mix(1 + key.transport, key.client), key.server), ports), key.id));
  }

  #lookupHash(): number {
    const key = this.#key;
    return finish(mix(mix(mix(mix(3, key.client), key.server), key.qtype), key.name));
  }

  #evict(): void {
    const remap = this.#rows.evict();
    this.#byId.remap(remap);
    this.#byLookup.remap(remap);
    this.#copies.clear();
  }
}
