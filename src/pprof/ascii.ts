/** Bytes that the readers of Go's text forms look for. */
export const TAB = 9;
export const NEWLINE = 10;
const RETURN = 13;
export const SPACE = 32;
export const HASH = 0x23;
export const OPEN_PAREN = 0x28;
export const CLOSE_PAREN = 0x29;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const DOT = 0x2e;
const ZERO = 0x30;
export const COLON = 0x3a;
export const EQUALS = 0x3d;
export const AT_SIGN = 0x40;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** The bytes of a word to look for. */
export function ascii(word: string): Uint8Array {
  return new TextEncoder().encode(word);
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte < ZERO + 10;
}

/** Whether a word stands at `at`, before `end`. */
export function hasAt(bytes: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  if (at < 0 || end - at < word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}

/** Whether a word ends at `end`, after `start`. */
export function hasBefore(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  return end - word.length >= start && hasAt(bytes, end - word.length, end, word);
}

/** Where a byte stands between two offsets; `end` where it doesn't. */
export function find(bytes: Uint8Array, byte: number, at: number, end: number): number {
  let found = at;
  while (found < end && bytes[found] !== byte) found++;
  return found;
}

/** Where the digits at `at` end. */
export function skipDigits(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && isDigit(bytes[stop])) stop++;
  return stop;
}

/** The decimal number between two offsets. */
export function decimal(bytes: Uint8Array, at: number, stop: number): number {
  let value = 0;
  for (let digit = at; digit < stop; digit++) value = value * 10 + (bytes[digit] as number) - ZERO;
  return value;
}

/**
 * Calls back for each line: where it begins, where its text ends, and whether a newline ends it; until the caller
 * answers `false`.
 */
export function eachLine(
  bytes: Uint8Array,
  visit: (start: number, end: number, ended: boolean) => boolean | void,
  from = 0,
): void {
  for (let at = from; at < bytes.length;) {
    const newline = find(bytes, NEWLINE, at, bytes.length);
    let end = newline;
    while (end > at && bytes[end - 1] === RETURN) end--;
    if (visit(at, end, newline < bytes.length) === false) return;
    at = newline + 1;
  }
}
