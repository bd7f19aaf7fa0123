import type { Diagnostic } from "../bytes/index.ts";
import { parseSelector } from "./labels.ts";
import type { Family, Metrics, Series } from "./metrics.ts";
import { hashOf, SeriesTable } from "./series-table.ts";

/** Most samples of one artifact that are kept: 24 bytes each, and 4 for their order. */
const MAX_SAMPLES = 2 ** 22;
const MAX_FAMILIES = 2 ** 15;
/** Milliseconds since 1970 and seconds since 1970 can't be mistaken for one another: a number above is no second before the year 5138. */
const LEAST_MILLISECONDS = 1e11;
const encoder = new TextEncoder();

/** Gathers samples into columns. */
export class MetricsBuilder {
  readonly table = new SeriesTable();
  readonly diagnostics: Diagnostic[] = [];
  readonly #families = new Map<string, { type: string | undefined; help: string | undefined }>();
  #of = new Uint32Array(4096);
  /** Seconds since 1970; where a sample has no time of its own, its scrape's number, counted from -1 down. */
  #times = new Float64Array(4096);
  #values = new Float64Array(4096);
  #lines = new Uint32Array(4096);
  #samples = 0;
  #lost = 0;
  /** When each scrape was taken, where the text tells it. */
  readonly #scrapeTimes = new Map<number, number>();
  #scrape = 0;
  readonly #scrapeLines: number[] = [];
  #isFresh = true;
  /** Of each series, the last scrape that had it, plus one. */
  #lastScrape = new Uint32Array(4096);

  /** A series by name and labels as they are written. */
  seriesOf(written: string): number {
    const bytes = encoder.encode(written);
    return this.table.find(bytes, 0, bytes.length, hashOf(bytes, 0, bytes.length));
  }

  /**
   * Adds a sample.
   *
   * @param series by {@link SeriesTable.find}; -1 is counted as lost
   * @param time as it is written, in seconds or milliseconds since 1970; NaN where there is none
   */
  add(series: number, time: number, value: number, line: number): void {
    if (series < 0 || this.#samples === MAX_SAMPLES) {
      this.#lost++;
      return;
    }
    if (this.#samples === this.#of.length) this.#grow();
    const at = this.#samples++;
    this.#of[at] = series;
    this.#values[at] = value;
    this.#lines[at] = line;
    this.#isFresh = false;
    if (this.#scrapeLines.length === this.#scrape) this.#scrapeLines.push(line);
    if (time >= 0) {
      this.#times[at] = time >= LEAST_MILLISECONDS ? time / 1000 : time;
      return;
    }
    if (series >= this.#lastScrape.length) this.#growScrapes(series);
    if (this.#lastScrape[series] === this.#scrape + 1) this.#scrapeLines[++this.#scrape] = line;
    this.#lastScrape[series] = this.#scrape + 1;
    this.#times[at] = -1 - this.#scrape;
  }

  /** What follows is of another scrape. */
  endScrape(): void {
    if (this.#isFresh) return;
    this.#scrape++;
    this.#isFresh = true;
  }

  /** When the scrape was taken that the samples are of. */
  takenAt(seconds: number): void {
    this.#scrapeTimes.set(this.#scrape, seconds);
  }

  family(name: string, said: Partial<Family>): void {
    const known = this.#families.get(name);
    if (!known && this.#families.size === MAX_FAMILIES) return;
    this.#families.set(name, { type: said.type ?? known?.type, help: said.help ?? known?.help });
  }

  finish(form: Metrics["form"], isZoned = true): Metrics {
    const samples = this.#samples;
    if (this.#lost > 0) {
      const message = `${this.#lost} samples behind the first ${samples} of ${this.table.count} series were left out`;
      this.diagnostics.push({ effect: "partial", code: "many-samples", message });
    }
    const times = this.#times.subarray(0, samples);
    for (let at = 0; at < samples; at++) {
      const time = times[at] ?? 0;
      if (time < 0) times[at] = this.#scrapeTimes.get(-1 - time) ?? Number.NaN;
    }
    const scrapes = this.#scrape + (this.#isFresh && this.#scrape > 0 ? 0 : 1);
    const { table, diagnostics } = this;
    const about = { form, isZoned, families: this.#families, scrapes, scrapeLines: this.#scrapeLines };
    return new Columns({ ...about, diagnostics }, table, {
      of: this.#of.subarray(0, samples),
      times,
      values: this.#values.subarray(0, samples),
      lines: this.#lines.subarray(0, samples),
    });
  }

  #grow(): void {
    const size = 2 * this.#of.length;
    const [of, times, values, lines] = [this.#of, this.#times, this.#values, this.#lines];
    (this.#of = new Uint32Array(size)).set(of);
    (this.#times = new Float64Array(size)).set(times);
    (this.#values = new Float64Array(size)).set(values);
    (this.#lines = new Uint32Array(size)).set(lines);
  }

  #growScrapes(series: number): void {
    const larger = new Uint32Array(2 * series);
    larger.set(this.#lastScrape);
    this.#lastScrape = larger;
  }
}

interface Samples {
  readonly of: Uint32Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly lines: Uint32Array;
}

class Columns implements Metrics {
  readonly form: Metrics["form"];
  readonly isZoned: boolean;
  readonly families: ReadonlyMap<string, Family>;
  readonly scrapes: number;
  readonly scrapeLines: readonly number[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #table: SeriesTable;
  readonly #columns: Samples;
  /** Where the samples of each series begin in the order, and the order. */
  #starts: Uint32Array | undefined;
  #order: Uint32Array = new Uint32Array(0);
  #byName: ReadonlyMap<string, readonly number[]> | undefined;
  readonly #named = new Map<string, readonly Series[]>();

  constructor(
    about: Pick<Metrics, "diagnostics" | "families" | "form" | "isZoned" | "scrapeLines" | "scrapes">,
    table: SeriesTable,
    columns: Samples,
  ) {
    this.form = about.form;
    this.isZoned = about.isZoned;
    this.families = about.families;
    this.scrapes = about.scrapes;
    this.scrapeLines = about.scrapeLines;
    this.diagnostics = about.diagnostics;
    this.#table = table;
    this.#columns = columns;
  }

  get size(): number {
    return this.#table.count;
  }

  get samples(): number {
    return this.#columns.of.length;
  }

  get names(): readonly string[] {
    return [...this.#seriesByName.keys()];
  }

  named(name: string): readonly Series[] {
    let series = this.#named.get(name);
    if (!series) {
      series = (this.#seriesByName.get(name) ?? []).map((each) => this.#series(each));
      this.#named.set(name, series);
    }
    return series;
  }

  get #seriesByName(): ReadonlyMap<string, readonly number[]> {
    if (this.#byName) return this.#byName;
    const known = new Map<string, number[]>();
    for (let series = 0; series < this.#table.count; series++) {
      const written = this.#table.text(series);
      const brace = written.indexOf("{");
      const before = (brace === -1 ? written : written.slice(0, brace)).trim();
      const name = before === "" ? (parseSelector(written)?.name ?? "") : before;
      const others = known.get(name);
      if (others) others.push(series);
      else known.set(name, [series]);
    }
    this.#byName = known;
    return known;
  }

  #series(series: number): Series {
    this.#starts ??= this.#sort();
    const { times, values, lines } = this.#columns;
    const order = this.#order.subarray(this.#starts[series], this.#starts[series + 1]);
    const selector = parseSelector(this.#table.text(series));
    return {
      name: selector?.name ?? "",
      labels: selector?.labels ?? new Map(),
      times: Float64Array.from(order, (at) => times[at] ?? 0),
      values: Float64Array.from(order, (at) => values[at] ?? 0),
      lines: Uint32Array.from(order, (at) => lines[at] ?? 0),
    };
  }

  #sort(): Uint32Array {
    const { of } = this.#columns;
    const starts = new Uint32Array(this.#table.count + 2);
    for (const series of of) starts[series + 2] = (starts[series + 2] ?? 0) + 1;
    for (let series = 2; series < starts.length; series++)
      starts[series] = (starts[series] ?? 0) + (starts[series - 1] ?? 0);
    this.#order = new Uint32Array(of.length);
    for (let at = 0; at < of.length; at++) {
      const series = (of[at] ?? 0) + 1;
      const to = starts[series] ?? 0;
      this.#order[to] = at;
      starts[series] = to + 1;
    }
    return starts;
  }
}
