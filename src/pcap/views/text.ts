/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** Numbers are set flush right. */
  readonly right?: boolean;
  /** Left out where every row has nothing or 0 in it. */
  readonly optional?: boolean;
  /** Its text goes on in further lines where it is too wide; for the last column. */
  readonly wrap?: boolean;
  cell(row: Row): string;
}

const GAP = "  ";
/** Columns of the terminal that a table tries to fit into, and what a wrapped column has of them at least. */
const WIDTH = 100;
const LEAST_WRAPPED = 24;

/** Rows as a table, line by line: as wide as its cells need. */
export function* textTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Generator<string, void> {
  const kept = columns
    .map((column) => ({ ...column, cells: rows.map((row) => column.cell(row)) }))
    .filter(({ optional, cells }) => optional !== true || cells.some((cell) => cell !== "" && cell !== "0"));
  const widths = kept.map(({ title, cells }) =>
    cells.reduce((widest, cell) => Math.max(widest, cell.length), title.length),
  );
  const line = (cells: readonly string[]): string =>
    kept
      .map(({ right }, at) => {
        const cell = cells[at] ?? "";
        return right === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
      })
      .join(GAP)
      .trimEnd();
  yield line(kept.map(({ title }) => title));
  const last = kept.at(-1);
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  for (const row of rows.keys()) {
    const cells = kept.map((column) => column.cells[row] ?? "");
    if (last?.wrap !== true) {
      yield line(cells);
      continue;
    }
    const [first = "", ...more] = wrapped(cells.at(-1) ?? "", Math.max(LEAST_WRAPPED, WIDTH - before));
    yield line([...cells.slice(0, -1), first]);
    for (const part of more) yield " ".repeat(before) + part;
  }
}

/**
 * Rows as a table, with what a limit left out above it, and the server where all rows have the same one, which needs no column
 * then.
 *
 * @param of how many rows there were before the limit
 */
export function* listTable<Row>(
  rows: readonly Row[],
  of: number,
  [one, many]: readonly [one: string, many: string],
  serverText: (row: Row) => string,
  columns: (hasServers: boolean) => readonly Column<Row>[],
): Generator<string, void> {
  if (rows.length < of) yield `Showing ${shownText(rows.length, of, one, many)}`;
  const servers = new Set(rows.map(serverText));
  const [only] = servers;
  if (servers.size === 1 && only !== undefined) yield `All at ${only}`;
  yield* textTable(columns(servers.size > 1), rows);
}

/** A text in lines of at most `width`, broken behind commas; a longer part has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(/(?<=,) /)) {
    if (line !== "" && line.length + 1 + part.length > width) {
      lines.push(line);
      line = part;
    } else line = line === "" ? part : `${line} ${part}`;
  }
  return [...lines, line];
}

/** A time span with three digits: `41 µs`, `4.12 ms`, `5.00 s`, `12 min 3 s`. */
export function spanText(seconds: number): string {
  if (seconds >= 120) {
    const whole = Math.round(seconds);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
  }
  if (seconds >= 0.9995) return `${threeDigits(seconds)} s`;
  if (seconds >= 0.0009995) return `${threeDigits(seconds * 1e3)} ms`;
  return `${Math.round(seconds * 1e6)} µs`;
}

/** Bytes with three digits: `512 B`, `12.3 kB`, `1.23 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return `${at === 0 ? value : threeDigits(value)} ${units[at]}`;
}

function threeDigits(value: number): string {
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

/** How a view tells times: seconds since the capture's first packet, or in UTC. */
export interface Clock {
  /** Seconds since 1970 of the first packet; `undefined` where the capture has none. */
  readonly start: number | undefined;
  readonly utc: boolean;
}

/** A time as {@link Clock} wants it, in microseconds: `12.345678`, or `2023-11-14 22:13:20.123456`. */
export function timeText(time: number, { start, utc }: Clock): string {
  if (Number.isNaN(time)) return "";
  return utc && start !== undefined ? utcText(start + time) : time.toFixed(6);
}

/** Seconds since 1970 as a UTC time, in microseconds. */
export function utcText(seconds: number): string {
  const micros = Math.round(seconds * 1e6);
  const whole = Math.floor(micros / 1e6);
  const fraction = String(micros - whole * 1e6).padStart(6, "0");
  const date = new Date(whole * 1000);
  // What no calendar holds can only come of a damaged file.
  if (Number.isNaN(date.getTime())) return `${whole}.${fraction}`;
  return `${date.toISOString().slice(0, -5).replace("T", " ")}.${fraction}`;
}

/** `1 frame`, `2 frames`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Said of queries where a capture holds not one answer: silence is no proof there. */
export const NO_DNS_ANSWER = "No answer is in the capture: nobody answered, or it holds queries alone";

/** A frame's number; nothing for 0, which no frame has. */
export function frameText(frame: number): string {
  return frame === 0 ? "" : String(frame);
}

/** What a filter or a limit leaves of a list: `3 of 11 attempts`, `11 attempts`. */
export function shownText(shown: number, of: number, one: string, many = `${one}s`): string {
  return shown === of ? counted(of, one, many) : `${shown} of ${counted(of, one, many)}`;
}
