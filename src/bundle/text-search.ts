import type { Line } from "../bytes/index.ts";

/** Something that is looked for in the lines of texts while artifacts are read. What was found is kept by the search itself, as a key. */
export interface TextSearch {
  /** Whether an artifact is searched at all, by its path as reports have it. */
  wants(path: string): boolean;
  /**
   * Whether a line is one of those that are looked for, and of which group. It is asked of every line, so it should take time linear in
   * the line's length; a RegExp may take much more.
   */
  match(line: string): LineMatch | undefined;
}

/** What a line holds of what was looked for. */
export interface LineMatch {
  /** What is counted by itself, such as the name of a pod; one text for all where nothing is told apart. */
  readonly group: string;
  /** Named parts of the line. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A line that was found. */
export interface FoundLine extends LineMatch, Line {}

/** The lines of one group in one artifact. */
export interface FoundGroup {
  /** All of them. */
  readonly count: number;
  /** The first {@link KEPT_LINES}. */
  readonly lines: readonly FoundLine[];
}

/** What one search found in one artifact. */
export interface FoundText {
  /** The first {@link KEPT_GROUPS}, in the order in which they were met. */
  readonly groups: ReadonlyMap<string, FoundGroup>;
  /** Lines of further groups, which are only counted. */
  readonly beyond: number;
}

/** What all searches found in the text of an artifact. */
export interface SearchedText {
  readonly lines: number;
  /** Whether all of it was searched, so that what wasn't found isn't there. */
  readonly isWhole: boolean;
  /** Why it isn't whole. */
  readonly reason?: string;
  /** By the searches that wanted it; those that found nothing in it have no group. */
  readonly found: ReadonlyMap<TextSearch, FoundText>;
}

/** Lines that are kept of each group. */
export const KEPT_LINES = 5;
/** Groups that are kept of one search in one artifact. */
export const KEPT_GROUPS = 256;
/** Characters of a line that are looked at, and those that are kept of it. */
const LONGEST_LINE = 16 * 1024;
const KEPT_LENGTH = 500;
/** Characters of a field that are kept. */
const KEPT_FIELD = 200;

interface Counting {
  readonly search: TextSearch;
  readonly groups: Map<string, { count: number; lines: FoundLine[] }>;
  beyond: number;
}

/** Searches a text that is handed in piece by piece. Nothing of it is held but the line that a piece breaks off in. */
export class TextScan {
  readonly #countings: readonly Counting[];
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #rest = "";
  #lines = 0;

  constructor(searches: readonly TextSearch[]) {
    this.#countings = searches.map((search) => ({ search, groups: new Map(), beyond: 0 }));
  }

  /** Takes the next bytes, which may be changed afterwards. */
  push(bytes: Uint8Array): void {
    this.#decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8");
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** @param reason why what was handed in is not all of the text, or not the text that was wanted */
  end(reason?: string): SearchedText {
    this.#take(this.#decoder?.decode() ?? "");
    if (this.#rest !== "") this.#line(this.#rest);
    this.#rest = "";
    const found = new Map(
      this.#countings.map(({ search, groups, beyond }) => [search, { groups, beyond }] as const),
    );
    const isWhole = reason === undefined;
    return { lines: this.#lines, isWhole, found, ...(!isWhole && { reason }) };
  }

  #take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      const line = text.slice(start, end);
      this.#line(this.#rest === "" ? line : this.#rest + line);
      this.#rest = "";
      start = end + 1;
    }
    // Of a line without an end no more is held than is looked at.
    if (start < text.length && this.#rest.length < LONGEST_LINE)
      this.#rest += text.slice(start, start + LONGEST_LINE);
  }

  #line(whole: string): void {
    this.#lines++;
    const cut = whole.length > LONGEST_LINE ? whole.slice(0, LONGEST_LINE) : whole;
    const line = cut.endsWith("\r") ? cut.slice(0, -1) : cut;
    for (const counting of this.#countings) {
      const match = counting.search.match(line);
      if (match) this.#count(counting, match, line);
    }
  }

  #count(counting: Counting, match: LineMatch, line: string): void {
    const key = match.group.slice(0, KEPT_FIELD);
    let group = counting.groups.get(key);
    if (!group) {
      if (counting.groups.size === KEPT_GROUPS) {
        counting.beyond++;
        return;
      }
      counting.groups.set(own(key), (group = { count: 0, lines: [] }));
    }
    group.count++;
    if (group.lines.length === KEPT_LINES) return;
    const fields = [...match.fields].map(([name, value]) => [name, own(value.slice(0, KEPT_FIELD))] as const);
    const text = own(line.trim().slice(0, KEPT_LENGTH));
    group.lines.push({ number: this.#lines, text, group: own(key), fields: new Map(fields) });
  }
}

/** The same text by itself: a slice would keep all that was decoded with it. */
const own = (text: string): string => structuredClone(text);
