import type { Model } from "../bytes/index.ts";

/** What a program says of a metric beside its samples. */
export interface Family {
  /** `counter`, `gauge`, `histogram`, `summary`, `untyped`, `unknown`, `info`, `stateset` or `gaugehistogram`. */
  readonly type: string | undefined;
  readonly help: string | undefined;
}

/** One time series: a metric with its labels, and what was sampled of it. */
export interface Series {
  /** Such as `workqueue_depth`; empty where a query or a spreadsheet dropped it. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Seconds since 1970, in the order of the artifact; NaN where nothing tells. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** One-based line of each sample. */
  readonly lines: Uint32Array;
}

/** What one artifact has of a program's metrics: one scrape or many, or the answer to a query. */
export interface Metrics extends Model {
  /** `text` as programs are scraped, `api` as Prometheus answers queries, `csv` as spreadsheets export them. */
  readonly form: "text" | "api" | "csv";
  /** Families by name, where the artifact has them. */
  readonly families: ReadonlyMap<string, Family>;
  /** Whether its times are UTC's; those of a table may be of any zone, where none is written. */
  readonly isZoned: boolean;
  /** Scrapes that follow one another in the text; 1 elsewhere. */
  readonly scrapes: number;
  /** One-based line of the first sample of each scrape. */
  readonly scrapeLines: readonly number[];
  /** How many series there are. */
  readonly size: number;
  /** Samples of all series together. */
  readonly samples: number;
  /** The names of all metrics. */
  readonly names: readonly string[];
  /** The series of a metric. They are put together when they are first asked for. */
  named(name: string): readonly Series[];
}
