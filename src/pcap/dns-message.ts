import { be16, finish } from "./words.ts";

const MAX_NAME = 255;
/** Fowler, Noll and Vo's hash takes a multiplication a byte. */
const FNV_PRIME = 0x01000193;
const A = 1;
const AAAA = 28;
/** The pseudo-record by which a message tells how long an answer over UDP may be (RFC 6891). */
const OPT = 41;

/** What of a DNS message (RFC 1035, section 4) tells exchanges apart. One object is reused. */
export class DnsMessage {
  id = 0;
  isResponse = false;
  opcode = 0;
  rcode = 0;
  /** The TC bit: the answer was too long for UDP. */
  truncated = false;
  questions = 0;
  /** ANCOUNT. */
  answers = 0;
  /** Whether the first question could be read; if not, type and name are 0 and empty. */
  hasQuestion = false;
  qtype = 0;
  /** The first question's name: lower-cased labels with their lengths, without the last zero. */
  readonly name: Uint8Array = new Uint8Array(MAX_NAME + 1);
  nameLength = 0;
  nameHash = 0;
  /** A or AAAA records of the type that was asked for, as far as the captured bytes go. */
  records = 0;
  /** The longest answer over UDP that its sender takes (EDNS); 0 where it doesn't tell. */
  ednsSize = 0;
  /** Whether the capture cut the message. */
  cut = false;

  /**
   * Reads the message between `from` and `end`.
   *
   * @param length its length on the wire
   * @returns whether it can be a DNS message; what is cut is still one, if its id and flags are there
   */
  parse(b: Uint8Array, from: number, end: number, length: number): boolean {
    this.hasQuestion = false;
    this.qtype = 0;
    this.nameLength = 0;
    this.records = 0;
    this.questions = this.answers = this.ednsSize = 0;
    this.cut = end - from < length;
    if (end - from < 4) return false;
    this.id = be16(b, from);
    const flags = be16(b, from + 2);
    this.isResponse = (flags & 0x8000) !== 0;
    this.opcode = (flags >> 11) & 15;
    this.truncated = (flags & 0x0200) !== 0;
    this.rcode = flags & 15;
    if (end - from < 12) return this.cut;
    this.questions = be16(b, from + 4);
    this.answers = be16(b, from + 6);
    if (this.questions === 0) return true;
    const behind = this.#question(b, from, end);
    if (behind < 0) return this.cut;
    const others = be16(b, from + 8) + be16(b, from + 10);
    if (this.answers + others > 0) this.#countRecords(b, behind, end, others);
    return true;
  }

  /** Reads the first question and passes over the others; -1 if that can't be done. */
  #question(b: Uint8Array, from: number, end: number): number {
    let at = this.#readName(b, from, from + 12, end);
    if (at < 0 || end - at < 4) return -1;
    this.qtype = be16(b, at);
    this.hasQuestion = true;
    at += 4;
    for (let more = this.questions - 1; more > 0; more--) {
      at = skipName(b, at, end);
      if (at < 0 || end - at < 4) return -1;
      at += 4;
    }
    return at;
  }

  /** Reads a name into {@link name}. Each pointer must lead further back than the one before, so no loop is possible. */
  #readName(b: Uint8Array, from: number, start: number, end: number): number {
    let at = start;
    let lowest = start;
    let behind = -1;
    let length = 0;
    let hash = 0;
    while (at < end) {
      const size = b[at] as number;
      if (size === 0) {
        this.nameLength = length;
        this.nameHash = finish(hash);
        return behind < 0 ? at + 1 : behind;
      }
      if (size >= 0xc0) {
        if (end - at < 2) return -1;
        const target = from + (be16(b, at) & 0x3fff);
        if (target >= lowest) return -1;
        if (behind < 0) behind = at + 2;
        at = lowest = target;
        continue;
      }
      if (size > 63 || at + size >= end || length + size + 1 >= MAX_NAME) return -1;
      this.name[length++] = size;
      hash = Math.imul(hash ^ size, FNV_PRIME);
      for (let i = 1; i <= size; i++) {
        const byte = lower(b[at + i] as number);
        this.name[length++] = byte;
        hash = Math.imul(hash ^ byte, FNV_PRIME);
      }
      at += size + 1;
    }
    return -1;
  }

  /** Passes over the records: the answers, then those of the other sections, as far as they are there. */
  #countRecords(b: Uint8Array, start: number, end: number, others: number): void {
    const wanted = this.qtype;
    let at = start;
    for (let left = this.answers + others; left > 0; left--) {
      at = skipName(b, at, end);
      if (at < 0 || end - at < 10) return;
      const type = be16(b, at);
      if (left > others && type === wanted && (type === A || type === AAAA)) this.records++;
      if (left <= others && type === OPT) this.ednsSize = be16(b, at + 2);
      at += 10 + be16(b, at + 8);
    }
  }
}

/** Where the bytes behind a name begin; -1 if the name is cut or malformed. */
function skipName(b: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const size = b[at] as number;
    if (size === 0) return at + 1;
    if (size >= 0xc0) return at + 2;
    if (size > 63) return -1;
    at += size + 1;
  }
  return -1;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
}
