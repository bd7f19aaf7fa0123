import ipaddr from "ipaddr.js";
import { be32, finish, mix } from "./words.ts";

const FIRST_SLOTS = 1 << 10;
/** Addresses from there on are made into text each time: a flood has a million. */
const KEPT_TEXTS = 1 << 15;

/**
 * Gives each IP address a small number, so that tables hold and compare integers. Slots are open-addressed; an id is
 * never given up, so the number of addresses is bounded.
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
  #count = 0;
  #refused = 0;
  readonly #limit: number;
  /** Texts that were asked for; they are asked for again and again. */
  readonly #texts: string[] = [];

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

  /** The id of the address at `at`; -1 if it has none and there are too many already. */
  intern(bytes: Uint8Array, at: number, version: number): number {
    return version === 4 ? this.#v4(be32(bytes, at), true) : this.#v6(bytes, at, true);
  }

  /** The id of the address at `at`; -1 if it has none. */
  find(bytes: Uint8Array, at: number, version: number): number {
    return version === 4 ? this.#v4(be32(bytes, at), false) : this.#v6(bytes, at, false);
  }

  /** The canonical text of an address. */
  text(id: number): string {
    if (id < 0 || id >= this.#count) return "?";
    const known = this.#texts[id];
    if (known !== undefined) return known;
    const words = this.#words.subarray(4 * id, 4 * id + 4);
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => (words[i >> 2] as number) >>> (24 - 8 * (i & 3)));
    const text = this.#versions[id] === 4 ? textOf(bytes, 12, 4) : textOf(bytes, 0, 6);
    if (id < KEPT_TEXTS) this.#texts[id] = text;
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
    if (this.#count === this.#limit) {
      this.#refused++;
      return -1;
    }
    const id = this.#count++;
    if (id === this.#versions.length) {
      const versions = new Uint8Array(2 * id);
      versions.set(this.#versions);
      this.#versions = versions;
      const words = new Int32Array(8 * id);
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
    const mask = 2 * keys.length - 1;
    this.#v4Keys = new Int32Array(mask + 1);
    this.#v4Ids = new Int32Array(mask + 1);
    for (let from = 0; from < keys.length; from++) {
      if (ids[from] === 0) continue;
      let slot = spread(keys[from] as number) & mask;
      while (this.#v4Ids[slot] !== 0) slot = (slot + 1) & mask;
      this.#v4Keys[slot] = keys[from] as number;
      this.#v4Ids[slot] = ids[from] as number;
    }
  }

  #growV6(): void {
    const ids = this.#v6Ids;
    const mask = 2 * ids.length - 1;
    const words = this.#words;
    this.#v6Ids = new Int32Array(mask + 1);
    for (const id of ids) {
      if (id === 0) continue;
      const w = 4 * (id - 1);
      const hash = hashOf(
        words[w] as number,
        words[w + 1] as number,
        words[w + 2] as number,
        words[w + 3] as number,
      );
      let slot = hash & mask;
      while (this.#v6Ids[slot] !== 0) slot = (slot + 1) & mask;
      this.#v6Ids[slot] = id;
    }
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
