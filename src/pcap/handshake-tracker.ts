import { type Addresses, pairKey, pairOf } from "./addresses.ts";
import type { FlowIndex } from "./flow-index.ts";
import { HandshakeRows } from "./handshake-rows.ts";
import { type HandshakeTable, Outcome, Reset, Seen } from "./handshake-table.ts";
import { ACK, FIN, NONE, type Packet, RST, SYN, Tunnel } from "./packet.ts";
import { SynCopies } from "./syn-copies.ts";
import { isFinalError, parseTcpOptions } from "./transport.ts";

/** Copies of one packet on several interfaces come within this time; a real retry comes 200 ms later at the soonest. */
const COPY_WINDOW = 0.05;
/** An answer is due within the time in which the client would retry: one second (RFC 6298, section 2). */
const RETRY_INTERVAL = 1;
/** How far behind the initial sequence number a packet may lie that belongs to the same attempt. */
const NEAR = 1 << 24;

/** Pairs of addresses with cut errors that are told apart; with more, no silence is taken for proven. */
const MOST_CUT_ERRORS = 1 << 16;

/** Turns TCP packets, and ICMP errors about them, into connection attempts. */
export class HandshakeTracker {
  readonly #rows: HandshakeRows;
  readonly #columns: HandshakeRows["columns"];
  readonly #scratch: HandshakeRows["scratch"];
  readonly #addresses: Addresses;
  readonly #flows: FlowIndex;
  readonly #copies: SynCopies;
  readonly #dropped: (to: Int32Array) => void;

  /**
   * @param limit most rows; old ones are dropped then, those that went well first
   * @param dropped told where each row went, -1 for those that are dropped
   */
  constructor(
    addresses: Addresses,
    flows: FlowIndex,
    limit: number,
    dropped: (to: Int32Array) => void = () => undefined,
  ) {
    const rows = new HandshakeRows(Math.max(limit, 16));
    this.#rows = rows;
    this.#columns = rows.columns;
    this.#scratch = rows.scratch;
    this.#addresses = addresses;
    this.#flows = flows;
    this.#dropped = dropped;
    this.#copies = new SynCopies(this.#columns, this.#scratch);
  }

  /** Attempts that were dropped because there were too many. */
  get evicted(): number {
    return this.#rows.evicted;
  }

  /**
   * A TCP packet whose flags were captured.
   *
   * @param slot of its conversation in the index; where a row was added, `FlowIndex.current` is the slot afterwards
   */
  packet(p: Packet, slot: number, source: number, destination: number): void {
    const { flags } = p;
    const flows = this.#flows;
    if ((flags & (SYN | FIN | RST)) === 0 && flows.isSettled(slot)) return;
    const { forward } = flows;
    const row = flows.row(slot);
    if ((flags & (SYN | ACK | RST)) === SYN) return this.#syn(p, slot, row, source, destination);
    if ((flags & (SYN | ACK | RST)) === (SYN | ACK)) return this.#synAck(p, slot, row, source, destination);
    if (row < 0) return flows.see(slot, forward);
    const { client, clientPort, completed, seen } = this.#columns;
    if (client[row] === source && clientPort[row] === p.sourcePort) this.#fromClient(p, row);
    else this.#fromServer(p, row);
    if (completed[row] === 1 && ((seen[row] as number) & Seen.serverData) !== 0) flows.settle(slot);
  }

  /** The rows so far. */
  get columns(): HandshakeRows["columns"] {
    return this.#columns;
  }

  get scratch(): HandshakeRows["scratch"] {
    return this.#scratch;
  }

  /** ICMP errors whose quoted packet the capture cut: which attempt they answer can't be told. */
  cutErrors = 0;
  /** The addresses that they are about: silence between these is not proven. */
  readonly #cutErrors = new Set<number>();

  /** An ICMP error that quotes a TCP packet. */
  icmp(p: Packet): void {
    const q = p.quoted;
    if (q === undefined || !isFinalError(p.icmpType, p.icmpCode, p.icmp6)) return;
    const client = this.#addresses.find(q.bytes, q.sourceAt, q.version);
    const server = this.#addresses.find(q.bytes, q.destinationAt, q.version);
    if (client < 0 || server < 0) return;
    if (q.sourcePort === NONE) {
      this.cutErrors++;
      if (this.#cutErrors.size < MOST_CUT_ERRORS) this.#cutErrors.add(pairKey(client, server));
      return;
    }
    const c = this.#columns;
    const row = this.#flows.about(
      client,
      q.sourcePort,
      server,
      q.destinationPort,
      (each) =>
        c.client[each] === client &&
        c.clientPort[each] === q.sourcePort &&
        c.outcome[each] === Outcome.undecided &&
        c.isn[each] === q.sequence >>> 0,
    );
    if (row < 0) return;
    this.#answer(row, Outcome.icmp, p);
    c.icmpType[row] = p.icmpType;
    c.icmpCode[row] = p.icmpCode;
    c.icmpFrom[row] = this.#addresses.intern(p.bytes, p.sourceAt, p.version);
  }

  /** Says which addresses are in use. */
  mark(inUse: Uint8Array): void {
    const { client, server, originalClient } = this.#columns;
    for (let row = 0; row < this.#rows.length; row++)
      inUse[client[row] as number] = inUse[server[row] as number] = inUse[originalClient[row] as number] = 1;
    for (const pair of this.#cutErrors) for (const id of pairOf(pair)) inUse[id] = 1;
  }

  /** Decides what is still open, and gives the table. */
  finish(end: number): HandshakeTable {
    const { outcome } = this.#columns;
    for (let row = 0; row < this.#rows.length; row++)
      if (outcome[row] === Outcome.undecided) this.#decide(row, end);
    return this.#rows.finish(this.#addresses.reader(), end);
  }

  /** Conversations without a row that were seen both ways, and such as must have gone both ways but were seen going one. */
  ways(): { both: number; one: number } {
    return this.#flows.ways();
  }

  #syn(p: Packet, slot: number, known: number, client: number, server: number): void {
    const c = this.#columns;
    const s = this.#scratch;
    parseTcpOptions(p);
    const isSame =
      known >= 0 &&
      c.isn[known] === p.sequence >>> 0 &&
      c.client[known] === client &&
      c.clientPort[known] === p.sourcePort;
    if (!isSame && this.#crosses(p, known, client)) return;
    if (!isSame) {
      const row = this.#add(slot, p.vni, client, p.sourcePort, server, p.destinationPort, p.sequence);
      this.#first(p, row);
      return;
    }
    const row = known;
    if (c.synCount[row] === 0) return this.#first(p, row);
    const soon = Math.abs(p.time - (c.lastSynTime[row] as number)) < COPY_WINDOW;
    if (soon && s.lastTsval[row] === p.tsval && s.lastIpId[row] === p.ipId) {
      (c.direction[row] as number) |= p.direction;
      return;
    }
    if ((c.synCount[row] as number) < 0xffff) (c.synCount[row] as number)++;
    c.lastSynTime[row] = p.time;
    this.#rows.retry(row, p.frame, p.time, p.tsval);
    this.#try(p, row);
  }

  /** Whether a SYN is that of the other end, on its way while the attempt's own was: a simultaneous open. */
  #crosses(p: Packet, row: number, source: number): boolean {
    const c = this.#columns;
    if (row < 0 || c.server[row] !== source || c.serverPort[row] !== p.sourcePort) return false;
    const isOpen = c.synCount[row] !== 0 && c.completed[row] === 0 && c.reset[row] === Reset.none;
    const isUnanswered = c.outcome[row] === Outcome.undecided;
    const isKnown = c.simultaneous[row] === 1 && this.#scratch.serverIsn[row] === p.sequence;
    if (isKnown) return true;
    if (!isOpen || !isUnanswered || p.time - (c.lastSynTime[row] as number) > RETRY_INTERVAL) return false;
    c.simultaneous[row] = 1;
    (c.seen[row] as number) |= Seen.server;
    this.#scratch.serverIsn[row] = p.sequence;
    this.#serverOptions(p, row);
    return true;
  }

  #serverOptions(p: Packet, row: number): void {
    const c = this.#columns;
    c.serverMss[row] = Math.max(p.mss, 0);
    c.serverScale[row] = p.windowScale + 1;
  }

  /** Notes the first SYN of a row. */
  #first(p: Packet, row: number): void {
    const c = this.#columns;
    c.firstTime[row] = c.lastSynTime[row] = p.time;
    c.firstFrame[row] = p.frame;
    c.synCount[row] = 1;
    c.hasTimestamp[row] = p.hasTimestamp ? 1 : 0;
    c.tsval[row] = p.tsval;
    c.clientMss[row] = Math.max(p.mss, 0);
    c.clientScale[row] = p.windowScale + 1;
    if (p.tunnel === Tunnel.vxlan) (c.seen[row] as number) |= Seen.inVxlan;
    // Packets of several CPUs mix: the SYN-ACK may be captured just before its SYN.
    if (Math.abs(p.time - (c.answerTime[row] as number)) < COPY_WINDOW) c.outcome[row] = Outcome.answered;
    this.#try(p, row);
  }

  #try(p: Packet, row: number): void {
    (this.#columns.direction[row] as number) |= p.direction;
    this.#scratch.lastTsval[row] = p.tsval;
    this.#scratch.lastIpId[row] = p.ipId;
    this.#copies.link(row, p.time);
  }

  #synAck(p: Packet, slot: number, known: number, server: number, client: number): void {
    const c = this.#columns;
    const s = this.#scratch;
    let row = known;
    if (row < 0) {
      row = this.#add(slot, p.vni, client, p.destinationPort, server, p.sourcePort, p.acknowledgement - 1);
      c.firstTime[row] = c.lastSynTime[row] = p.time;
      c.firstFrame[row] = p.frame;
    }
    if (c.simultaneous[row] === 1 && c.client[row] === server && c.clientPort[row] === p.sourcePort) {
      // The client, too, acknowledges the other's SYN with a SYN-ACK.
      if (c.completed[row] === 0 && ((p.acknowledgement - 1) | 0) === s.serverIsn[row]) {
        c.completed[row] = 1;
        c.completeTime[row] = p.time;
        (c.seen[row] as number) |= Seen.client;
      }
      return;
    }
    // A fast open's data may be acknowledged with the SYN (RFC 7413).
    const behind = (p.acknowledgement - 1 - (c.isn[row] as number)) >>> 0;
    if (c.client[row] !== client || c.clientPort[row] !== p.destinationPort || behind > 0xffff) return;
    (c.seen[row] as number) |= Seen.server;
    parseTcpOptions(p);
    const soon = p.time - (c.lastSynAckTime[row] as number) < COPY_WINDOW;
    const isCopy =
      soon &&
      s.serverIsn[row] === p.sequence &&
      s.synAckTsval[row] === p.tsval &&
      s.synsAtSynAck[row] === c.synCount[row];
    if (isCopy) return;
    if ((c.synAckCount[row] as number) < 0xffff) (c.synAckCount[row] as number)++;
    const isRetry = (c.synAckCount[row] as number) > 1 && s.synsAtSynAck[row] === c.synCount[row];
    if (isRetry && (c.synAckRetries[row] as number) < 255) (c.synAckRetries[row] as number)++;
    c.lastSynAckTime[row] = p.time;
    s.serverIsn[row] = p.sequence;
    s.synAckTsval[row] = p.tsval;
    s.synsAtSynAck[row] = c.synCount[row] as number;
    if (c.synAckCount[row] !== 1) return;
    this.#serverOptions(p, row);
    const tries = c.synCount[row] as number;
    const outcome = tries === 0 ? Outcome.undecided : tries === 1 ? Outcome.answered : Outcome.answeredLate;
    this.#answer(row, outcome, p);
  }

  #fromClient(p: Packet, row: number): void {
    const c = this.#columns;
    const { flags } = p;
    if (c.completed[row] === 1 && (flags & (FIN | RST)) === 0) return;
    const isNear = (p.sequence - 1 - (c.isn[row] as number)) >>> 0 < NEAR;
    if (c.completed[row] === 0 && !isNear) return;
    const isAnswered = (c.synAckCount[row] as number) > 0;
    if ((flags & RST) !== 0) {
      if (isAnswered) this.#reset(row, Reset.byClient, p.time);
      return;
    }
    (c.seen[row] as number) |= Seen.client;
    if (c.completed[row] === 0 && (flags & ACK) !== 0) {
      c.completed[row] = 1;
      c.completeTime[row] = p.time;
    }
    if ((flags & FIN) !== 0) this.#fin(row, Seen.clientFin, p.time);
  }

  #fromServer(p: Packet, row: number): void {
    const c = this.#columns;
    const { flags } = p;
    const isAnswered = (c.synAckCount[row] as number) > 0;
    const forUs = (flags & ACK) === 0 || (p.acknowledgement - 1 - (c.isn[row] as number)) >>> 0 <= 0xffff;
    (c.seen[row] as number) |= p.payloadLength > 0 ? Seen.server | Seen.serverData : Seen.server;
    if ((flags & RST) !== 0) {
      if (isAnswered || c.completed[row] === 1) this.#reset(row, Reset.byServer, p.time);
      else if (forUs && c.outcome[row] !== Outcome.refused) this.#answer(row, Outcome.refused, p);
      return;
    }
    if ((flags & FIN) !== 0) this.#fin(row, Seen.serverFin, p.time);
    if (isAnswered || c.completed[row] === 1 || forUs || p.payloadLength > 0) return;
    // Neither SYN nor a number of this attempt: it answers for an older connection.
    const soon = p.time - (c.answerTime[row] as number) < COPY_WINDOW;
    if (soon || c.challengeAcks[row] === 255) return;
    (c.challengeAcks[row] as number)++;
    if (c.outcome[row] === Outcome.undecided) {
      c.answerTime[row] = p.time;
      c.answerFrame[row] = p.frame;
    }
  }

  #answer(row: number, outcome: number, p: Packet): void {
    this.#columns.outcome[row] = outcome;
    this.#columns.answerTime[row] = p.time;
    this.#columns.answerFrame[row] = p.frame;
  }

  #reset(row: number, by: number, time: number): void {
    if (this.#columns.reset[row] !== Reset.none) return;
    this.#columns.reset[row] = by;
    this.#columns.resetTime[row] = time;
  }

  #fin(row: number, side: number, time: number): void {
    const c = this.#columns;
    const before = c.seen[row] as number;
    if ((before & side) !== 0) return;
    const isFirst = (before & (Seen.clientFin | Seen.serverFin)) === 0;
    c.seen[row] = before | side | (isFirst && side === Seen.serverFin ? Seen.serverClosedFirst : 0);
    if (!isFirst) c.closeTime[row] = time;
  }

  /** Whether an error that can't be placed may be the answer to this attempt. */
  #mayHaveError(row: number): boolean {
    const { client, server } = this.#columns;
    const key = pairKey(client[row] as number, server[row] as number);
    return this.#cutErrors.has(key) || this.#cutErrors.size === MOST_CUT_ERRORS;
  }

  #decide(row: number, end: number): void {
    const c = this.#columns;
    const tries = c.synCount[row] as number;
    if (tries === 0) return;
    if (c.completed[row] === 1) c.outcome[row] = Outcome.answerUnseen;
    else if ((c.challengeAcks[row] as number) > 0) c.outcome[row] = Outcome.challengeAck;
    // The capture began between the first SYN and its answer; what it shows of the SYN is a retry.
    else if ((c.synAckCount[row] as number) > 0 || this.#mayHaveError(row)) return;
    else if (tries > 1 || end - (c.lastSynTime[row] as number) >= RETRY_INTERVAL)
      c.outcome[row] = Outcome.unanswered;
  }

  #add(
    found: number,
    vni: number,
    client: number,
    clientPort: number,
    server: number,
    serverPort: number,
    isn: number,
  ): number {
    let slot = found;
    if (this.#rows.isFull) {
      const remap = this.#rows.evict();
      this.#flows.remap(remap);
      this.#dropped(remap);
      this.#copies.clear();
      slot = this.#flows.look(client, clientPort, server, serverPort, vni);
    }
    const row = this.#rows.add(client, clientPort, server, serverPort, isn);
    this.#flows.setRow(slot, row);
    return row;
  }
}
