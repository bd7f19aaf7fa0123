import type { Diagnostic } from "../bytes/index.ts";
import type { Span } from "./kube-object.ts";
import { Spans } from "./spans.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
/** The end of the text came first. */
const CUT = -1;

/**
 * Finds the objects in JSON that `kubectl` or the API server printed: one, several after another, or the items of lists.
 * Nothing is parsed yet but where each begins and ends and what it says it is.
 */
export function splitJson(bytes: Uint8Array): { spans: Span[]; diagnostics: Diagnostic[] } {
  const splitter = new JsonSplitter(bytes);
  const complete = splitter.all();
  const { all: spans, diagnostics } = splitter.spans;
  if (complete) return { spans, diagnostics };
  const message = `the JSON ends before its end, or is none, behind ${spans.length} objects`;
  return {
    spans,
    diagnostics: [
      ...diagnostics,
      { effect: spans.length > 0 ? "partial" : "unread", code: "json-cut", message },
    ],
  };
}

/** What an object says of itself, and where the one begins that it is about. */
interface Said {
  kind: string;
  apiVersion: string;
  /** Of a watch: `ADDED`, `MODIFIED`, `DELETED`. */
  change: string;
  /** -1 for none. */
  wrapped: number;
  isEvent: boolean;
}

const saidNothing = (): Said => ({ kind: "", apiVersion: "", change: "", wrapped: -1, isEvent: false });
/** What a watch, or an exporter that watches, says of an object. */
const CHANGES: ReadonlySet<string> = new Set(["ADDED", "MODIFIED", "UPDATED", "DELETED"]);

class JsonSplitter {
  readonly spans = new Spans();
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder();
  /** The last place whose line was told, and that line. */
  #lineAt = 0;
  #line = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether it was JSON to its end. */
  all(): boolean {
    for (let at = this.#blank(0); at < this.#bytes.length;) {
      const byte = this.#bytes[at];
      const end =
        byte === OPEN_BRACE ? this.#object(at) : byte === OPEN_BRACKET ? this.#items(at, undefined) : CUT;
      if (end === CUT) return false;
      at = this.#blank(end);
    }
    return true;
  }

  /** An object at the top: a list, or one that counts itself. */
  #object(from: number): number {
    const items: number[] = [];
    const said = saidNothing();
    const end = this.#members(from, said, items);
    const [at] = items;
    if (said.kind === "" && said.wrapped !== -1 && CHANGES.has(said.change)) this.#wrapped(said);
    // What stands before a cut is read.
    const list = at === undefined ? end : this.#items(at, said.kind.replace(/List$/, ""), said.apiVersion);
    if (at === undefined && end !== CUT && said.kind !== "") this.#add(from, end, said.kind, said.apiVersion);
    return list === CUT ? CUT : end;
  }

  /** What a watch tells of: an object as it became. Of those that were deleted only events are still worth something. */
  #wrapped({ wrapped: from, change, isEvent }: Said): void {
    const said = saidNothing();
    const end = this.#members(from, said, []);
    // The exporters of events leave out what all of them have.
    const kind = said.kind === "" && isEvent ? "Event" : said.kind;
    if (end === CUT || kind === "" || (change === "DELETED" && kind !== "Event")) return;
    this.#add(from, end, kind, said.apiVersion === "" ? "v1" : said.apiVersion);
  }

  /** The elements of an array. Those of a list of one kind don't say what they are. */
  #items(from: number, kind: string | undefined, apiVersion = ""): number {
    for (let at = this.#blank(from + 1); ; at = this.#blank(at + 1)) {
      if (this.#bytes[at] === CLOSE_BRACKET) return at + 1;
      const said = { ...saidNothing(), kind: kind ?? "", apiVersion };
      const begin = at;
      const isObject = this.#bytes[at] === OPEN_BRACE;
      at = isObject ? this.#members(at, said, []) : this.#value(at);
      if (at === CUT) return CUT;
      if (isObject && said.kind !== "") this.#add(begin, at, said.kind, said.apiVersion);
      at = this.#blank(at);
      if (this.#bytes[at] === CLOSE_BRACKET) return at + 1;
      if (this.#bytes[at] !== COMMA) return CUT;
    }
  }

  #add(from: number, to: number, kind: string, apiVersion: string): void {
    const bytes = this.#bytes;
    const line = this.#lineOf(from);
    const source = () => this.#decoder.decode(bytes.subarray(from, to));
    this.spans.add({ form: "json", kind, apiVersion, line, source });
  }

  /** Walks an object; notes its kind and version, and where its `items` begin. Returns where it ends. */
  #members(from: number, said: Said, items: number[]): number {
    for (let at = this.#blank(from + 1); ; at = this.#blank(at + 1)) {
      if (this.#bytes[at] === CLOSE_BRACE) return at + 1;
      if (this.#bytes[at] !== QUOTE) return CUT;
      const keyEnd = this.#string(at);
      if (keyEnd === CUT) return CUT;
      const key = this.#short(at, keyEnd);
      const colon = this.#blank(keyEnd);
      if (this.#bytes[colon] !== COLON) return CUT;
      const begin = this.#blank(colon + 1);
      if ((key === "object" || key === "event") && this.#bytes[begin] === OPEN_BRACE) {
        said.wrapped = begin;
        said.isEvent = key === "event";
      }
      if (key === "items" && this.#bytes[begin] === OPEN_BRACKET) items.push(begin);
      at = this.#value(begin);
      if (at === CUT) return CUT;
      if ((key === "kind" || key === "apiVersion") && this.#bytes[begin] === QUOTE) {
        said[key] = this.#short(begin, at);
      } else if ((key === "type" || key === "verb") && this.#bytes[begin] === QUOTE) {
        said.change = this.#short(begin, at);
      }
      at = this.#blank(at);
      if (this.#bytes[at] === CLOSE_BRACE) return at + 1;
      if (this.#bytes[at] !== COMMA) return CUT;
    }
  }

  /** The end of a value of any depth. */
  #value(from: number): number {
    const bytes = this.#bytes;
    let depth = 0;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        const end = this.#string(at);
        if (end === CUT) return CUT;
        at = end - 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        // It belongs to what the value is in.
        if (depth === 0) return at;
        depth--;
      } else if (byte === COMMA && depth === 0) return at;
      else continue;
      if (depth === 0) return at + 1;
    }
    return CUT;
  }

  #string(from: number): number {
    const bytes = this.#bytes;
    for (let at = from + 1; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) at++;
    }
    return CUT;
  }

  /** A string without its quotes, where it is no longer than names are. */
  #short(from: number, to: number): string {
    return to - from > 258 ? "" : this.#decoder.decode(this.#bytes.subarray(from + 1, to - 1));
  }

  #blank(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
    return at;
  }

  #lineOf(offset: number): number {
    for (; this.#lineAt < offset; this.#lineAt++) if (this.#bytes[this.#lineAt] === 0x0a) this.#line++;
    return this.#line;
  }
}
