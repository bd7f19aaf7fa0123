import ipaddr from "ipaddr.js";
import { be32, finish, mix } from "./words.ts";

const FIRST_SLOTS = 1 << 10;
const LARGE = 1 << 14;
/** Addresses from there on are made into text each time: a flood has a million. */
const KEPT_TEXTS = 1 << 15;

/** More than there can be addresses. */
const MOST_ADDRESSES = 2 ** 26;

/** Two ids of addresses as one number. */
export const pairKey = (a: number, b: number): number => a * MOST_ADDRESSES + b;

/** The ids that {@link pairKey} was given. */
export const pairOf = (key: number): [a: number, b: number] => [
  Math.floor(key / MOST_ADDRESSES),
  key % MOST_ADDRESSES,
];

/**
 * Gives each IP address a small number, so that tables hold and compare integers. Slots are open-addressed. An id is for
 * good, so the number of addresses is bounded; but those that were only leased can be given up in a {@link Addresses.sweep}.
 */
export class Addresses {
  #v4Keys = new Int32Array(FIRST_SLOTS);
  /** Id + 1; 0 is a free slot. */
  #v4Ids = new Int32Array(FIRST_SLOTS);
  #v4Count = 0;
  #v6Ids = new Int32Array(FIRST_SLOTS);
  #v6Count = 0;
  /** Four words an address; an IPv4 address stands in the last. */
  #words = new Int32Array(4 * FIRST_SLOTS);
  #versions = new Uint8Array(FIRST_SLOTS);
  /** 1 for an id that is for good. */
  #kept = new Uint8Array(FIRST_SLOTS);
  #marks = new Uint8Array(0);
  /** Ids that were given up, so many. */
  #free = new Int32Array(0);
  #freeCount = 0;
  #count = 0;
  #refused = 0;
  readonly #limit: number;
  /** Texts that were asked for; they are asked for again and again. */
  readonly #texts = new Map<number, string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  /** How often an address got no id because there were too many. */
  get refused(): number {
    return this.#refused;
  }

  /** Whether the next packet's two addresses may find no room. */
  get isFull(): boolean {
    return this.#count + 2 > this.#limit && this.#freeCount < 2;
  }

  /** The id of the address at `at`, for good; -1 if it has none and there are too many already. */
  intern(bytes: Uint8Array, at: number, version: number): number {
    const id = this.lease(bytes, at, version);
    if (id >= 0) this.#kept[id] = 1;
    return id;
  }

  /** The id of the address at `at`, until a {@link sweep}; -1 if it has none and there are too many already. */
  lease(bytes: Uint8Array, at: number, version: number): number {
    return version === 4 ? this.#v4(be32(bytes, at), true) : this.#v6(bytes, at, true);
  }

  /** An array in which a {@link sweep} is told what is in use. */
  marks(): Uint8Array {
    if (this.#marks.length !== this.#count) this.#marks = new Uint8Array(this.#count);
    return this.#marks.fill(0);
  }

  /** Gives up the ids that were leased and are not in use any more. */
  sweep(inUse: Uint8Array): void {
    if (this.#free.length < this.#count) this.#free = new Int32Array(this.#count);
    this.#freeCount = 0;
    for (let id = this.#count - 1; id >= 0; id--) {
      if (this.#kept[id] === 1 || inUse[id] === 1) continue;
      this.#free[this.#freeCount++] = id;
      this.#versions[id] = 0;
      this.#texts.delete(id);
    }
    this.#v4Ids.fill(0);
    this.#v6Ids.fill(0);
    this.#v4Count = this.#v6Count = 0;
    for (let id = 0; id < this.#count; id++) {
      if (this.#versions[id] === 4) {
        this.#putV4(this.#words[4 * id + 3] as number, id);
        this.#v4Count++;
      } else if (this.#versions[id] === 6) {
        this.#putV6(id);
        this.#v6Count++;
      }
    }
  }

  /** The id of the address at `at`; -1 if it has none. */
  find(bytes: Uint8Array, at: number, version: number): number {
    return version === 4 ? this.#v4(be32(bytes, at), false) : this.#v6(bytes, at, false);
  }

  /** {@link text} as a function that holds nothing but the addresses. */
  reader(): (id: number) => string {
    return (id) => this.text(id);
  }

  /** The canonical text of an address. */
  text(id: number): string {
    if (id < 0 || id >= this.#count) return "?";
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const words = this.#words.subarray(4 * id, 4 * id + 4);
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => (words[i >> 2] as number) >>> (24 - 8 * (i & 3)));
    const text = this.#versions[id] === 4 ? textOf(bytes, 12, 4) : textOf(bytes, 0, 6);
    if (this.#texts.size < KEPT_TEXTS) this.#texts.set(id, text);
    return text;
  }

  #v4(key: number, add: boolean): number {
    const mask = this.#v4Keys.length - 1;
    let slot = spread(key) & mask;
    for (;;) {
      const id = this.#v4Ids[slot] as number;
      if (id === 0) break;
      if (this.#v4Keys[slot] === key) return id - 1;
      slot = (slot + 1) & mask;
    }
    if (!add) return -1;
    const id = this.#add(4, 0, 0, 0, key);
    if (id < 0) return id;
    this.#v4Keys[slot] = key;
    this.#v4Ids[slot] = id + 1;
    if (++this.#v4Count * 2 > mask) this.#growV4();
    return id;
  }

  #v6(bytes: Uint8Array, at: number, add: boolean): number {
    const a = be32(bytes, at);
    const b = be32(bytes, at + 4);
    const c = be32(bytes, at + 8);
    const d = be32(bytes, at + 12);
    const mask = this.#v6Ids.length - 1;
    const words = this.#words;
    let slot = hashOf(a, b, c, d) & mask;
    for (;;) {
      const id = (this.#v6Ids[slot] as number) - 1;
      if (id < 0) break;
      const w = 4 * id;
      if (words[w + 3] === d && words[w + 2] === c && words[w + 1] === b && words[w] === a) return id;
      slot = (slot + 1) & mask;
    }
    if (!add) return -1;
    const id = this.#add(6, a, b, c, d);
    if (id < 0) return id;
    this.#v6Ids[slot] = id + 1;
    if (++this.#v6Count * 2 > mask) this.#growV6();
    return id;
  }

  #add(version: number, a: number, b: number, c: number, d: number): number {
    if (this.#freeCount === 0 && this.#count === this.#limit) {
      this.#refused++;
      return -1;
    }
    const id = this.#freeCount > 0 ? (this.#free[--this.#freeCount] as number) : this.#count++;
    if (id === this.#versions.length) {
      // Room for all at once costs nothing until it is touched; a copy does.
      const room = id >= LARGE ? this.#limit : 2 * id;
      const versions = new Uint8Array(room);
      versions.set(this.#versions);
      this.#versions = versions;
      const kept = new Uint8Array(room);
      kept.set(this.#kept);
      this.#kept = kept;
      const words = new Int32Array(4 * room);
      words.set(this.#words);
      this.#words = words;
    }
    this.#versions[id] = version;
    this.#words[4 * id] = a;
    this.#words[4 * id + 1] = b;
    this.#words[4 * id + 2] = c;
    this.#words[4 * id + 3] = d;
    return id;
  }

  #growV4(): void {
    const keys = this.#v4Keys;
    const ids = this.#v4Ids;
    const room = keys.length * (keys.length < LARGE ? 2 : 4);
    this.#v4Keys = new Int32Array(room);
    this.#v4Ids = new Int32Array(room);
    for (let from = 0; from < keys.length; from++)
      if (ids[from] !== 0) this.#putV4(keys[from] as number, (ids[from] as number) - 1);
  }

  #growV6(): void {
    const ids = this.#v6Ids;
    this.#v6Ids = new Int32Array(2 * ids.length);
    for (const id of ids) if (id !== 0) this.#putV6(id - 1);
  }

  /** Inserts an address that is not there yet. */
  #putV4(key: number, id: number): void {
    const mask = this.#v4Keys.length - 1;
    let slot = spread(key) & mask;
    while (this.#v4Ids[slot] !== 0) slot = (slot + 1) & mask;
    this.#v4Keys[slot] = key;
    this.#v4Ids[slot] = id + 1;
  }

  #putV6(id: number): void {
    const words = this.#words;
    const mask = this.#v6Ids.length - 1;
    const w = 4 * id;
    const hash = hashOf(
      words[w] as number,
      words[w + 1] as number,
      words[w + 2] as number,
      words[w + 3] as number,
    );
    let slot = hash & mask;
    while (this.#v6Ids[slot] !== 0) slot = (slot + 1) & mask;
    this.#v6Ids[slot] = id + 1;
  }
}

/** The canonical text of the address at `at`: dotted, or as RFC 5952 wants it. */
export function textOf(bytes: Uint8Array, at: number, version: number): string {
  if (version === 4) return bytes.subarray(at, at + 4).join(".");
  return new ipaddr.IPv6([...bytes.subarray(at, at + 16)]).toRFC5952String();
}

function hashOf(a: number, b: number, c: number, d: number): number {
  return finish(mix(mix(mix(mix(0, a), b), c), d));
}

/** Cheaper than `finish`: this runs twice for every packet. Neighbours in a subnet get places far apart. */
function spread(key: number): number {
  const h = Math.imul(key, 0x9e3779b1);
  return h ^ (h >>> 15);
}
