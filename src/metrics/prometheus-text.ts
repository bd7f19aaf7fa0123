import type { ByteSource } from "../bytes/index.ts";
import { textChunks } from "../bytes/index.ts";
import type { Metrics } from "./metrics.ts";
import { MetricsBuilder } from "./metrics-builder.ts";
import { numberIn } from "./number.ts";
import { HASH_PRIME, HASH_START } from "./series-table.ts";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const decoder = new TextDecoder();

const FAMILY = /^#\s*(TYPE|HELP)\s+(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*(.*)$/;
/** What a loop of a shell puts between scrapes: a time by itself, or a comment that is one. */
const TAKEN =
  /^#?\s*(?:scraped?(?: at)?:?\s*)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[-+]\d\d:?\d\d)|\d{10}(?:\.\d+)?|\d{13})\s*$/i;
/** The gauge in which node_exporter gives the time of the scrape. */
const NODE_TIME = /^node_time_seconds$/;

/**
 * Reads the text that programs are scraped for: Prometheus' format or OpenMetrics, one scrape or many. Streamed; nothing throws, what
 * is no sample is counted.
 */
export async function readPrometheusText(source: ByteSource): Promise<Metrics> {
  const reader = new TextReader();
  for await (const { bytes, line } of textChunks(source)) reader.read(bytes, line);
  return reader.finish();
}

class TextReader {
  readonly #builder = new MetricsBuilder();
  #bad = 0;
  #firstBad = 0;
  /** The series of {@link NODE_TIME}, once it was seen. */
  #timeSeries = -2;
  #known = 0;

  read(bytes: Uint8Array, firstLine: number): void {
    let line = firstLine;
    for (let from = 0; from < bytes.length; line++) {
      let end = bytes.indexOf(NEWLINE, from);
      if (end === -1) end = bytes.length;
      const next = end + 1;
      while (end > from && (bytes[end - 1] === RETURN || bytes[end - 1] === SPACE)) end--;
      while (from < end && (bytes[from] === SPACE || bytes[from] === TAB)) from++;
      if (from < end) {
        const isRead =
          bytes[from] === HASH ? this.#comment(bytes, from, end) : this.#sample(bytes, from, end, line);
        if (!isRead && !this.#time(bytes, from, end)) {
          if (this.#bad++ === 0) this.#firstBad = line;
        }
      }
      from = next;
    }
  }

  finish(): Metrics {
    if (this.#bad > 0) {
      const what = this.#bad === 1 ? "1 line is" : `${this.#bad} lines are`;
      const message = `${what} neither sample nor comment, the first at line ${this.#firstBad}`;
      this.#builder.diagnostics.push({
        effect: "partial",
        code: "bad-samples",
        message,
        line: this.#firstBad,
      });
    }
    return this.#builder.finish("text");
  }

  #comment(bytes: Uint8Array, from: number, end: number): boolean {
    // Most are HELP and TYPE of a family; what is longer than a line of text tells nothing.
    const text = decoder.decode(bytes.subarray(from, Math.min(end, from + 4096)));
    if (/^#\s*EOF$/.test(text)) {
      this.#builder.endScrape();
      return true;
    }
    const [, what, quoted, plain, rest = ""] = FAMILY.exec(text) ?? [];
    if (what === undefined) return this.#time(bytes, from, end) || true;
    const name = quoted ?? plain ?? "";
    this.#builder.family(name, what === "TYPE" ? { type: rest.trim().toLowerCase() } : { help: rest });
    return true;
  }

  /** A time between two scrapes. */
  #time(bytes: Uint8Array, from: number, end: number): boolean {
    if (end - from > 64) return false;
    const written = TAKEN.exec(decoder.decode(bytes.subarray(from, end)))?.[1];
    if (written === undefined) return false;
    const number = Number(written);
    const seconds = Number.isNaN(number)
      ? Date.parse(written.replace(",", ".").replace(/([-+]\d\d)(\d\d)$/, "$1:$2")) / 1000
      : number >= 1e11
        ? number / 1000
        : number;
    this.#builder.endScrape();
    this.#builder.takenAt(seconds);
    return true;
  }

  #sample(bytes: Uint8Array, from: number, end: number, line: number): boolean {
    let hash = HASH_START;
    let at = from;
    let byte = bytes[at] ?? 0;
    if (!isNameStart(byte) && byte !== OPEN) return false;
    for (; at < end; at++) {
      byte = bytes[at] ?? 0;
      if (byte === OPEN || byte === SPACE || byte === TAB) break;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
    }
    let to = at;
    // Blanks may stand before the brace.
    let brace = at;
    while (brace < end && (bytes[brace] === SPACE || bytes[brace] === TAB)) brace++;
    if (bytes[brace] === OPEN) {
      let isQuoted = false;
      for (at = to; ; at++) {
        if (at >= end) return false;
        byte = bytes[at] ?? 0;
        hash = Math.imul(hash ^ byte, HASH_PRIME);
        if (byte === QUOTE) isQuoted = !isQuoted;
        else if (isQuoted) {
          if (byte === BACKSLASH) {
            at++;
            hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_PRIME);
          }
        } else if (byte === CLOSE) break;
      }
      to = ++at;
      if (to > end) return false;
    }
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    const valueEnd = wordEnd(bytes, at, end);
    if (valueEnd === at) return false;
    const value = numberIn(bytes, at, valueEnd);
    if (value === undefined) return false;
    for (at = valueEnd; at < end && (bytes[at] === SPACE || bytes[at] === TAB); at++);
    let time = Number.NaN;
    // An exemplar stands behind a second `#`.
    if (at < end && bytes[at] !== HASH) {
      const timeEnd = wordEnd(bytes, at, end);
      const told = numberIn(bytes, at, timeEnd);
      if (told === undefined) return false;
      for (at = timeEnd; at < end && (bytes[at] === SPACE || bytes[at] === TAB); at++);
      if (at < end && bytes[at] !== HASH) return false;
      time = told;
    }
    const series = this.#builder.table.find(bytes, from, to, hash ^ (hash >>> 15));
    this.#builder.add(series, time, value, line);
    if (series >= this.#known) this.#note(series);
    if (series === this.#timeSeries && Number.isNaN(time)) this.#builder.takenAt(value);
    return true;
  }

  #note(series: number): void {
    this.#known = series + 1;
    if (this.#timeSeries < 0 && NODE_TIME.test(this.#builder.table.text(series))) this.#timeSeries = series;
  }
}

function wordEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
  return at;
}

/** Letters, `_` and `:`. */
const isNameStart = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || byte === 0x3a;
