import { readVarint, type VarintCursor } from "../bytes/index.ts";

/** Wire types (protobuf encoding, "Message structure"). Groups, 3 and 4, never stood in profile.proto. */
export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** A varint has at most this many bytes. */
const LONGEST_VARINT = 10;

/**
 * Walks the fields of one message. Hot loops read their bytes themselves and use this for what is rare.
 *
 * ```ts
 * while (cursor.next(end)) if (cursor.field === 4 && cursor.wire === BYTES) …
 * ```
 */
export class FieldCursor implements VarintCursor {
  readonly bytes: Uint8Array;
  at: number;
  /** The value of a varint field. */
  low = 0;
  high = 0;
  /** The field's number and its wire type. */
  field = 0;
  wire = 0;
  /** Where the field's tag stands. */
  begin = 0;
  /** The content of a length-delimited field. */
  start = 0;
  stop = 0;
  /** Why {@link next} stopped before the end: the field at `begin` reaches beyond it, or is no field at all. */
  fault: "cut" | "malformed" | undefined;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Reads the field at `at`; whether there was a whole one before `end`. The cursor stays before a fault. */
  next(end: number): boolean {
    const { bytes, at } = this;
    this.begin = at;
    this.fault = undefined;
    if (at >= end) return false;
    const tag = bytes[at] as number;
    const wire = tag & 7;
    // Nearly every field has a tag of one byte and a value or length of at most four.
    if (tag >= 0x80 || tag < 8 || (wire !== VARINT && wire !== BYTES)) return this.#any(end);
    let value = bytes[at + 1] as number;
    let stop = at + 2;
    if (value >= 0x80) {
      let byte = bytes[stop++] as number;
      value = (value & 0x7f) | ((byte & 0x7f) << 7);
      for (let shift = 14; byte >= 0x80; shift += 7) {
        if (shift > 21) return this.#any(end);
        byte = bytes[stop++] as number;
        value |= (byte & 0x7f) << shift;
      }
    }
    if (!(stop <= end)) return this.#any(end);
    this.field = tag >>> 3;
    this.wire = wire;
    this.low = value;
    this.high = 0;
    if (wire === BYTES) {
      this.start = stop;
      stop += value;
      this.stop = stop;
      if (stop > end) return this.#fail("cut");
    }
    this.at = stop;
    return true;
  }

  /** What {@link next} does, for any tag and any value. */
  #any(end: number): boolean {
    if (!readVarint(this.bytes, this, end)) return this.#stopped(end);
    this.field = this.low >>> 3;
    this.wire = this.low & 7;
    if (this.high !== 0 || this.field === 0) return this.#fail("malformed");
    switch (this.wire) {
      case VARINT:
        return readVarint(this.bytes, this, end) || this.#stopped(end);
      case BYTES:
        if (!readVarint(this.bytes, this, end)) return this.#stopped(end);
        this.start = this.at;
        this.stop = this.at + this.high * 0x1_0000_0000 + this.low;
        this.at = this.stop;
        break;
      case FIXED64:
        this.at += 8;
        break;
      case FIXED32:
        this.at += 4;
        break;
      default:
        return this.#fail("malformed");
    }
    return this.at <= end || this.#fail("cut");
  }

  /** A varint that has no last byte is cut if the end came first, and malformed if it is simply too long. */
  #stopped(end: number): false {
    let at = this.at;
    while (at < end && at - this.at < LONGEST_VARINT && (this.bytes[at] as number) >= 0x80) at++;
    return this.#fail(at === end ? "cut" : "malformed");
  }

  #fail(fault: "cut" | "malformed"): false {
    this.fault = fault;
    this.at = this.begin;
    return false;
  }
}

/** Varints between two offsets: each has one last byte, which is below 0x80. Counts four bytes at a time. */
export function countVarints(view: DataView, from: number, to: number): number {
  let count = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const lastBytes = (~view.getInt32(at) >>> 7) & 0x0101_0101;
    count += Math.imul(lastBytes, 0x0101_0101) >>> 24;
  }
  for (; at < to; at++) if (view.getInt8(at) >= 0) count++;
  return count;
}

/** For reading words at any offset. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
