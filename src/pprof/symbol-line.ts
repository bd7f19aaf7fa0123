import { ascii, hasAt, SPACE, TAB } from "./ascii.ts";
import { indentStop } from "./frame-lines.ts";

const OFFSET = ascii("+0x");

/**
 * The line of a frame in a text of debug=1, `#	0x4ecca6	main.next+0x26	example.com/fixture/main.go:44`; columns are set
 * apart by one tab or more. One is reused for a whole text.
 */
export class SymbolLine {
  pcStart = 0;
  pcStop = 0;
  /** Where the function's name stands; empty where there is none. */
  start = 0;
  stop = 0;
  /** Where the `file:line` stands; empty where there is none. */
  placeStart = 0;
  placeStop = 0;
  /** The address where the function's machine code begins: frames of one machine frame share it. */
  entry = Number.NaN;

  /** @param start behind the `#` */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.pcStart = indentStop(bytes, start, end);
    this.pcStop = wordStop(bytes, this.pcStart, end);
    this.start = indentStop(bytes, this.pcStop, end);
    this.stop = findOffset(bytes, this.start, end);
    const offsetStop = wordStop(bytes, this.stop, end);
    this.placeStart = indentStop(bytes, offsetStop, end);
    this.placeStop = end;
    this.entry = hex(bytes, this.pcStart, this.pcStop) - hex(bytes, this.stop + 1, offsetStop);
  }

  get hasName(): boolean {
    return this.start < this.placeStop;
  }

  get hasPlace(): boolean {
    return this.placeStart < this.placeStop;
  }
}

/**
 * Calls back for each frame of a stack that was put into another one. Of frames that follow one another and begin at the same
 * address, the last is the function that stands there, and what has another name was put into it. A function that calls itself
 * has the same name.
 *
 * @param frames leaf first; the functions as numbers
 */
export function eachInlined(
  frames: readonly { readonly func: number; readonly entry: number }[],
  found: (frame: number) => void,
): void {
  for (let last = frames.length - 1; last >= 0;) {
    const outer = frames[last];
    let frame = last - 1;
    for (; frame >= 0 && frames[frame]?.entry === outer?.entry; frame--)
      if (frames[frame]?.func !== outer?.func) found(frame);
    last = frame;
  }
}

/** Where the column that begins at `start` ends, if it holds no blanks. */
function wordStop(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== TAB && bytes[at] !== SPACE) at++;
  return at;
}

/** Where the `+0xOFFSET` after a name begins; `end` where there is none. */
function findOffset(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && !hasAt(bytes, at, end, OFFSET)) at++;
  return at;
}

/** The number that a `0x…` between two offsets gives; addresses of processes are below 2^53. */
function hex(bytes: Uint8Array, start: number, stop: number): number {
  return Number(String.fromCharCode(...bytes.subarray(start, Math.min(stop, start + 20))));
}
