import {
  ascii,
  CLOSE_PAREN,
  COLON,
  DOT,
  EQUALS,
  hasAt,
  hasBefore,
  isDigit,
  OPEN_PAREN,
  PLUS,
  SPACE,
  TAB,
} from "./ascii.ts";

const IN_GOROUTINE = ascii(" in goroutine ");
const INLINED = ascii("(...)");
const PC = ascii("pc=0x");

/** The line of a function: `net/http.(*conn).serve(0xc000, {0x1, 0x2})`. One is reused for a whole dump. */
export class CallLine {
  /** Where the function's name stands. */
  start = 0;
  stop = 0;
  /** Whether arguments follow it. Names that a cgo symbolizer prints have none. */
  isCall = false;
  inlined = false;

  read(bytes: Uint8Array, start: number, end: number): void {
    this.start = start;
    this.stop = end;
    this.inlined = hasBefore(bytes, start, end, INLINED);
    // Arguments hold no parentheses, so the last one opens them; earlier ones are a receiver's.
    let open = end - 1;
    if (bytes[open] === CLOSE_PAREN) while (open > start && bytes[open] !== OPEN_PAREN) open--;
    // Behind a dot it opens a receiver: the line is cut.
    this.isCall = open > start && bytes[open] === OPEN_PAREN && bytes[open - 1] !== DOT;
    if (this.isCall) this.stop = open;
  }
}

/** Where the name of a `created by X in goroutine N` ends. */
export function creatorStop(bytes: Uint8Array, start: number, end: number): number {
  let digits = end;
  while (digits > start && isDigit(bytes[digits - 1])) digits--;
  return hasBefore(bytes, start, digits, IN_GOROUTINE) ? digits - IN_GOROUTINE.length : end;
}

/** Where a line's text begins. */
export function indentStop(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === TAB || bytes[at] === SPACE)) at++;
  return at;
}

/**
 * Where the `file:line` of a place ends, before ` +0xOFFSET fp=0x… sp=0x… pc=0x…`. A file's name may hold spaces, so
 * it is found from the end; none of what follows it holds a colon.
 */
export function placeStop(bytes: Uint8Array, start: number, end: number): number {
  if (hasAt(bytes, start, end, PC)) return start;
  let stop = end;
  for (;;) {
    let space = stop - 1;
    while (space > start && bytes[space] !== SPACE && bytes[space] !== COLON) space--;
    if (space <= start || bytes[space] === COLON) return stop;
    if (bytes[space + 1] !== PLUS && bytes[space + 3] !== EQUALS) return stop;
    stop = space;
  }
}

/** Whether a place ends as `file:line` does. */
export function endsInLine(bytes: Uint8Array, start: number, stop: number): boolean {
  let digits = stop;
  while (digits > start && isDigit(bytes[digits - 1])) digits--;
  return digits < stop && bytes[digits - 1] === COLON;
}
