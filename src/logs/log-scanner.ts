import type { Diagnostic } from "../bytes/index.ts";
import { type Component, componentOfPath } from "./component.ts";
import type { ComponentLog } from "./component-log.ts";
import { countNewlines } from "./count-lines.ts";
import { EventGroups } from "./event-groups.ts";
import { LiteralSearch } from "./literal-search.ts";
import { type LogLine, readLine } from "./log-line.ts";
import type { LogTime } from "./log-time.ts";
import { quote } from "./quote.ts";
import type { Signature } from "./signature.ts";
import { SIGNATURES } from "./signatures/index.ts";

const NEWLINE = 10;
const RETURN = 13;
/** So much of a line is looked at before and behind what was found in it: a longer line is taken for several. */
const REACH = 4096;
/** Bytes that are searched at once. */
const WINDOW = 512 * 1024;
/** Of the beginning, the end, and of each window so many bytes and lines are asked who wrote them. */
const SAMPLED = 4096;
const SAMPLED_LINES = 8;
const HEAD = 64 * 1024;
const HEAD_LINES = 200;

/** The literals of the signatures, and which signatures each may mean. */
const LITERALS = [...new Set(SIGNATURES.flatMap(({ literals }) => literals))];
const MEANT = LITERALS.map((literal) =>
  SIGNATURES.flatMap(({ literals }, id) => (literals.includes(literal) ? [id] : [])),
);

/** A line, or part of a long one, in the buffer. */
interface OpenLine {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  readonly text: string;
  readonly said: LogLine;
}

/** Made when it is first needed, for all logs. */
let search: LiteralSearch | undefined;

/**
 * Scans a log for signatures as its bytes come, in memory that doesn't depend on its length. Lines are not taken apart before a
 * literal was found in them.
 */
export class LogScanner {
  readonly #search = (search ??= new LiteralSearch(LITERALS));
  readonly #groups = new EventGroups();
  readonly #components = new Set<Component>();
  readonly #decoder = new TextDecoder();
  /** {@link REACH} bytes that were searched, those that are, and {@link REACH} that come behind them. */
  readonly #buffer: Uint8Array;
  readonly #words: Int32Array;
  #filled = 0;
  /** Where the part begins that was not searched. */
  #from = 0;
  /** Newlines in the bytes up to an offset of the buffer. */
  #newlines = 0;
  #countedTo = 0;
  #bytes = 0;
  #ownComponent: Component | undefined;
  /** What lines at the beginning that have no tag tell of who wrote them. */
  readonly #byContent = new Set<Component>();
  #isFirst = true;
  #hostname: string | undefined;
  #first: LogTime | undefined;
  #last: LogTime | undefined;
  /** The line, or part of one, that was taken apart last, and which signatures it was asked for. */
  #line: OpenLine | undefined;
  readonly #asked = new Uint8Array(SIGNATURES.length);

  /**
   * @param path the artifact's: its name may tell whose log it is
   * @param window bytes to search at once, a multiple of four
   */
  constructor(path: string, window = WINDOW) {
    this.#ownComponent = componentOfPath(path);
    this.#buffer = new Uint8Array(REACH + window + REACH);
    this.#words = new Int32Array(this.#buffer.buffer);
  }

  /** Takes the next bytes. They may change afterwards. */
  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + this.#buffer.length - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#buffer.length) this.#scan(this.#buffer.length - REACH);
    }
    this.#bytes += chunk.length;
  }

  /** What was found, when all bytes were taken. */
  finish(): ComponentLog {
    this.#scan(this.#filled);
    const endsOpen = this.#filled > 0 && this.#buffer[this.#filled - 1] !== NEWLINE;
    const { events, dropped } = this.#groups;
    const diagnostics: Diagnostic[] = [];
    const unkept = Object.entries(dropped);
    if (unkept.length > 0) {
      const message = `too many different events to keep; not kept: ${unkept.map(([id, count]) => `${count} of ${id}`).join(", ")}`;
      diagnostics.push({ effect: "partial", code: "many-log-events", message });
    }
    return {
      events,
      components: [...this.#components].sort(),
      hostname: this.#hostname,
      from: this.#first,
      to: this.#last,
      lines: this.#newlines + (endsOpen ? 1 : 0),
      bytes: this.#bytes,
      dropped,
      diagnostics,
    };
  }

  /** Searches the bytes before `to`; what is behind them is only looked at. */
  #scan(to: number): void {
    const { length } = this.#buffer;
    const isLast = to === this.#filled && this.#filled < length;
    if (this.#isFirst) {
      this.#sample(0, Math.min(this.#filled, HEAD), HEAD_LINES, true);
      // Lines without a tag are all of one program.
      const [only, another] = this.#byContent;
      if (another === undefined) this.#ownComponent ??= only;
    } else this.#sample(this.#from, Math.min(this.#filled, this.#from + SAMPLED), SAMPLED_LINES, false);
    if (isLast)
      this.#sample(Math.max(0, to - SAMPLED), to, Number.POSITIVE_INFINITY, this.#isFirst && to <= SAMPLED);
    this.#isFirst = false;
    this.#search.search(this.#buffer, this.#from, to, this.#filled, (id, at) => this.#found(id, at));
    this.#countTo(to);
    this.#from = to;
    if (!isLast) this.#moveBy(to - REACH);
  }

  /** Drops the first bytes of the buffer. */
  #moveBy(dropped: number): void {
    this.#buffer.copyWithin(0, dropped, this.#filled);
    this.#filled -= dropped;
    this.#from -= dropped;
    this.#countedTo -= dropped;
    if (this.#line)
      this.#line = { ...this.#line, from: this.#line.from - dropped, to: this.#line.to - dropped };
  }

  #countTo(at: number): void {
    this.#newlines += countNewlines(this.#buffer, this.#words, this.#countedTo, at);
    this.#countedTo = at;
  }

  #found(literal: number, at: number): void {
    if (!this.#line || at >= this.#line.to) this.#openLine(at);
    const line = this.#line;
    if (!line || line.said.isKernel) return;
    for (const id of MEANT[literal] ?? []) {
      if (this.#asked[id] === 1) continue;
      this.#asked[id] = 1;
      const signature = SIGNATURES[id];
      if (signature) this.#ask(signature, line, at);
    }
  }

  #ask(signature: Signature, line: OpenLine, at: number): void {
    const component = line.said.component ?? this.#ownComponent;
    const { of, pattern, except, fixed } = signature;
    if (of && component !== undefined && component !== "all-in-one" && !of.includes(component)) return;
    const match = pattern?.exec(line.said.message);
    if ((pattern && !match) || except?.test(line.said.message) === true) return;
    if (component !== undefined) this.#components.add(component);
    this.#groups.add({
      signature,
      line: line.said,
      component,
      fields: { ...match?.groups, ...fixed },
      number: line.number,
      quote: () => quote(line.text, at - line.from),
    });
  }

  /** Takes the line apart that has what was found at an offset. */
  #openLine(at: number): void {
    const buffer = this.#buffer;
    const first = Math.max(0, at - REACH, this.#line?.to ?? 0);
    let from = at;
    while (from > first && buffer[from - 1] !== NEWLINE) from--;
    const to = this.#endOfLine(at, Math.min(this.#filled, at + REACH));
    this.#countTo(Math.max(from, this.#countedTo));
    const text = this.#text(from, to);
    this.#line = { from, to: Math.max(to, at + 1), number: this.#newlines + 1, text, said: readLine(text) };
    this.#asked.fill(0);
  }

  #endOfLine(from: number, stop: number): number {
    for (let at = from; at < stop; at++) if (this.#buffer[at] === NEWLINE) return at;
    return stop;
  }

  #text(from: number, to: number): string {
    let end = to;
    while (end > from && this.#buffer[end - 1] === RETURN) end--;
    return this.#decoder.decode(this.#buffer.subarray(from, end));
  }

  /** Asks some lines who wrote them and when. Those that begin and end outside are left out, but for the file's own ends. */
  #sample(from: number, to: number, most: number, isStart: boolean): void {
    let at = from;
    if (!isStart) at = this.#endOfLine(from, to) + 1;
    for (let lines = 0; lines < most && at < to; lines++) {
      const end = this.#endOfLine(at, to);
      this.#note(readLine(this.#text(at, Math.min(end, at + REACH))));
      at = end + 1;
    }
  }

  #note({ form, component, time, host, isKernel }: LogLine): void {
    if (form === undefined || isKernel) return;
    if (this.#isFirst && component !== undefined && form !== "syslog" && form !== "journal-json")
      this.#byContent.add(component);
    if (component !== undefined) this.#components.add(component);
    else if (this.#ownComponent !== undefined) this.#components.add(this.#ownComponent);
    this.#hostname ??= host;
    this.#first ??= time;
    if (time !== undefined) this.#last = time;
  }
}
