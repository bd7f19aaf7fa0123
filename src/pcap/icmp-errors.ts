import type { Addresses } from "./addresses.ts";
import type { Packet } from "./packet.ts";
import { RowIndex } from "./row-index.ts";
import { be16, be32, finish, mix } from "./words.ts";

/** Kinds of errors that are told apart. */
const MOST = 1 << 12;
/** Copies of one packet on several interfaces come within this time. */
const COPY_WINDOW = 0.05;
const FRAMES = 8;

/** ICMP errors (RFC 792, RFC 4443) of one kind, from one sender, about one direction between two addresses. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** ICMPv6 and not ICMP: the types are other ones. */
  readonly v6: boolean;
  readonly kind: IcmpKind;
  /** Who sent them. */
  readonly from: string;
  /** The ends of the packets that they are about. */
  readonly source: string;
  readonly destination: string;
  /** Copies of one packet on several interfaces count once. */
  readonly count: number;
  /** Of errors that tell one: the least and the most bytes that fit the next link. */
  readonly mtu: { readonly least: number; readonly most: number } | undefined;
  /** Seconds since the capture's first packet. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Frames of the first few. */
  readonly frames: readonly number[];
}

export type IcmpKind =
  "unreachable" | "too-big" | "time-exceeded" | "redirect" | "source-quench" | "parameter-problem";

interface Row {
  readonly type: number;
  readonly code: number;
  readonly v6: boolean;
  readonly from: number;
  readonly source: number;
  readonly destination: number;
  count: number;
  least: number;
  most: number;
  firstTime: number;
  lastTime: number;
  lastId: number;
  lastPorts: number;
  frames: number[];
}

/** Counts ICMP errors. */
export class IcmpErrors {
  readonly #rows: Row[] = [];
  readonly #addresses: Addresses;
  readonly #key = { kind: 0, from: 0, source: 0, destination: 0 };
  readonly #index: RowIndex;
  #ignored = 0;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
    const key = this.#key;
    this.#index = new RowIndex((row) => {
      const known = this.#rows[row];
      return (
        known !== undefined &&
        kindOf(known.type, known.code, known.v6) === key.kind &&
        known.from === key.from &&
        known.source === key.source &&
        known.destination === key.destination
      );
    });
  }

  /** Errors of further kinds. */
  get ignored(): number {
    return this.#ignored;
  }

  /** A packet that quotes another. */
  packet(p: Packet): void {
    const q = p.quoted;
    if (q === undefined) return;
    const key = this.#key;
    key.kind = kindOf(p.icmpType, p.icmpCode, p.icmp6);
    key.from = this.#addresses.intern(p.bytes, p.sourceAt, p.version);
    key.source = this.#addresses.intern(q.bytes, q.sourceAt, q.version);
    key.destination = this.#addresses.intern(q.bytes, q.destinationAt, q.version);
    const hash = finish(mix(mix(mix(key.kind, key.from), key.source), key.destination));
    const found = this.#index.find(hash);
    let row = this.#rows[found];
    if (row === undefined) {
      if (this.#rows.length >= MOST) {
        this.#ignored++;
        return;
      }
      row = {
        type: p.icmpType,
        code: p.icmpCode,
        v6: p.icmp6,
        from: key.from,
        source: key.source,
        destination: key.destination,
        count: 0,
        least: 0,
        most: 0,
        firstTime: p.time,
        lastTime: Number.NEGATIVE_INFINITY,
        lastId: -1,
        lastPorts: 0,
        frames: [],
      };
      this.#index.replace(hash, this.#rows.push(row) - 1);
    }
    const ports = (q.sourcePort << 16) ^ q.destinationPort;
    const soon = Math.abs(p.time - row.lastTime) < COPY_WINDOW;
    if (soon && row.lastId === q.ipId && row.lastPorts === ports) return;
    row.lastId = q.ipId;
    row.lastPorts = ports;
    row.lastTime = p.time;
    row.count++;
    if (row.frames.length < FRAMES) row.frames.push(p.frame);
    const mtu = mtuOf(p, q.start);
    if (mtu === 0) return;
    row.least = row.least === 0 ? mtu : Math.min(row.least, mtu);
    row.most = Math.max(row.most, mtu);
  }

  /** The errors, those of which there are most first. */
  finish(): IcmpError[] {
    const text = this.#addresses.reader();
    const all = this.#rows.map((row): IcmpError => {
      const { type, code, v6, count, least, most, firstTime, lastTime, frames } = row;
      const ends = { from: text(row.from), source: text(row.source), destination: text(row.destination) };
      const mtu = least > 0 ? { least, most } : undefined;
      return {
        type,
        code,
        v6,
        kind: nameOf(type, code, v6),
        ...ends,
        count,
        mtu,
        firstTime,
        lastTime,
        frames,
      };
    });
    return all.sort((a, b) => b.count - a.count);
  }
}

function kindOf(type: number, code: number, v6: boolean): number {
  return (type << 9) | (code << 1) | (v6 ? 1 : 0);
}

/** The MTU of the next link (RFC 1191, RFC 4443, section 3.2); 0 where the error tells none. */
function mtuOf(p: Packet, quotedAt: number): number {
  if (p.icmp6) return p.icmpType === 2 ? be32(p.bytes, quotedAt - 4) >>> 0 : 0;
  return p.icmpType === 3 && p.icmpCode === 4 ? be16(p.bytes, quotedAt - 2) : 0;
}

function nameOf(type: number, code: number, v6: boolean): IcmpKind {
  if (v6) {
    if (type === 2) return "too-big";
    return type === 3 ? "time-exceeded" : type === 4 ? "parameter-problem" : "unreachable";
  }
  if (type === 3) return code === 4 ? "too-big" : "unreachable";
  if (type === 11) return "time-exceeded";
  return type === 5 ? "redirect" : type === 4 ? "source-quench" : "parameter-problem";
}
