const TOP = 2 ** 24;
const BITS = 11;
const MOVE = 5;

/** The range coder of LZMA (LZMA specification of 7-Zip, "The main loop of decoder"), over one chunk. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 5;
  /** Range and code: in an array, where numbers of 32 bits are not boxed, this is twice as fast. */
  readonly #coder = new Uint32Array([0xffffffff, 0]);

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const [, a = 0, b = 0, c = 0, d = 0] = bytes;
    this.#coder[1] = (a << 24) | (b << 16) | (c << 8) | d;
  }

  /** Whether more was asked for than there is. */
  get isPastEnd(): boolean {
    return this.#at > this.#bytes.length;
  }

  /** Whether all was used and nothing is left over. */
  get isFinished(): boolean {
    const [range = 0, code = 0] = this.#coder;
    return this.#at + (range < TOP ? 1 : 0) === this.#bytes.length && code === 0;
  }

  /** One bit, whose probability is kept and learns from it. */
  bit(probs: Uint16Array, index: number): 0 | 1 {
    const coder = this.#coder;
    let range = coder[0] as number;
    let code = coder[1] as number;
    if (range < TOP) {
      range = (range << 8) >>> 0;
      code = ((code << 8) | (this.#bytes[this.#at++] ?? 0)) >>> 0;
    }
    const prob = probs[index] as number;
    const bound = (range >>> BITS) * prob;
    if (code < bound) {
      coder[0] = bound;
      coder[1] = code;
      probs[index] = prob + ((2048 - prob) >> MOVE);
      return 0;
    }
    coder[0] = range - bound;
    coder[1] = code - bound;
    probs[index] = prob - (prob >> MOVE);
    return 1;
  }

  /** A symbol with its leading one: from `limit` to twice that. Most of the work is here, and is done without a call a bit. */
  tree(probs: Uint16Array, base: number, limit: number): number {
    const coder = this.#coder;
    const bytes = this.#bytes;
    let at = this.#at;
    let range = coder[0] as number;
    let code = coder[1] as number;
    let symbol = 1;
    while (symbol < limit) {
      if (range < TOP) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (at < bytes.length ? (bytes[at] as number) : 0)) >>> 0;
        at++;
      }
      const index = base + symbol;
      const prob = probs[index] as number;
      const bound = (range >>> BITS) * prob;
      if (code < bound) {
        range = bound;
        probs[index] = prob + ((2048 - prob) >> MOVE);
        symbol <<= 1;
      } else {
        range -= bound;
        code -= bound;
        probs[index] = prob - (prob >> MOVE);
        symbol = (symbol << 1) | 1;
      }
    }
    coder[0] = range;
    coder[1] = code;
    this.#at = at;
    return symbol;
  }

  /** A literal behind a match, which is told apart by the byte that the match would have gone on with. */
  matchedLiteral(probs: Uint16Array, base: number, match: number): number {
    let symbol = 1;
    let offset = 0x100;
    let rest = match;
    while (symbol < 0x100) {
      rest <<= 1;
      const matched = rest & offset;
      const bit = this.bit(probs, base + offset + matched + symbol);
      symbol = (symbol << 1) | bit;
      offset &= bit === 1 ? matched : ~matched;
    }
    return symbol & 0xff;
  }

  /** Bits with the lowest first. */
  reverse(probs: Uint16Array, base: number, count: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.bit(probs, base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits that are as often 0 as 1. */
  direct(count: number): number {
    const coder = this.#coder;
    let value = 0;
    for (let i = 0; i < count; i++) {
      let range = coder[0] as number;
      let code = coder[1] as number;
      if (range < TOP) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (this.#bytes[this.#at++] ?? 0)) >>> 0;
      }
      range >>>= 1;
      const isSet = code >= range;
      coder[0] = range;
      coder[1] = isSet ? code - range : code;
      value = value * 2 + (isSet ? 1 : 0);
    }
    return value;
  }
}
