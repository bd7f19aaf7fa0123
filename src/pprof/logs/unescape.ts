import { isDigit } from "../ascii.ts";

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const U = 0x75;
const WIDE_U = 0x55;
const X = 0x78;

/** What single letters stand for. Others stand for themselves. */
const LETTERS: Readonly<Record<number, number>> = {
  0x61: 7,
  0x62: 8,
  0x66: 12,
  0x6e: 10,
  0x72: 13,
  0x74: 9,
  0x76: 11,
};

/**
 * Undoes the escapes of a string literal in place, those of JSON and those of Go, up to its closing quote or `end`. What comes
 * out is never longer.
 *
 * @returns where the text ends now
 */
export function unescape(bytes: Uint8Array, start: number, end: number): number {
  let to = start;
  for (let at = start; at < end;) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) break;
    if (byte !== BACKSLASH || at + 1 === end) {
      bytes[to++] = byte;
      at++;
      continue;
    }
    const letter = bytes[at + 1] as number;
    const [digits, base] = digitsOf(letter);
    if (digits === 0) {
      bytes[to++] = LETTERS[letter] ?? letter;
      at += 2;
      continue;
    }
    const from = base === 8 ? at + 1 : at + 2;
    // An escape that the end cuts says nothing.
    if (from + digits > end) break;
    let code = numberAt(bytes, from, from + digits, base);
    at = from + digits;
    if (letter === U && isHighSurrogate(code) && bytes[at] === BACKSLASH && at + 6 <= end) {
      const low = numberAt(bytes, at + 2, at + 6, 16);
      if (bytes[at + 1] === U && low >= 0xdc00 && low < 0xe000) {
        code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
    to = letter === U || letter === WIDE_U ? putCharacter(bytes, to, code) : putByte(bytes, to, code);
  }
  return to;
}

/** Where the quote that closes a literal stands; `end` where there is none. */
export function closingQuote(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, end);
}

/** How many digits follow a letter, and of which base; octal ones begin with the letter itself. */
function digitsOf(letter: number): readonly [digits: number, base: 8 | 16] {
  if (letter === U) return [4, 16];
  if (letter === WIDE_U) return [8, 16];
  if (letter === X) return [2, 16];
  return isDigit(letter) ? [3, 8] : [0, 16];
}

function numberAt(bytes: Uint8Array, start: number, stop: number, base: 8 | 16): number {
  const code = Number.parseInt(String.fromCharCode(...bytes.subarray(start, stop)), base);
  return Number.isNaN(code) ? 0xfffd : code;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

function putByte(bytes: Uint8Array, to: number, code: number): number {
  bytes[to] = code;
  return to + 1;
}

/** Writes a character in UTF-8, which is never longer than its escape. */
function putCharacter(bytes: Uint8Array, to: number, code: number): number {
  const isCharacter = code <= 0x10_ffff && (code < 0xd800 || code >= 0xe000);
  const encoded = new TextEncoder().encode(String.fromCodePoint(isCharacter ? code : 0xfffd));
  bytes.set(encoded, to);
  return to + encoded.length;
}
