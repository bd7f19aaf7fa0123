import type { Addresses } from "./addresses.ts";
import type { Core } from "./core.ts";
import { queryColumns } from "./dns-columns.ts";
import { DnsStreams, type MessageSink } from "./dns-streams.ts";
import { type DnsColumns, type DnsTable, Transport } from "./dns-table.ts";
import { DnsSums } from "./dns-totals.ts";
import type { Names } from "./names.ts";
import type { Packet } from "./packet.ts";
import { refusedEnds } from "./refused-ends.ts";

/** An answer is due within this time: no resolver asks again sooner. */
const ANSWER_INTERVAL = 1;

/** Turns DNS messages over UDP and TCP, and ICMP errors about them, into queries with their answers. The loops do most of it. */
export class DnsTracker implements MessageSink {
  readonly #core: Core;
  readonly #room: number;
  readonly #addresses: Addresses;
  readonly #names: Names;
  readonly #sums = new DnsSums();
  /** Made for the first segment: few captures have any. */
  #streams: DnsStreams | undefined;

  /** @param room for how many queries the core has room */
  constructor(core: Core, addresses: Addresses, names: Names, room: number) {
    this.#core = core;
    this.#room = room;
    this.#addresses = addresses;
    this.#names = names;
  }

  /** Queries that were dropped because there were too many. */
  get evicted(): number {
    return this.#core.loops.queriesEvicted();
  }

  /** Messages that the capture cut before the end of their question. */
  get cut(): number {
    return this.#core.loops.messagesCut();
  }

  /** Payloads on DNS's port that are no DNS message. */
  get malformed(): number {
    return this.#core.loops.messagesMalformed();
  }

  /** What became of messages over TCP that could not be put together. */
  get streams(): Readonly<Pick<DnsStreams, "evicted" | "lost">> {
    return this.#streams ?? { evicted: 0, lost: 0 };
  }

  /** A UDP packet from or to a DNS port. */
  packet(p: Packet): void {
    this.#take(p, p.bytes, p.payloadAt, p.payloadEnd, p.payloadLength, Transport.udp);
  }

  /** A TCP segment from or to a DNS port, with its flags. */
  segment(p: Packet): void {
    // The connection's own tracker has seen it first. A flood of SYNs must not hold addresses that ask nothing.
    const source = this.#addresses.find(p.bytes, p.sourceAt, p.version);
    const destination = this.#addresses.find(p.bytes, p.destinationAt, p.version);
    if (source < 0 || destination < 0) return;
    this.#streams ??= new DnsStreams(this);
    this.#streams.segment(p, source, destination);
  }

  message(p: Packet, bytes: Uint8Array, from: number, end: number, length: number): boolean {
    return this.#take(p, bytes, from, end, length, Transport.tcp);
  }

  /** An ICMP error that quotes a UDP packet to a DNS port. */
  icmp(p: Packet): void {
    const ends = refusedEnds(p, this.#addresses);
    if (ends === undefined) return;
    const { quoted: q, client, server } = ends;
    const core = this.#core;
    core.stamp(p);
    core.loops.refuseQuery(
      client,
      q.sourcePort,
      server,
      q.destinationPort,
      q.payloadAt,
      q.payloadEnd,
      q.payloadLength,
      p.icmpType,
      p.icmpCode,
      p.sourceAt,
      p.version,
    );
  }

  /** Adds queries up, before they are dropped: those whose new place, in words from `to` on, is -1. */
  drop(to: number): void {
    const { words } = this.#core;
    this.#sums.add(this.#columns(), (row) => words[to / 4 + row] === -1);
  }

  /** Decides what is still open, and gives the table. */
  finish(end: number): DnsTable {
    this.#core.loops.finishQueries(end, ANSWER_INTERVAL);
    const columns = this.#columns(this.#core.isLeft);
    const { length } = columns.time;
    this.#sums.add(columns);
    const [address, nameOf] = [this.#addresses.reader(), this.#names.reader()];
    const totals = this.#sums.finish(address, nameOf);
    return Object.assign(columns, { length, nameOf, address, totals });
  }

  #columns(copied = false): DnsColumns {
    const { loops, bytes } = this.#core;
    const length = loops.queryCount();
    const at = loops.queryColumns();
    return queryColumns({ buffer: bytes.buffer, at, room: this.#room, length, copied });
  }

  #take(p: Packet, bytes: Uint8Array, from: number, end: number, length: number, transport: number): boolean {
    const core = this.#core;
    core.push(p);
    const at = core.placeRun(bytes, from, end);
    const isToServer = core.isDnsPort(p.destinationPort);
    const isFromServer = core.isDnsPort(p.sourcePort);
    return (
      core.loops.message(
        at,
        at + core.runLength(bytes, end - from),
        length,
        isToServer,
        isFromServer,
        transport,
      ) !== 0
    );
  }
}
