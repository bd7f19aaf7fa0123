import type { ByteSource } from "../bytes/index.ts";
import { decodeText, textChunks } from "../bytes/index.ts";
import { formatSelector, parseSelector } from "./labels.ts";
import type { Metrics } from "./metrics.ts";
import { MetricsBuilder } from "./metrics-builder.ts";
import { numberOf } from "./number.ts";

const TIME_COLUMN = /^(?:_?time|timestamp|date(?:time)?|ts)$/i;
const VALUE_COLUMN = /^(?:_?value|value #?\w+)$/i;
const SERIES_COLUMN = /^(?:series|metric|__name__|name of series)$/i;
/** Numbers as Grafana formats them for people. */
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    K: 1e3,
    k: 1e3,
    Mil: 1e6,
    M: 1e6,
    Bil: 1e9,
    B: 1e9,
    ms: 1e-3,
    s: 1,
    min: 60,
    mins: 60,
    hour: 3600,
    hours: 3600,
    "req/s": 1,
    "ops/s": 1,
  }),
);
const FORMATTED = /^([-+]?\d+(?:\.\d+)?)\s*([A-Za-z/]+)$/;

/** How the columns of a table are to be read. */
interface Layout {
  readonly separator: string;
  readonly time: number;
  /** Of a wide table: the series of each column. */
  readonly series: ReadonlyMap<number, string>;
  /** Of a long one: where the value is, and what names its series. */
  readonly long:
    | { readonly value: number; readonly name: number; readonly labels: readonly [number, string][] }
    | undefined;
}

/** Series as spreadsheets export them: a column of times, and either a column for each series or a row for each sample. */
export function isCsvSeries(head: string): boolean {
  const [header = "", first = ""] = head.split(/\r?\n/, 4).filter((line) => !line.startsWith("sep="));
  const layout = layoutOf(header);
  const row = layout && fieldsOf(first, layout.separator);
  return layout !== undefined && row !== undefined && timeOf(row[layout.time] ?? "") !== undefined;
}

/**
 * Reads such a table. A time without a zone is taken for UTC: lengths and order are right, the clock may not be.
 */
export async function readCsvSeries(source: ByteSource): Promise<Metrics> {
  const builder = new MetricsBuilder();
  let isZoned = true;
  let layout: Layout | undefined;
  let bad = 0;
  let firstBad = 0;
  const known = new Map<string, number>();
  const seriesOf = (written: string): number => {
    let series = known.get(written);
    if (series === undefined) known.set(written, (series = builder.seriesOf(written)));
    return series;
  };
  for await (const { bytes, line: first } of textChunks(source)) {
    let line = first - 1;
    for (const raw of decodeText(bytes).split("\n")) {
      line++;
      const text = raw.trim();
      if (text === "" || (line === 1 && text.startsWith("sep="))) continue;
      if (!layout) {
        layout = layoutOf(text);
        if (!layout) break;
        continue;
      }
      const row = fieldsOf(text, layout.separator);
      const written = row[layout.time] ?? "";
      const time = timeOf(written);
      if (time !== undefined && !ZONED.test(written.trim())) isZoned = false;
      if (time === undefined) {
        if (bad++ === 0) firstBad = line;
        continue;
      }
      const { long } = layout;
      if (long) {
        const value = valueOf(row[long.value] ?? "");
        const labels = long.labels.flatMap(([at, key]) => (row[at] ? [[key, row[at]] as const] : []));
        const named = long.name === -1 ? "" : (row[long.name] ?? "");
        const selector = labels.length === 0 ? selectorOf(named) : formatSelector(named, labels);
        if (value !== undefined) builder.add(seriesOf(selector), time, value, line);
      } else {
        for (const [at, heading] of layout.series) {
          const value = valueOf(row[at] ?? "");
          if (value !== undefined) builder.add(seriesOf(heading), time, value, line);
        }
      }
    }
  }
  if (bad > 0) {
    const message = `${bad} rows have no time, the first at line ${firstBad}`;
    builder.diagnostics.push({ effect: "partial", code: "bad-rows", message, line: firstBad });
  }
  return builder.finish("csv", isZoned);
}

/** Columns that a table may have; a hostile one shall not have more. */
const MAX_COLUMNS = 16_384;

function layoutOf(header: string): Layout | undefined {
  const text = header.replace(/^\uFEFF/, "").trim();
  for (const separator of [",", ";", "\t"]) {
    const names = fieldsOf(text, separator);
    const time = names.findIndex((name) => TIME_COLUMN.test(name.trim()));
    if (time === -1 || names.length < 2 || names.length > MAX_COLUMNS) continue;
    const value = names.findIndex((name) => VALUE_COLUMN.test(name.trim()));
    const name = names.findIndex((each) => SERIES_COLUMN.test(each.trim()));
    const others = names.flatMap((each, at) =>
      at === time || at === value || at === name ? [] : [[at, each.trim()] as [number, string]],
    );
    if (value !== -1) return { separator, time, series: new Map(), long: { value, name, labels: others } };
    if (time !== 0) continue;
    return {
      separator,
      time,
      series: new Map(others.map(([at, each]) => [at, selectorOf(each)])),
      long: undefined,
    };
  }
  return undefined;
}

/** A column's heading as a selector; a legend that is none becomes the label `legend`. */
function selectorOf(heading: string): string {
  const selector = parseSelector(heading);
  return selector
    ? formatSelector(selector.name, selector.labels)
    : formatSelector("", [["legend", heading]]);
}

/** The fields of a row; quotes inside quotes are doubled. */
function fieldsOf(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator);
  const fields: string[] = [];
  for (let at = 0; at <= row.length;) {
    if (row.charAt(at) === '"') {
      let field = "";
      for (at++; at < row.length; at++) {
        if (row.charAt(at) !== '"') field += row.charAt(at);
        else if (row.charAt(at + 1) === '"') field += row.charAt(at++);
        else break;
      }
      fields.push(field);
      const next = row.indexOf(separator, at + 1);
      at = next === -1 ? row.length + 1 : next + 1;
    } else {
      const next = row.indexOf(separator, at);
      fields.push(next === -1 ? row.slice(at) : row.slice(at, next));
      at = next === -1 ? row.length + 1 : next + 1;
    }
  }
  return fields;
}

const DATE = /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[-+]\d\d:?\d\d)?$/;

/** Seconds and milliseconds since 1970 are UTC's. */
const ZONED = /^\d{10,13}(?:\.\d+)?$|(?:Z|[-+]\d\d:?\d\d)$/;

/** Seconds since 1970. */
function timeOf(written: string): number | undefined {
  const text = written.trim();
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return Number(text);
  if (/^\d{13}$/.test(text)) return Number(text) / 1000;
  const [, year, month, day, hour, minute, second = "00", fraction, zone = "Z"] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`;
  const time = Date.parse(iso) / 1000;
  return Number.isNaN(time) ? undefined : time + Number(`0.${fraction ?? "0"}`);
}

function valueOf(written: string): number | undefined {
  const text = written.trim();
  const number = numberOf(text);
  if (number !== undefined) return number;
  const [, digits, unit = ""] = FORMATTED.exec(text) ?? [];
  const factor = UNITS.get(unit);
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
