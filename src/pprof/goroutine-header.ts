import {
  ascii,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COLON,
  COMMA,
  decimal,
  EQUALS,
  find,
  hasAt,
  hasBefore,
  isDigit,
  OPEN_BRACE,
  OPEN_BRACKET,
  skipDigits,
  SPACE,
} from "./ascii.ts";

export const GOROUTINE = ascii("goroutine ");
const LEAKED = ascii(" (leaked)");
const SCAN = ascii(" (scan)");
const DURABLE = ascii(" (durable)");
const MARKS = [LEAKED, SCAN, DURABLE];
const MINUTES = ascii(" minutes");
const LOCKED = ascii("locked to thread");

/**
 * The line that begins a goroutine of a traceback. One is reused for a whole dump.
 *
 * Go's `runtime/traceback.go`, `goroutineheader`, up to 1.27:
 *
 * ```text
 * goroutine ID[ gp=0x… m=ID|nil[ mp=0x…]] [STATE[ (leaked)][ (scan)][ (durable)][, N minutes][, locked to thread]
 *   [, synctest bubble N]][ {key: value, …}]:
 * ```
 */
export class GoroutineHeader {
  id = 0;
  /** Where the state stands, without its marks. */
  stateStart = 0;
  stateStop = 0;
  /** Whole minutes of waiting; 0 where none were printed. */
  minutes = 0;
  leaked = false;
  lockedToThread = false;
  /** Where the labels stand, without their braces; empty where there are none. */
  labelsStart = 0;
  labelsStop = 0;

  /** Reads the header between two offsets; whether it is one. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (!hasAt(bytes, start, end, GOROUTINE)) return false;
    const idStart = start + GOROUTINE.length;
    const idStop = skipDigits(bytes, idStart, end);
    if (idStop === idStart) return false;
    const open = skipPointers(bytes, idStop, end);
    if (bytes[open] !== SPACE || bytes[open + 1] !== OPEN_BRACKET) return false;
    const close = find(bytes, CLOSE_BRACKET, open + 2, end);
    if (close >= end - 1 || !this.#readTail(bytes, close + 1, end)) return false;
    this.id = decimal(bytes, idStart, idStop);
    this.#readState(bytes, open + 2, close);
    return true;
  }

  /** What follows the bracket: labels, and a colon. */
  #readTail(bytes: Uint8Array, start: number, end: number): boolean {
    this.labelsStart = 0;
    this.labelsStop = 0;
    if (bytes[end - 1] !== COLON) return false;
    if (start === end - 1) return true;
    if (bytes[start] !== SPACE || bytes[start + 1] !== OPEN_BRACE || bytes[end - 2] !== CLOSE_BRACE)
      return false;
    this.labelsStart = start + 2;
    this.labelsStop = end - 2;
    return true;
  }

  #readState(bytes: Uint8Array, start: number, close: number): void {
    this.stateStart = start;
    this.stateStop = find(bytes, COMMA, start, close);
    this.minutes = 0;
    this.leaked = false;
    this.lockedToThread = false;
    for (let at = this.stateStop + 2; at < close;) {
      const stop = find(bytes, COMMA, at, close);
      if (isDigit(bytes[at])) {
        const digits = skipDigits(bytes, at, stop);
        if (hasAt(bytes, digits, stop, MINUTES)) this.minutes = decimal(bytes, at, digits);
      } else if (hasAt(bytes, at, stop, LOCKED)) this.lockedToThread = true;
      at = stop + 2;
    }
    this.#dropMarks(bytes);
  }

  /** Takes the runtime's marks off the end of the state. Other parentheses belong to it: `force gc (idle)`. */
  #dropMarks(bytes: Uint8Array): void {
    while (bytes[this.stateStop - 1] === CLOSE_PAREN) {
      const { stateStart, stateStop } = this;
      const mark = MARKS.find((word) => hasBefore(bytes, stateStart, stateStop, word));
      if (mark === undefined) return;
      this.stateStop -= mark.length;
      if (mark === LEAKED) this.leaked = true;
    }
  }
}

/** Passes over ` gp=0x… m=nil mp=0x…`, which crashes and signals print, in any order. */
function skipPointers(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === SPACE && bytes[at + 1] !== OPEN_BRACKET) {
    const stop = find(bytes, SPACE, at + 1, end);
    if (find(bytes, EQUALS, at + 1, stop) === stop) return at;
    at = stop;
  }
  return at;
}
