import { RangeDecoder } from "./range-decoder.ts";

/** Chunks hold this much at most (liblzma's `LZMA2_UNCOMPRESSED_MAX`). */
export const MOST_OF_CHUNK = 2 * 1024 * 1024;
const STATES = 12;
const SLOTS = 64;
/** Distances from this slot on have bits of their own, the lowest four of them aligned. */
const FIRST_ALIGNED = 14;
/** Where probabilities are kept, one after the other: each a share of 2048 that the next bit is 0. */
const POSITIONS = 16;
const IS_MATCH = 0;
const IS_REP = IS_MATCH + STATES * POSITIONS;
const IS_REP0 = IS_REP + STATES;
const IS_REP1 = IS_REP0 + STATES;
const IS_REP2 = IS_REP1 + STATES;
const IS_REP0_LONG = IS_REP2 + STATES;
const SLOT = IS_REP0_LONG + STATES * POSITIONS;
const SPECIAL = SLOT + 4 * SLOTS;
const ALIGNED = SPECIAL + 128;
const LENGTH = ALIGNED + 16;
const REP_LENGTH = LENGTH + 2 + 16 * 8 + 16 * 8 + 256;
const LITERAL = REP_LENGTH + 2 + 16 * 8 + 16 * 8 + 256;
/** Literals have at most four bits of context (LZMA2 allows no more). */
const PROBABILITIES = LITERAL + 0x300 * 16;

/** Data that breaks the rules of its form. */
export class XzProblem extends Error {}

/**
 * Decodes the chunks of one LZMA2 stream (liblzma's `lzma2_decoder.c` and the LZMA specification of 7-Zip). A chunk is at most
 * 64 KiB and is given whole; what it held is valid until the next one.
 */
export class Lzma2Decoder {
  readonly #dictionary: number;
  /** The last output, at least {@link Lzma2Decoder.#dictionary} of it where there was as much, then room for more. */
  #window: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #at = 0;
  /** Where positions are counted from: the last reset of the dictionary, which may lie before the window. */
  #start = 0;
  readonly #probs = new Uint16Array(PROBABILITIES);
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;
  #lc = 0;
  #literalMask = 0;
  #positionMask = 0;
  #needsDictionary = true;
  #needsProperties = true;

  /** @param dictionary how far back copies may reach, in bytes */
  constructor(dictionary: number) {
    this.#dictionary = dictionary;
  }

  /** Bytes that follow a chunk's control byte and belong to its head. */
  static headLength(control: number): number {
    if (control < 0x80) return 2;
    return control >= 0xc0 ? 5 : 4;
  }

  /** Length of a chunk's body. */
  static bodyLength(control: number, head: Uint8Array): number {
    const at = control < 0x80 ? 0 : 2;
    return (((head[at] ?? 0) << 8) | (head[at + 1] ?? 0)) + 1;
  }

  /**
   * @param body the whole body, or what there is of it at the end of a cut stream
   * @returns what the chunk holds, or the beginning of it where the body is cut
   * @throws XzProblem where the chunk is corrupt
   */
  decode(control: number, head: Uint8Array, body: Uint8Array): Uint8Array {
    if (control > 2 && control < 0x80)
      throw new XzProblem(`a chunk begins with the impossible byte ${control}`);
    if (control === 1 || control >= 0xe0) this.#resetDictionary();
    else if (this.#needsDictionary) throw new XzProblem("the first chunk doesn't reset the dictionary");
    if (control < 0x80) return this.#copy(body);
    if (control >= 0xc0) this.#setProperties(head[4] ?? 0);
    else if (this.#needsProperties) throw new XzProblem("the first chunk has no properties");
    if (control >= 0xa0) this.#resetState();
    const size = (((control & 0x1f) << 16) | ((head[0] ?? 0) << 8) | (head[1] ?? 0)) + 1;
    this.#makeRoom(size);
    const from = this.#at;
    const isCut = body.length < Lzma2Decoder.bodyLength(control, head);
    const range = new RangeDecoder(body);
    this.#lzma(range, from + size, isCut);
    if (!isCut && !range.isFinished) throw new XzProblem("a chunk ends where it shouldn't");
    return this.#window.subarray(from, this.#at);
  }

  #resetDictionary(): void {
    this.#needsDictionary = false;
    this.#needsProperties = true;
    this.#start = this.#at;
  }

  #setProperties(byte: number): void {
    const lc = byte % 9;
    const lp = Math.floor(byte / 9) % 5;
    const pb = Math.floor(byte / 45);
    if (pb > 4 || lc + lp > 4) throw new XzProblem(`a chunk has the impossible properties ${byte}`);
    this.#lc = lc;
    this.#literalMask = (1 << lp) - 1;
    this.#positionMask = (1 << pb) - 1;
    this.#needsProperties = false;
  }

  #resetState(): void {
    this.#probs.fill(1024);
    this.#state = this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0;
  }

  /** An uncompressed chunk. */
  #copy(body: Uint8Array): Uint8Array {
    this.#makeRoom(body.length);
    this.#window.set(body, this.#at);
    this.#at += body.length;
    return this.#window.subarray(this.#at - body.length, this.#at);
  }

  /** Lets go of what can't be referred to any more, and has the window grow up to what the dictionary takes. */
  #makeRoom(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#window.length) return;
    const most = this.#dictionary + Math.max(2 * MOST_OF_CHUNK, this.#dictionary >> 2);
    if (this.#window.length < most) {
      const larger = new Uint8Array(Math.min(most, Math.max(2 * needed, 64 * 1024)));
      larger.set(this.#window.subarray(0, this.#at));
      this.#window = larger;
      if (needed <= larger.length) return;
    }
    const gone = Math.max(0, this.#at - this.#dictionary);
    this.#window.copyWithin(0, gone, this.#at);
    this.#at -= gone;
    this.#start -= gone;
    // Contexts go by the position modulo 16 at most.
    if (this.#start < 0) this.#start = -(-this.#start % POSITIONS);
  }

  #lzma(range: RangeDecoder, end: number, isCut: boolean): void {
    const window = this.#window;
    const probs = this.#probs;
    let at = this.#at;
    let state = this.#state;
    let rep0 = this.#rep0;
    while (at < end) {
      // A cut body gives what was decoded of it.
      if (isCut && range.isPastEnd) break;
      const position = (at - this.#start) & this.#positionMask;
      if (range.bit(probs, IS_MATCH + state * POSITIONS + position) === 0) {
        const before = at > this.#start ? (window[at - 1] as number) : 0;
        const context = (((at - this.#start) & this.#literalMask) << this.#lc) + (before >> (8 - this.#lc));
        const base = LITERAL + 0x300 * context;
        if (state < 7) window[at++] = range.tree(probs, base, 0x100) & 0xff;
        else {
          this.#check(at, rep0);
          window[at] = range.matchedLiteral(probs, base, window[at - rep0 - 1] as number);
          at++;
        }
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        continue;
      }
      let length: number;
      if (range.bit(probs, IS_REP + state) === 0) {
        this.#rep3 = this.#rep2;
        this.#rep2 = this.#rep1;
        this.#rep1 = rep0;
        length = readLength(range, probs, LENGTH, position);
        state = state < 7 ? 7 : 10;
        rep0 = readDistance(range, probs, length);
      } else {
        if (range.bit(probs, IS_REP0 + state) === 0) {
          if (range.bit(probs, IS_REP0_LONG + state * POSITIONS + position) === 0) {
            this.#check(at, rep0);
            window[at] = window[at - rep0 - 1] as number;
            at++;
            state = state < 7 ? 9 : 11;
            continue;
          }
        } else {
          let distance = this.#rep1;
          if (range.bit(probs, IS_REP1 + state) === 1) {
            distance = this.#rep2;
            if (range.bit(probs, IS_REP2 + state) === 1) {
              distance = this.#rep3;
              this.#rep3 = this.#rep2;
            }
            this.#rep2 = this.#rep1;
          }
          this.#rep1 = rep0;
          rep0 = distance;
        }
        length = readLength(range, probs, REP_LENGTH, position);
        state = state < 7 ? 8 : 11;
      }
      if (isCut && range.isPastEnd) break;
      this.#check(at, rep0);
      if (at + length > end) throw new XzProblem("a copy runs over the end of its chunk");
      const back = rep0 + 1;
      for (const to = at + length; at < to; at++) window[at] = window[at - back] as number;
    }
    this.#at = at;
    this.#state = state;
    this.#rep0 = rep0;
  }

  #check(at: number, distance: number): void {
    if (distance >= at - Math.max(0, this.#start) || distance >= this.#dictionary)
      throw new XzProblem("a copy refers to what isn't there");
  }
}

function readLength(range: RangeDecoder, probs: Uint16Array, base: number, position: number): number {
  if (range.bit(probs, base) === 0) return 2 + range.tree(probs, base + 2 + position * 8, 8) - 8;
  if (range.bit(probs, base + 1) === 0)
    return 2 + 8 + range.tree(probs, base + 2 + 16 * 8 + position * 8, 8) - 8;
  return 2 + 16 + range.tree(probs, base + 2 + 2 * 16 * 8, 256) - 256;
}

function readDistance(range: RangeDecoder, probs: Uint16Array, length: number): number {
  const slot = range.tree(probs, SLOT + Math.min(length - 2, 3) * SLOTS, SLOTS) - SLOTS;
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) * 2 ** bits;
  if (slot < FIRST_ALIGNED) return base + range.reverse(probs, SPECIAL + base - slot, bits);
  return base + range.direct(bits - 4) * 16 + range.reverse(probs, ALIGNED, 4);
}
