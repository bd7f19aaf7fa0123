import type { Diagnostic } from "../bytes/index.ts";
import type { Span } from "./kube-object.ts";
import { Spans } from "./spans.ts";

/** What the items of a list are where they don't say it themselves. */
interface Said {
  kind: string;
  apiVersion: string;
}

/**
 * Finds the objects in YAML as `kubectl` prints it and people write it: documents, and the items of lists. They are told apart by
 * their lines alone; nothing is parsed yet.
 */
export function splitYaml(text: string): { spans: Span[]; diagnostics: Diagnostic[] } {
  const { all: spans, diagnostics } = new YamlSplitter(text).all();
  return { spans, diagnostics };
}

class YamlSplitter {
  readonly #text: string;
  readonly #spans = new Spans();

  constructor(text: string) {
    this.#text = text;
  }

  all(): Spans {
    const text = this.#text;
    let from = 0;
    let firstLine = 1;
    let line = 1;
    for (let at = 0; at < text.length; line++) {
      const next = this.#nextLine(at);
      if (text.startsWith("---", at) || text.startsWith("...", at)) {
        this.#document(from, at, firstLine);
        from = next;
        firstLine = line + 1;
      }
      at = next;
    }
    this.#document(from, text.length, firstLine);
    return this.#spans;
  }

  #document(from: number, to: number, firstLine: number): void {
    const said = this.#said(from, to, 0);
    const list = said.kind.endsWith("List") ? this.#itemsOf(from, to, firstLine) : undefined;
    if (list === undefined) {
      if (said.apiVersion !== "") this.#add(from, to, 0, said, firstLine);
      return;
    }
    const of = { kind: said.kind.slice(0, -"List".length), apiVersion: said.apiVersion };
    let begin = -1;
    let indent = -1;
    let itemLine = 0;
    let { line } = list;
    for (let at = list.at; at < to; at = this.#nextLine(at), line++) {
      const depth = this.#indent(at);
      const isDash = this.#text.startsWith("- ", at + depth);
      if (isDash && (indent === -1 || depth === indent)) {
        if (begin >= 0) this.#item(begin, at, indent, of, itemLine);
        [begin, indent, itemLine] = [at, depth, line];
      } else if (depth <= Math.max(indent, 0) && !this.#isBlank(at)) {
        // What follows is no item, or there was none.
        if (begin >= 0) this.#item(begin, at, indent, of, itemLine);
        return;
      }
    }
    if (begin >= 0) this.#item(begin, to, indent, of, itemLine);
  }

  /** Where the lines behind `items:` begin. */
  #itemsOf(from: number, to: number, firstLine: number): { at: number; line: number } | undefined {
    let line = firstLine;
    for (let at = from; at < to; line++) {
      const next = this.#nextLine(at);
      if (this.#text.startsWith("items:", at) && this.#text.slice(at + 6, next).trim() === "")
        return { at: next, line: line + 1 };
      at = next;
    }
    return undefined;
  }

  #item(from: number, to: number, indent: number, of: Said, line: number): void {
    const said = this.#said(from, to, indent + 2);
    const known = { kind: said.kind || of.kind, apiVersion: said.apiVersion || of.apiVersion };
    this.#add(from, to, indent + 2, known, line);
  }

  /** The object in some lines, whose members are indented so deep; the dash of an item stands before the first. */
  #add(from: number, to: number, indent: number, { kind, apiVersion }: Said, line: number): void {
    if (kind === "") return;
    const text = this.#text;
    const source = () => " ".repeat(indent) + text.slice(from + indent, to);
    this.#spans.add({ form: "yaml", kind, apiVersion, line, source });
  }

  /** The kind and the version among the members that are indented so deep. */
  #said(from: number, to: number, indent: number): Said {
    const said = { kind: "", apiVersion: "" };
    for (let at = from; at < to; at = this.#nextLine(at)) {
      const depth = at === from && indent > 0 ? indent : this.#indent(at);
      if (depth !== indent) continue;
      if (this.#text.startsWith("kind:", at + indent)) said.kind = this.#valueOf(at + indent);
      else if (this.#text.startsWith("apiVersion:", at + indent)) {
        said.apiVersion = this.#valueOf(at + indent);
      }
    }
    return said;
  }

  /** What stands behind the colon. */
  #valueOf(at: number): string {
    const line = this.#text.slice(at, Math.min(this.#nextLine(at), at + 300));
    const value = line.slice(line.indexOf(":") + 1).replace(/ #.*$/, "");
    return value.trim().replace(/^(["'])(.*)\1$/, "$2");
  }

  #indent(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) === 0x20) at++;
    return at - from;
  }

  #isBlank(at: number): boolean {
    const first = this.#text.charCodeAt(at + this.#indent(at));
    // A line's end, a comment, or the text's end.
    return first === 0x0a || first === 0x0d || first === 0x23 || Number.isNaN(first);
  }

  #nextLine(at: number): number {
    const newline = this.#text.indexOf("\n", at);
    return newline === -1 ? this.#text.length : newline + 1;
  }
}
