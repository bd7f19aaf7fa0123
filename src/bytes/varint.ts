/** Where a {@link readVarint} left off, and what it read. One is reused for a whole buffer. */
export interface VarintCursor {
  /** Offset of the next byte. */
  at: number;
  /** Low 32 bits of the value, unsigned. */
  low: number;
  /** High 32 bits of the value, unsigned. */
  high: number;
}

/**
 * Reads one protobuf varint of up to ten bytes (protobuf encoding, "Base 128 Varints"), low 64 bits kept.
 *
 * @returns whether a whole varint stood before `end`; the cursor is moved only if so
 */
export function readVarint(bytes: Uint8Array, cursor: VarintCursor, end: number): boolean {
  let at = cursor.at;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (at >= end) return false;
    const byte = bytes[at++] as number;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >>> 4;
    } else if (shift < 63) high |= bits << (shift - 32);
    else high |= (bits & 1) << 31;
    if (byte < 0x80) {
      cursor.at = at;
      cursor.low = low >>> 0;
      cursor.high = high >>> 0;
      return true;
    }
  }
  return false;
}
