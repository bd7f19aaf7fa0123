import { HEAD_LENGTH } from "../../bytes/index.ts";
import { ascii, eachLine, hasAt, hasBefore, HASH, isDigit, NEWLINE, SPACE, TAB } from "../ascii.ts";
import { endsInLine, placeStop } from "../frame-lines.ts";
import { mayBegin } from "../goroutine-start.ts";
import { klogStop } from "./klog-prefix.ts";
import { type LinePrefix, linePrefix } from "./line-prefix.ts";
import { QuotedMessage } from "./quoted-message.ts";
import { closingQuote, unescape } from "./unescape.ts";

/**
 * A text without what a container runtime, a log daemon or a logger put around its lines; a text that has none of that as it is.
 *
 * Lines that a runtime split are joined again. From the first goroutine on, only the lines of its source are kept: what others
 * wrote meanwhile is no part of the dump.
 */
export function unwrapLog(bytes: Uint8Array): Uint8Array {
  return isWrapped(bytes) ? new LogUnwrapper(bytes).unwrap() : bytes;
}

/** Whether one of the first lines has something around it. To look for what isn't there does no harm, and costs a copy. */
function isWrapped(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, HEAD_LENGTH);
  let found = false;
  eachLine(head, (start, end) => {
    found =
      linePrefix(head, start, end) !== undefined ||
      klogStop(head, start, end) > start ||
      QuotedMessage.begins(head, start, end);
    return !found;
  });
  return found;
}

class LogUnwrapper {
  readonly #bytes: Uint8Array;
  /** What comes out is never longer: what is put in is shorter than the prefix that its line had. */
  readonly #out: Uint8Array;
  #length = 0;
  /** The line that is being put together: where it begins, who wrote it, and whether more of it is to come. */
  #from = 0;
  #prefix: LinePrefix | undefined;
  #isOpen = false;
  readonly #message = new QuotedMessage();
  /** How far the journal indents the further lines of a message. */
  #indent = 0;
  /** Who wrote the last goroutine. */
  #dumping: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#out = new Uint8Array(bytes.length);
  }

  unwrap(): Uint8Array {
    eachLine(this.#bytes, (start, end, ended) => {
      const prefix = linePrefix(this.#bytes, start, end) ?? this.#indented(start, end);
      if (prefix?.kind === "syslog") this.#indent = prefix.stop - start;
      this.#line(prefix, prefix?.stop ?? start, end, ended);
    });
    if (this.#isOpen) this.#close(false);
    return this.#out.subarray(0, this.#length);
  }

  /** What the journal puts before the lines of a message behind its first: as many blanks. */
  #indented(start: number, end: number): LinePrefix | undefined {
    const stop = start + this.#indent;
    if (this.#indent === 0 || stop > end) return undefined;
    for (let at = start; at < stop; at++) if (this.#bytes[at] !== SPACE) return undefined;
    return this.#prefix && { ...this.#prefix, stop };
  }

  #line(prefix: LinePrefix | undefined, start: number, end: number, ended: boolean): void {
    const isFirst =
      !this.#isOpen ||
      prefix?.source !== this.#prefix?.source ||
      QuotedMessage.begins(this.#bytes, start, end);
    if (isFirst) {
      if (this.#isOpen) this.#close(true);
      this.#from = this.#length;
      this.#isOpen = true;
      this.#message.reset();
    }
    this.#prefix = prefix;
    if (prefix?.kind === "json") {
      if (!this.#appendJson(start, end)) return;
    } else {
      this.#append(start, end);
      if (prefix?.isPartial === true || !ended) return;
    }
    const goesOn = this.#message.read(this.#out, this.#from, this.#length);
    if (!goesOn || prefix?.kind !== "syslog") this.#close(true);
  }

  #append(start: number, end: number): void {
    this.#out.set(this.#bytes.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  /** Appends a literal of JSON; whether it ends the line, as its own newline tells. */
  #appendJson(start: number, end: number): boolean {
    const from = this.#length;
    this.#append(start, closingQuote(this.#bytes, start, end));
    this.#length = unescape(this.#out, from, this.#length);
    const isWhole = this.#length > from && this.#out[this.#length - 1] === NEWLINE;
    if (isWhole) this.#length--;
    return isWhole;
  }

  /** @param ended whether a newline follows */
  #close(ended: boolean): void {
    const out = this.#out;
    const from = this.#from;
    this.#isOpen = false;
    const text = klogStop(out, from, this.#length);
    if (text > from) {
      out.copyWithin(from, text, this.#length);
      this.#length -= text - from;
    } else this.#length = this.#message.unquote(out, from, this.#length);
    if (this.#prefix?.kind === "syslog") this.#restoreTabs(from);
    const source = this.#prefix?.source;
    if (mayBegin(out, from)) this.#dumping = source;
    else if (source !== undefined && this.#dumping !== undefined && source !== this.#dumping) {
      this.#length = from;
      return;
    }
    if (ended) out[this.#length++] = NEWLINE;
  }

  /** Syslog writes tabs as `#011`, and older journals drop what indents a line. */
  #restoreTabs(from: number): void {
    const out = this.#out;
    let to = from;
    for (let at = from; at < this.#length; at++) {
      const isTab = out[at] === HASH && hasAt(out, at, this.#length, ESCAPED_TAB);
      out[to++] = isTab ? TAB : (out[at] as number);
      if (isTab) at += ESCAPED_TAB.length - 1;
    }
    this.#length = to;
    if (!isPlace(out, from, to)) return;
    out.copyWithin(from + 1, from, to);
    out[from] = TAB;
    this.#length++;
  }
}

const ESCAPED_TAB = ascii("#011");
const SOURCES = [".go", ".s", ".c", ">"].map(ascii);

/** Whether a line is the `file.go:12 +0x1d` of a frame. */
function isPlace(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === TAB || bytes[start] === SPACE || bytes[start] === HASH) return false;
  const stop = placeStop(bytes, start, end);
  if (!endsInLine(bytes, start, stop)) return false;
  let colon = stop - 1;
  while (isDigit(bytes[colon])) colon--;
  return SOURCES.some((ending) => hasBefore(bytes, start, colon, ending));
}
