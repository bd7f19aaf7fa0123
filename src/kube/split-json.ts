import type { Diagnostic } from "../bytes/index.ts";
import type { Span } from "./kube-object.ts";
import { MOST_OBJECTS, Spans } from "./spans.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const ITEMS = new TextEncoder().encode("items");
const KIND = new TextEncoder().encode("kind");
const VERSION = new TextEncoder().encode("apiVersion");
/** Which bytes say where a value ends. */
const STRUCTURE = new Uint8Array(256);
for (const byte of [QUOTE, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, COMMA]) STRUCTURE[byte] = 1;
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

/** What an object says of itself. */
interface Said {
  kind: string | undefined;
  apiVersion: string | undefined;
}

/** An element of a list, and where it stands. */
interface Item extends Readonly<Said> {
  readonly from: number;
  readonly to: number;
}

/** The elements of a list, until its kind is known: what kubectl prints tells that last. */
class Items {
  /** No more than are kept of all. */
  readonly kept: Item[] = [];
  /** How many more there are, which say what they are and which don't. */
  readonly more = { told: 0, untold: 0 };
  /** Whether the list ends before its end. */
  isCut = false;

  add(item: Item): void {
    if (this.kept.length < MOST_OBJECTS) this.kept.push(item);
    else if (item.kind === undefined) this.more.untold++;
    else if (item.kind !== "") this.more.told++;
  }
}

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
      const end = byte === OPEN_BRACE ? this.#object(at) : byte === OPEN_BRACKET ? this.#array(at) : CUT;
      if (end === CUT) return false;
      at = this.#blank(end);
    }
    return true;
  }

  /** An array at the top. */
  #array(from: number): number {
    const items = new Items();
    const end = this.#items(from, items);
    this.#addAll(items, "", "");
    return end;
  }

  /** An object at the top: a list, or one that counts itself. */
  #object(from: number): number {
    const said: Said = { kind: undefined, apiVersion: undefined };
    const list: { items?: Items } = {};
    const end = this.#members(from, said, list);
    const { kind = "", apiVersion = "" } = said;
    // Those of a list of one kind don't say what they are; and what stands before a cut is read.
    if (list.items) this.#addAll(list.items, kind.replace(/List$/, ""), apiVersion);
    else if (end !== CUT) this.#add(from, end, kind, apiVersion);
    return list.items?.isCut === true ? CUT : end;
  }

  /** @param kind what those are that don't tell it */
  #addAll({ kept, more }: Items, kind: string, apiVersion: string): void {
    for (const item of kept) this.#add(item.from, item.to, item.kind ?? kind, item.apiVersion ?? apiVersion);
    this.spans.passOver(more.told + (kind === "" ? 0 : more.untold));
  }

  /** The elements of an array, as far as it isn't cut, are noted. */
  #items(from: number, items: Items): number {
    for (let at = this.#blank(from + 1); ; at = this.#blank(at + 1)) {
      if (this.#bytes[at] === CLOSE_BRACKET) return at + 1;
      const said: Said = { kind: undefined, apiVersion: undefined };
      const begin = at;
      const isObject = this.#bytes[at] === OPEN_BRACE;
      at = isObject ? this.#members(at, said) : this.#value(at);
      if (at === CUT) return CUT;
      if (isObject) items.add({ ...said, from: begin, to: at });
      at = this.#blank(at);
      if (this.#bytes[at] === CLOSE_BRACKET) return at + 1;
      if (this.#bytes[at] !== COMMA) return CUT;
    }
  }

  /** What doesn't tell its kind is no object of the API. */
  #add(from: number, to: number, kind: string, apiVersion: string): void {
    if (kind === "") return;
    const bytes = this.#bytes;
    const line = this.#lineOf(from);
    const source = () => this.#decoder.decode(bytes.subarray(from, to));
    this.spans.add({ form: "json", kind, apiVersion, line, source });
  }

  /** Walks an object; notes its kind and version, and of one at the top its `items`. Returns where it ends. */
  #members(from: number, said: Said, list?: { items?: Items }): number {
    for (let at = this.#blank(from + 1); ; at = this.#blank(at + 1)) {
      if (this.#bytes[at] === CLOSE_BRACE) return at + 1;
      if (this.#bytes[at] !== QUOTE) return CUT;
      const key = at;
      const keyEnd = this.#string(at);
      if (keyEnd === CUT) return CUT;
      const colon = this.#blank(keyEnd);
      if (this.#bytes[colon] !== COLON) return CUT;
      const begin = this.#blank(colon + 1);
      at = CUT;
      const isList = list !== undefined && list.items === undefined && this.#is(ITEMS, key, keyEnd);
      if (isList && this.#bytes[begin] === OPEN_BRACKET) {
        list.items = new Items();
        at = this.#items(begin, list.items);
        list.items.isCut = at === CUT;
      }
      // A list that is no JSON may have its end all the same, and its kind behind that.
      if (at === CUT) at = this.#value(begin);
      if (at === CUT) return CUT;
      if (this.#bytes[begin] === QUOTE) {
        if (this.#is(KIND, key, keyEnd)) said.kind = this.#short(begin, at);
        else if (this.#is(VERSION, key, keyEnd)) said.apiVersion = this.#short(begin, at);
      }
      at = this.#blank(at);
      if (this.#bytes[at] === CLOSE_BRACE) return at + 1;
      if (this.#bytes[at] !== COMMA) return CUT;
    }
  }

  /** Whether a string between two places is a word. */
  #is(word: Uint8Array, from: number, to: number): boolean {
    if (to - from !== word.length + 2) return false;
    for (let i = 0; i < word.length; i++) if (this.#bytes[from + 1 + i] !== word[i]) return false;
    return true;
  }

  /** The end of a value of any depth. */
  #value(from: number): number {
    const bytes = this.#bytes;
    let depth = 0;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      // Most of a listing is what indents it.
      if (STRUCTURE[byte] === 0) continue;
      if (byte === QUOTE) {
        const end = this.#string(at);
        if (end === CUT) return CUT;
        at = end - 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === COMMA) {
        if (depth === 0) return at;
        continue;
      } else {
        // It belongs to what the value is in.
        if (depth === 0) return at;
        depth--;
      }
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
