import { SPACE, TAB } from "../ascii.ts";
import { indentStop } from "../frame-lines.ts";

const ZERO = 0x30;
const X = 0x78;
const MOST_DIGITS = 16;

/** The address that stands between two offsets, as `0x4ece9d`; `undefined` where that is none. */
export function addressAt(bytes: Uint8Array, start: number, stop: number): bigint | undefined {
  const digits = start + 2;
  if (bytes[start] !== ZERO || bytes[start + 1] !== X || stop <= digits || stop - digits > MOST_DIGITS)
    return undefined;
  let [high, low] = [0, 0];
  for (let at = digits; at < stop; at++) {
    const digit = hexDigit(bytes[at] as number);
    if (digit === -1) return undefined;
    high = high * 16 + (low >>> 28);
    low = ((low << 4) | digit) >>> 0;
  }
  return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
}

function hexDigit(byte: number): number {
  if (byte >= ZERO && byte < ZERO + 10) return byte - ZERO;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The addresses between two offsets, set apart by blanks; `undefined` where something else stands there. */
export function addressesAt(bytes: Uint8Array, start: number, end: number): bigint[] | undefined {
  const addresses: bigint[] = [];
  for (let at = indentStop(bytes, start, end); at < end;) {
    let stop = at;
    while (stop < end && bytes[stop] !== SPACE && bytes[stop] !== TAB) stop++;
    const address = addressAt(bytes, at, stop);
    if (address === undefined) return undefined;
    addresses.push(address);
    at = indentStop(bytes, stop, end);
  }
  return addresses;
}
