import { be16, finish } from "./words";

const MAX_NAME: usize = 255;
/** Fowler, Noll and Vo's hash takes a multiplication a byte. */
const FNV_PRIME: u32 = 0x01000193;
const A: u32 = 1;
const AAAA: u32 = 28;
/** The pseudo-record by which a message tells how long an answer over UDP may be (RFC 6891). */
const OPT: u32 = 41;

/**
 * What of a DNS message (RFC 1035, section 4) tells exchanges apart; src/pcap/dns-message.ts says more of it, and reads it by its
 * offsets. The name stands behind the fields.
 */
@unmanaged
export class DnsMessage {
  id: i32;
  isResponse: i32;
  opcode: i32;
  rcode: i32;
  truncated: i32;
  questions: i32;
  answers: i32;
  hasQuestion: i32;
  qtype: i32;
  nameLength: i32;
  nameHash: i32;
  records: i32;
  ednsSize: i32;
  cut: i32;
}

/** Behind the timeline. */
export const MESSAGE_AT: usize = 1536;
export const m: DnsMessage = changetype<DnsMessage>(MESSAGE_AT);
/** The first question's name: lower-cased labels with their lengths, without the last zero. */
export const NAME_AT: usize = MESSAGE_AT + 64;

/**
 * Reads the message between `from` and `end`.
 *
 * @param wireLength its length on the wire
 * @returns whether it can be a DNS message; what is cut is still one, if its id and flags are there
 */
export function parseMessage(from: usize, end: usize, wireLength: i32): bool {
  m.hasQuestion = 0;
  m.qtype = 0;
  m.nameLength = 0;
  m.records = 0;
  m.questions = m.answers = m.ednsSize = 0;
  const room = <i32>(end - from);
  m.cut = room < wireLength ? 1 : 0;
  if (room < 4) return false;
  m.id = be16(from);
  const flags = be16(from + 2);
  m.isResponse = flags >> 15;
  m.opcode = (flags >> 11) & 15;
  m.truncated = (flags >> 9) & 1;
  m.rcode = flags & 15;
  if (room < 12) return m.cut != 0;
  m.questions = be16(from + 4);
  m.answers = be16(from + 6);
  if (m.questions == 0) return true;
  const behind = readQuestion(from, end);
  if (behind == 0) return m.cut != 0;
  const others = be16(from + 8) + be16(from + 10);
  if (m.answers + others > 0) countRecords(behind, end, others);
  return true;
}

/** Reads the first question and passes over the others; 0 if that can't be done. */
function readQuestion(from: usize, end: usize): usize {
  let at = readName(from, from + 12, end);
  if (at == 0 || <i32>(end - at) < 4) return 0;
  m.qtype = be16(at);
  m.hasQuestion = 1;
  at += 4;
  for (let more = m.questions - 1; more > 0; more--) {
    at = skipName(at, end);
    if (at == 0 || <i32>(end - at) < 4) return 0;
    at += 4;
  }
  return at;
}

/** Reads a name; each pointer must lead further back than the one before, so no loop is possible. 0 if it is cut or malformed. */
function readName(from: usize, start: usize, end: usize): usize {
  let at = start;
  let lowest = start;
  let behind: usize = 0;
  let length: usize = 0;
  let hash: u32 = 0;
  while (at < end) {
    const size: usize = load<u8>(at);
    if (size == 0) {
      m.nameLength = <i32>length;
      m.nameHash = finish(hash);
      return behind == 0 ? at + 1 : behind;
    }
    if (size >= 0xc0) {
      if (end - at < 2) return 0;
      const target = from + (be16(at) & 0x3fff);
      if (target >= lowest) return 0;
      if (behind == 0) behind = at + 2;
      at = lowest = target;
      continue;
    }
    if (size > 63 || at + size >= end || length + size + 1 >= MAX_NAME) return 0;
    store<u8>(NAME_AT + length++, <u8>size);
    hash = (hash ^ (<u32>size)) * FNV_PRIME;
    for (let i: usize = 1; i <= size; i++) {
      const byte = lower(load<u8>(at + i));
      store<u8>(NAME_AT + length++, <u8>byte);
      hash = (hash ^ byte) * FNV_PRIME;
    }
    at += size + 1;
  }
  return 0;
}

/** Passes over the records: the answers, then those of the other sections, as far as they are there. */
function countRecords(start: usize, end: usize, others: u32): void {
  const wanted: u32 = m.qtype;
  let at = start;
  for (let left: u32 = m.answers + others; left > 0; left--) {
    at = skipName(at, end);
    if (at == 0 || <i32>(end - at) < 10) return;
    const type = be16(at);
    if (left > others && type == wanted && (type == A || type == AAAA)) m.records++;
    if (left <= others && type == OPT) m.ednsSize = be16(at + 2);
    at += 10 + be16(at + 8);
  }
}

/** Where the bytes behind a name begin; 0 if the name is cut or malformed. */
function skipName(start: usize, end: usize): usize {
  let at = start;
  while (at < end) {
    const size: usize = load<u8>(at);
    if (size == 0) return at + 1;
    if (size >= 0xc0) return at + 2;
    if (size > 63) return 0;
    at += size + 1;
  }
  return 0;
}

function lower(byte: u32): u32 {
  return byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
}
