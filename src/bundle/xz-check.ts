import { crc32 } from "node:zlib";

/** A checksum of what a block of an xz stream holds (The .xz File Format, section 2.1.1.2). */
export interface XzCheck {
  readonly length: number;
  update(bytes: Uint8Array): void;
  /** Whether the checksum that the file states is that of the bytes. */
  matches(stated: Uint8Array): boolean;
}

/** Lengths of checks by their number; those without a name in the format are passed over. */
const LENGTHS = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** The check with a number: CRC32, CRC64 and SHA-256 are reckoned, others believed. */
export function xzCheck(id: number): XzCheck {
  const length = LENGTHS[id & 15] ?? 0;
  if (id === 1) {
    let value = 0;
    return {
      length,
      update: (bytes) => (value = crc32(bytes, value)),
      matches: (stated) => new DataView(stated.buffer, stated.byteOffset).getUint32(0, true) === value,
    };
  }
  if (id === 4) return new Crc64();
  if (id === 10) {
    // Few files need it, and to load it takes as long as a small profile does.
    const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
    return {
      length,
      update: (bytes) => hash.update(bytes),
      matches: (stated) => hash.digest().equals(stated),
    };
  }
  return { length, update: () => undefined, matches: () => true };
}

/** ECMA-182's polynomial, its bits reversed, in halves of 32 bits. */
const POLYNOMIAL_LOW = 0xd7870f42 | 0;
const POLYNOMIAL_HIGH = 0xc96c5795 | 0;
let tables: { readonly low: Int32Array; readonly high: Int32Array } | undefined;

function makeTables(): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(256);
  const high = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let l = byte;
    let h = 0;
    for (let bit = 0; bit < 8; bit++) {
      const isSet = (l & 1) === 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (isSet) {
        l ^= POLYNOMIAL_LOW;
        h ^= POLYNOMIAL_HIGH;
      }
    }
    low[byte] = l;
    high[byte] = h;
  }
  return { low, high };
}

class Crc64 implements XzCheck {
  readonly length = 8;
  #low = -1;
  #high = -1;

  update(bytes: Uint8Array): void {
    const { low, high } = (tables ??= makeTables());
    let l = this.#low;
    let h = this.#high;
    for (let i = 0; i < bytes.length; i++) {
      const index = (l ^ (bytes[i] as number)) & 0xff;
      l = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
      h = (h >>> 8) ^ (high[index] as number);
    }
    this.#low = l;
    this.#high = h;
  }

  matches(stated: Uint8Array): boolean {
    const view = new DataView(stated.buffer, stated.byteOffset);
    return view.getInt32(0, true) === ~this.#low && view.getInt32(4, true) === ~this.#high;
  }
}
