const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
/** Most digits whose number a double holds as it is. */
const EXACT_DIGITS = 15;
/** Powers of ten that a double holds as they are. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const decoder = new TextDecoder();

/**
 * The number that bytes spell, as Prometheus' `strconv.ParseFloat` reads it: `4.2e+09`, `NaN`, `+Inf`.
 *
 * @returns `undefined` where they spell none
 */
export function numberIn(bytes: Uint8Array, from: number, to: number): number | undefined {
  let at = from;
  const isNegative = bytes[at] === MINUS;
  if (isNegative || bytes[at] === PLUS) at++;
  let digits = 0;
  let mantissa = 0;
  let fraction = -1;
  for (; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) {
      if (++digits > EXACT_DIGITS) return spelt(bytes, from, to);
      mantissa = mantissa * 10 + (byte - ZERO);
      if (fraction >= 0) fraction++;
    } else if (byte === POINT && fraction < 0) fraction = 0;
    else return spelt(bytes, from, to);
  }
  if (digits === 0) return undefined;
  // Both are exact, so that the quotient is rounded once.
  const value = fraction > 0 ? mantissa / (POWERS[fraction] ?? 1) : mantissa;
  return isNegative ? -value : value;
}

const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const INFINITE = /^([-+]?)inf(?:inity)?$/i;
/** Longer than any number that a program prints. */
const LONGEST = 400;

function spelt(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to - from > LONGEST) return undefined;
  return numberOf(decoder.decode(bytes.subarray(from, to)));
}

/** The same of a text. */
export function numberOf(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  if (/^[-+]?nan$/i.test(text)) return Number.NaN;
  const sign = INFINITE.exec(text)?.[1];
  return sign === undefined ? undefined : sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
