/** The values of scalars by YAML 1.2's core schema, which is the one that agrees with JSON. */

const NAMED: ReadonlyMap<string, null | boolean> = new Map([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const SPECIAL = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A scalar without quotes on one line. */
export function plainScalar(written: string): null | boolean | number | string {
  const first = written.charCodeAt(0);
  // Digits, signs and the point.
  if (first < 0x3a && first >= 0x2b) {
    if (DECIMAL.test(written)) return Number(written);
    if (/^0o[0-7]+$/.test(written)) return Number.parseInt(written.slice(2), 8);
    if (/^0x[0-9a-fA-F]+$/.test(written)) return Number.parseInt(written.slice(2), 16);
    if (SPECIAL.test(written)) {
      if (/nan/i.test(written)) return Number.NaN;
      return first === 0x2d ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    return written;
  }
  const named = written.length <= 5 ? NAMED.get(written) : undefined;
  return named === undefined ? written : named;
}

/** Lines of one scalar: a break between two is a blank, of several in a row one is lost. */
export function foldedLines(lines: readonly string[]): string {
  let folded = lines[0] ?? "";
  for (let i = 1, breaks = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    if (line === "" && i < lines.length - 1) breaks++;
    else {
      folded += (breaks === 0 ? " " : "\n".repeat(breaks)) + line;
      breaks = 0;
    }
  }
  return folded;
}

/** Blanks around a break are none of the scalar's. */
const BREAK = /[ \t]*\r?\n[ \t]*/;

/** What stands between apostrophes. */
export function singleQuoted(inner: string): string {
  const folded = inner.includes("\n") ? foldedLines(inner.split(BREAK)) : inner;
  return folded.includes("'") ? folded.replaceAll("''", "'") : folded;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]|$))/g;

/** @returns what stands between quotes; `undefined` where an escape is none of YAML's */
export function doubleQuoted(inner: string): string | undefined {
  // A break behind a backslash is nothing; so that it isn't folded, it goes first. One behind two is a break.
  const joined = inner.includes("\n")
    ? foldedLines(inner.replace(/((?:^|[^\\])(?:\\\\)*)\\\r?\n[ \t]*/g, "$1").split(BREAK))
    : inner;
  if (!joined.includes("\\")) return joined;
  let isKnown = true;
  const value = joined.replace(
    ESCAPE,
    (_, hex2?: string, hex4?: string, hex8?: string, letter?: string): string => {
      const hex = hex2 ?? hex4 ?? hex8;
      const code = hex === undefined ? Number.NaN : Number.parseInt(hex, 16);
      if (code <= 0x10ffff) return String.fromCodePoint(code);
      const known = letter === undefined ? undefined : ESCAPES[letter];
      if (known === undefined) isKnown = false;
      return known ?? "";
    },
  );
  return isKnown ? value : undefined;
}
