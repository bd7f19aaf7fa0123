import { ascii, AT_SIGN, eachLine, find, hasAt, HASH, NEWLINE } from "../ascii.ts";
import { indentStop } from "../frame-lines.ts";
import { parseLabels } from "../goroutine-labels.ts";
import { ProfileBuilder } from "../profile-builder.ts";
import { SpanTable } from "../span-table.ts";
import { SymbolLine } from "../symbol-line.ts";
import { AddressLocations } from "./address-locations.ts";
import { addressAt, addressesAt } from "./address-text.ts";
import { LONGEST_LINE, MOST_FRAMES, MOST_LOCATIONS, MOST_SAMPLES } from "./limits.ts";
import { legacyProblems } from "./legacy-problems.ts";
import { isMapStart, mapBehind } from "./memory-map.ts";
import { type MemStats, readMemStats } from "./mem-stats.ts";
import { isOfGoroutines, type LegacyStart, startAt } from "./starts.ts";
import { type SymbolFrame, SymbolLocations } from "./symbol-locations.ts";

/** What stands in a sample's line before its stack. */
export interface TextSample {
  readonly values: readonly bigint[];
  /** The size of the objects that it is about, which becomes its label. */
  readonly bytes?: bigint;
}

/** How a form reads its lines. */
export interface SampleReader {
  /** The sample that the text before an `@` gives; `undefined` where it gives none. */
  sample(head: string): TextSample | undefined;
  /** Whether a line without an `@` is one of the form's own. */
  other?(line: string): boolean;
}

const LABELS = ascii("labels: ");
const MEM_STATS = ascii("runtime.MemStats");
/** No form has more before a stack, or in a line of its own. */
const LONGEST_HEAD = 200;

/**
 * Reads the samples of a text, as Go and gperftools write them: a line with values and the addresses of a stack, and from Go the
 * same stack with symbols.
 *
 * ```text
 * 2: 832 [2: 832] @ 0x4ece9d 0x4edaa5
 * #	0x4ece9c	main.allocate+0x5c	example.com/fixture/main.go:116
 * #	0x4edaa4	main.forms+0xc4		example.com/fixture/main.go:202
 * ```
 *
 * Addresses are those that calls return to; one less lies in the call. Go leaves out runtime functions at the leaf of an
 * allocation, and so does its profile.proto; so the symbols are the stack where there are any.
 */
export class TextSamples {
  readonly builder: ProfileBuilder;
  readonly problems = legacyProblems();
  memStats: MemStats | undefined;
  readonly #bytes: Uint8Array;
  readonly #reader: SampleReader;
  readonly #addresses: AddressLocations;
  readonly #spans: SpanTable;
  readonly #symbols: SymbolLocations;
  readonly #symbol = new SymbolLine();
  /** The sample that is being read, and where its addresses stand. */
  #sample: TextSample | undefined;
  #count = 0;
  #begin = 0;
  #addressStart = 0;
  #addressStop = 0;
  #frames: SymbolFrame[] = [];
  #labels = 0;

  /** Reads all samples of the profile that begins there, up to what follows it. */
  constructor(bytes: Uint8Array, start: LegacyStart, columns: number, reader: SampleReader) {
    this.#bytes = bytes;
    this.#reader = reader;
    this.builder = new ProfileBuilder(columns);
    this.#addresses = new AddressLocations(this.builder, mapBehind(bytes, start.offset));
    this.#spans = new SpanTable(bytes);
    this.#symbols = new SymbolLocations(this.builder, this.#spans);
    eachLine(
      bytes,
      (from, end, ended) => from === start.offset || this.#line(from, end, ended),
      start.offset,
    );
    this.#close();
  }

  /** Whether the profile goes on behind a line. */
  #line(start: number, end: number, ended: boolean): boolean {
    const bytes = this.#bytes;
    const from = indentStop(bytes, start, end);
    if (from === end) return true;
    if (end - start > LONGEST_LINE) {
      this.problems.add("foreign-lines", start);
      return true;
    }
    if (bytes[from] === HASH) {
      this.#comment(from + 1, end, ended);
      return true;
    }
    this.#close();
    if (isMapStart(bytes, from, end)) return false;
    const next = startAt(bytes, start, end);
    if (next) {
      // Goroutines are read as what they are.
      if (!isOfGoroutines(next)) this.problems.add("profile-concatenated", start);
      return false;
    }
    if (this.#count > MOST_SAMPLES || this.#addresses.count + this.#symbols.count > MOST_LOCATIONS) {
      this.problems.add("profile-limit", start);
      return false;
    }
    const at = find(bytes, AT_SIGN, from, Math.min(end, from + LONGEST_HEAD));
    const head = String.fromCharCode(...bytes.subarray(from, at)).trimEnd();
    if (bytes[at] !== AT_SIGN || at === end) {
      if (!ended || this.#reader.other?.(head) !== true)
        this.problems.add(ended ? "foreign-lines" : "profile-cut", start);
      return true;
    }
    // A number that the end of the text cuts is another number.
    const sample = ended ? this.#reader.sample(head) : undefined;
    if (!sample) this.problems.add(ended ? "foreign-lines" : "profile-cut", start);
    this.#sample = sample;
    this.#begin = start;
    this.#addressStart = at + 1;
    this.#addressStop = end;
    return true;
  }

  /** A line that begins with `#`: of the sample before it, or of the figures at the end of a heap profile. */
  #comment(start: number, end: number, ended: boolean): void {
    const bytes = this.#bytes;
    const from = indentStop(bytes, start, end);
    if (hasAt(bytes, from, end, MEM_STATS)) {
      this.#close();
      const newline = bytes.indexOf(NEWLINE, end);
      if (newline !== -1) this.memStats ??= readMemStats(bytes.subarray(newline + 1));
    }
    if (!this.#sample) return;
    if (!ended) this.problems.add("profile-cut", this.#begin);
    if (hasAt(bytes, from, end, LABELS)) {
      if (ended) this.#labels = this.#labelSet(from + LABELS.length, end);
      return;
    }
    const line = this.#symbol;
    line.read(bytes, from, end);
    if (!ended && !line.hasPlace) return;
    if (addressAt(bytes, line.pcStart, line.pcStop) === undefined || this.#frames.length === MOST_FRAMES) {
      this.problems.add("foreign-lines", start);
      return;
    }
    this.#frames.push({
      pc: this.#spans.idOf(line.pcStart, line.pcStop),
      func: line.hasName ? this.#spans.idOf(line.start, line.stop) : 0,
      place: ended && line.hasPlace ? this.#spans.idOf(line.placeStart, line.placeStop) : 0,
      entry: line.entry,
    });
  }

  /** `{"queue":"low", "tenant":"a"}` */
  #labelSet(start: number, end: number): number {
    const { labels, strings } = this.builder;
    const pairs = parseLabels(this.#spans.text(this.#spans.idOf(start + 1, end - 1)));
    return labels.add(
      Array.from(pairs, ([key, value]) => ({
        key: strings.add(key),
        str: strings.add(value),
        num: 0n,
        numUnit: 0,
      })),
    );
  }

  #close(): void {
    const sample = this.#sample;
    if (!sample) return;
    this.#count++;
    const stack = this.#stack();
    if (stack) this.builder.add(Uint32Array.from(stack), stack.length, this.#labelsOf(sample), sample.values);
    else this.problems.add("foreign-lines", this.#begin);
    this.#sample = undefined;
    this.#frames = [];
    this.#labels = 0;
  }

  #stack(): number[] | undefined {
    if (this.#frames.some(({ func }) => func !== 0)) return this.#symbols.rows(this.#frames);
    const addresses = addressesAt(this.#bytes, this.#addressStart, this.#addressStop);
    return addresses?.map((address) => this.#addresses.row(address - 1n));
  }

  #labelsOf({ bytes }: TextSample): number {
    if (bytes === undefined) return this.#labels;
    const { labels, strings } = this.builder;
    return labels.add([{ key: strings.add("bytes"), str: 0, num: bytes, numUnit: 0 }]);
  }
}
