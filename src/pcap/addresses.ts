import ipaddr from "ipaddr.js";
import type { Core } from "./core.ts";

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
 * The small numbers of IP addresses, so that tables hold and compare integers. An id that was interned is for good; the loops lease
 * some for their rows, and may give these up.
 */
export class Addresses {
  readonly #core: Core;
  #reader: ((id: number) => string) | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  get count(): number {
    return this.#core.loops.addressCount();
  }

  /** How often an address got no id because there were too many. */
  get refused(): number {
    return this.#core.loops.addressesRefused();
  }

  /** The id of the address at `at`, for good; -1 if it has none and there are too many already. */
  intern(bytes: Uint8Array, at: number, version: number): number {
    return this.#core.loops.intern(this.#core.place(bytes, at, version), version);
  }

  /** The id of the address at `at`; -1 if it has none. */
  find(bytes: Uint8Array, at: number, version: number): number {
    return this.#core.loops.find(this.#core.place(bytes, at, version), version);
  }

  /** What gives the canonical texts of the addresses, when none is added any more. */
  reader(): (id: number) => string {
    return (this.#reader ??= this.#textsOf());
  }

  #textsOf(): (id: number) => string {
    const { count } = this;
    const { loops } = this.#core;
    const ofWords = this.#core.keep(loops.addressWords(), 16 * count);
    const ofVersions = this.#core.keep(loops.addressVersions(), count);
    const words = new Int32Array(ofWords.buffer, ofWords.at, 4 * count);
    const versions = new Uint8Array(ofVersions.buffer, ofVersions.at, count);
    /** Texts that were asked for; they are asked for again and again. */
    const texts = new Map<number, string>();
    return (id) => {
      if (id < 0 || id >= count) return "?";
      const known = texts.get(id);
      if (known !== undefined) return known;
      const bytes = Uint8Array.from(
        { length: 16 },
        (_, i) => (words[4 * id + (i >> 2)] as number) >>> (24 - 8 * (i & 3)),
      );
      const text = versions[id] === 4 ? textOf(bytes, 12, 4) : textOf(bytes, 0, 6);
      if (texts.size < KEPT_TEXTS) texts.set(id, text);
      return text;
    };
  }
}

/** The canonical text of the address at `at`: dotted, or as RFC 5952 wants it. */
export function textOf(bytes: Uint8Array, at: number, version: number): string {
  if (version === 4) return bytes.subarray(at, at + 4).join(".");
  return new ipaddr.IPv6([...bytes.subarray(at, at + 16)]).toRFC5952String();
}
