import { ascii, hasAt } from "../ascii.ts";
import { unescape } from "./unescape.ts";

const TIME = ascii('time="');
const MESSAGE = ascii(' msg="');
/** The time and the level stand before the message. */
const LONGEST_HEAD = 200;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const N = 0x6e;

/**
 * The message of a line of logrus, `time="…" level=info msg="goroutine 7 [running]:\nmain.main()\n…"`, as Docker and containerd
 * write their dumps on SIGUSR1. The journal splits it where it is long. One is reused for all lines.
 */
export class QuotedMessage {
  #start = -1;
  #scanned = 0;
  #isClosed = false;
  #hasLines = false;

  static begins(bytes: Uint8Array, start: number, end: number): boolean {
    return hasAt(bytes, start, end, TIME);
  }

  /** Forgets the line. */
  reset(): void {
    this.#start = -1;
    this.#isClosed = false;
    this.#hasLines = false;
  }

  /** Reads the line that begins at `from` up to where it is known; whether its message goes on behind that. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    if (this.#start === -1 && !this.#open(bytes, from, end)) return false;
    let at = this.#scanned;
    for (; at < end && bytes[at] !== QUOTE; at++) {
      if (bytes[at] !== BACKSLASH) continue;
      at++;
      if (bytes[at] === N) this.#hasLines = true;
    }
    this.#isClosed = at < end;
    this.#scanned = at;
    return this.#hasLines && !this.#isClosed;
  }

  /** Puts a message of several lines in the place of its line; returns where the text ends now. */
  unquote(bytes: Uint8Array, from: number, end: number): number {
    if (!this.#hasLines) return end;
    const stop = unescape(bytes, this.#start, end);
    bytes.copyWithin(from, this.#start, stop);
    return from + stop - this.#start;
  }

  #open(bytes: Uint8Array, from: number, end: number): boolean {
    if (!QuotedMessage.begins(bytes, from, end)) return false;
    const limit = Math.min(end, from + LONGEST_HEAD);
    for (let at = from; at < limit; at++) {
      if (!hasAt(bytes, at, end, MESSAGE)) continue;
      this.#start = at + MESSAGE.length;
      this.#scanned = this.#start;
      return true;
    }
    return false;
  }
}
