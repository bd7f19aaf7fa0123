import { ascii, decimal, eachLine, find, hasAt, HASH, isDigit, skipDigits, SPACE } from "./ascii.ts";
import { indentStop } from "./frame-lines.ts";
import { parseLabels } from "./goroutine-labels.ts";
import { goroutineProblems } from "./goroutine-problems.ts";
import { goroutineSet, type GoroutineSet, NO_LABELS, type SharedLabels } from "./goroutine-set.ts";
import { LargestDump } from "./largest-dump.ts";
import { StackGroups } from "./stack-groups.ts";
import { eachInlined, SymbolLine } from "./symbol-line.ts";

export const GOROUTINE_PROFILE = ascii("goroutine profile: total ");
const PROFILE_TOTAL = ascii(" profile: total ");
const AT = ascii(" @");
const LABELS = ascii("labels: ");

/**
 * Reads `goroutine?debug=1`: counted stacks, each with its program counters and its symbols.
 *
 * ```text
 * goroutine profile: total 56
 * 7 @ 0x438dd6 0x40629b 0x405dd8 0x4ecca7
 * # labels: {"tenant":"a"}
 * #	0x4ecca6	main.next+0x26	example.com/fixture/main.go:44
 * ```
 *
 * Go leaves out runtime functions at the leaf, so such a stack does not always tell what it waits for.
 */
export function readCounts(bytes: Uint8Array): GoroutineSet {
  return new CountsReader(bytes).read();
}

class CountsReader {
  readonly #bytes: Uint8Array;
  readonly #groups: StackGroups;
  readonly #problems = goroutineProblems();
  readonly #largest = new LargestDump();
  #declared = 0;
  #counted = 0;
  #inProfile = false;
  /** Goroutines of the stack that is being read; `undefined` between stacks. */
  #count: number | undefined;
  #labels: SharedLabels = NO_LABELS;
  #frames: { readonly func: number; readonly entry: number }[] = [];
  readonly #symbolLine = new SymbolLine();
  #begin = 0;
  #isCut = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#groups = new StackGroups(bytes);
  }

  read(): GoroutineSet {
    eachLine(this.#bytes, (start, end, ended) => this.#line(start, end, ended));
    if (this.#count !== undefined && this.#frames.length === 0) this.#isCut = true;
    this.#close();
    if (this.#isCut) this.#problems.add("goroutine-cut", this.#begin);
    this.#endProfile();
    const { groups, counted, declared } = this.#largest.dump;
    if (counted !== declared) this.#problems.add("count-mismatch", 0);
    for (let more = 1; more < this.#largest.count; more++) this.#problems.add("several-dumps", 0);
    return goroutineSet("debug=1", this.#groups.drafts(groups), this.#problems.diagnostics(), declared);
  }

  #line(start: number, end: number, ended: boolean): void {
    const bytes = this.#bytes;
    if (bytes[start] === HASH) this.#symbol(start, end, ended);
    else if (isDigit(bytes[start])) this.#stack(start, end);
    else {
      this.#close();
      if (hasAt(bytes, find(bytes, SPACE, start, end), end, PROFILE_TOTAL)) this.#profile(start, end);
    }
  }

  #profile(start: number, end: number): void {
    const digits = start + GOROUTINE_PROFILE.length;
    this.#inProfile = hasAt(this.#bytes, start, end, GOROUTINE_PROFILE);
    if (!this.#inProfile) return;
    this.#endProfile();
    this.#declared = decimal(this.#bytes, digits, skipDigits(this.#bytes, digits, end));
  }

  #endProfile(): void {
    this.#largest.add({ groups: this.#groups.take(), counted: this.#counted, declared: this.#declared });
    this.#counted = 0;
    this.#declared = 0;
  }

  #stack(start: number, end: number): void {
    this.#close();
    const digits = skipDigits(this.#bytes, start, end);
    if (!this.#inProfile || !hasAt(this.#bytes, digits, end, AT)) return;
    this.#begin = start;
    this.#count = decimal(this.#bytes, start, digits);
    this.#groups.begin(0);
  }

  /** A line that begins with `#`: the labels of the stack, or a frame. Columns are set apart by one tab or more. */
  #symbol(start: number, end: number, ended: boolean): void {
    if (this.#count === undefined) return;
    const bytes = this.#bytes;
    const { spans } = this.#groups;
    const from = indentStop(bytes, start + 1, end);
    if (hasAt(bytes, from, end, LABELS)) {
      this.#labels = parseLabels(spans.text(spans.idOf(from + LABELS.length + 1, end - 1)));
      return;
    }
    const line = this.#symbolLine;
    line.read(bytes, from, end);
    if (!ended) this.#isCut = true;
    if (!line.hasName) {
      // Without symbols, only the address is there.
      if (ended) this.#frame(spans.idOf(line.pcStart, line.pcStop), 0, Number.NaN);
      return;
    }
    if (!line.hasPlace && !ended) return;
    const place = ended && line.hasPlace ? spans.idOf(line.placeStart, line.placeStop) : 0;
    this.#frame(spans.idOf(line.start, line.stop), place, line.entry);
  }

  #frame(func: number, place: number, entry: number): void {
    this.#groups.frame(func, place, false);
    this.#frames.push({ func, entry });
  }

  #close(): void {
    if (this.#count === undefined) return;
    eachInlined(this.#frames, (frame) => this.#groups.setInlined(frame));
    this.#groups.end(this.#labels).count += this.#count;
    this.#counted += this.#count;
    this.#count = undefined;
    this.#labels = NO_LABELS;
    this.#frames = [];
  }
}
