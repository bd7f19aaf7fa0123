import type { Diagnostic, Format } from "../bytes/index.ts";
import { decodeText, headText, readAll } from "../bytes/index.ts";
import { headlessRow } from "./headless-table.ts";
import { KubeObject } from "./kube-object.ts";
import { failureOf, isEmptyListing } from "./kubectl-failure.ts";
import type { KubeObjects } from "./objects-format.ts";
import { objectOfRow } from "./row-object.ts";
import type { Column } from "./table-columns.ts";
import { cellsOf, columnsOf, isAligned } from "./table-columns.ts";
import { PREFIXES, tableKindOf } from "./table-kinds.ts";

/** The rows of one or several tables that `kubectl get` printed, each as the object of which it shows a part. */
export interface KubeTables extends KubeObjects {
  /** The tables, in order; one without a row is a listing that found nothing. */
  readonly tables: readonly KubeTable[];
}

/** One table. */
export interface KubeTable {
  /** Such as `Pod`; `undefined` where kubectl said that there is nothing, and not of what. */
  readonly kind: string | undefined;
  /** One-based line of its headings. */
  readonly line: number;
  readonly rows: number;
  /** Lines in it that are no rows. */
  readonly unread: number;
}

/** Most bytes that are read, and most rows that are kept. */
const LIMIT = 256 * 1024 * 1024;
const MOST_ROWS = 1 << 19;
/** A line that is longer is no row. */
const LONGEST_ROW = 64 * 1024;
/** Where there are no headings, so many rows tell. */
const FEW_LINES = 3;
const COMMAND = /\b(?:kubectl|oc|k)\s(?:.*\s)?(?:get|describe|events)\b/;
const IN_NAMESPACE = /\s(?:-n|--namespace)[ =]?([a-z0-9][a-z0-9-]{0,62})(?=\s|$)/;
/** How collectors name files and folders of one namespace. */
const PATH_NAMESPACE = /(?:\bnamespaces\/|--?namespace[_=])([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?=[/_]|$)/;

/** Headings as they stand, and what they announce. */
interface Shape {
  readonly kind: string;
  readonly apiVersion: string;
  readonly columns: readonly Column[];
  readonly headings: readonly string[];
  /** How many cells each row has at least. */
  readonly least: number;
}

function shapeOf(line: string): Shape | undefined {
  const columns = columnsOf(line);
  const headings = columns.map(({ name }) => name);
  const found = columns.length > 0 ? tableKindOf(headings) : undefined;
  if (!found) return undefined;
  const { table, least } = found;
  return { kind: table.kind, apiVersion: table.apiVersion, columns, headings, least };
}

/** Whether a line has a cell under each heading that tells what the table lists. */
function isRow(line: string, { columns, least }: Shape): boolean {
  const last = columns[least - 1]?.from ?? 0;
  // Where a character takes two places, its line's cells are told apart with care.
  if (isAligned(line, columns) && (line[last] ?? " ") !== " ") return true;
  return Boolean(cellsOf(line, columns)?.[least - 1]);
}

/** Rows of tables in a text, whatever stands between. Nothing throws; what is no row is counted. */
export function parseKubeTables(text: string, path = ""): KubeTables {
  const parser = new TableParser(text, PATH_NAMESPACE.exec(path)?.[1]);
  parser.parse();
  return { objects: parser.objects, tables: parser.tables, diagnostics: parser.diagnostics };
}

class TableParser {
  readonly objects: KubeObject[] = [];
  readonly tables: { kind: string | undefined; line: number; rows: number; unread: number }[] = [];
  readonly #text: string;
  #namespace: string | undefined;
  #shape: Shape | undefined;
  #dropped = 0;

  constructor(text: string, namespace: string | undefined) {
    this.#text = text;
    this.#namespace = namespace;
  }

  parse(): void {
    const text = this.#text;
    let number = 1;
    for (let from = 0; from < text.length; number++) {
      const newline = text.indexOf("\n", from);
      const next = newline === -1 ? text.length : newline + 1;
      let end = newline === -1 ? text.length : newline;
      while (end > from && text.charCodeAt(end - 1) <= 0x20) end--;
      if (end === from) this.#shape = undefined;
      else if (end - from <= LONGEST_ROW) this.#line(from, end, number);
      from = next;
    }
  }

  get diagnostics(): Diagnostic[] {
    const found: Diagnostic[] = [];
    for (const { line, unread } of this.tables) {
      if (unread === 0) continue;
      const message = `${unread} lines of the table at line ${line} fit none of its columns`;
      found.push({ effect: "partial", code: "table-misfit", message, line });
    }
    if (this.#dropped > 0) {
      const message = `${this.#dropped} rows more than ${MOST_ROWS} were passed over`;
      found.push({ effect: "partial", code: "many-objects", message });
    }
    return found;
  }

  #line(from: number, end: number, number: number): void {
    const first = this.#text.charCodeAt(from);
    // Headings begin with N or L, or are indented.
    if (first === 0x4e || first === 0x4c || first <= 0x20) {
      const shape = shapeOf(this.#text.slice(from, end));
      if (shape) {
        this.#shape = shape;
        this.tables.push({ kind: shape.kind, line: number, rows: 0, unread: 0 });
        return;
      }
    }
    const table = this.tables.at(-1);
    if (this.#shape && table) this.#row(this.#shape, table, from, end, number);
    else this.#alone(this.#text.slice(from, end), number);
  }

  /** A line outside of tables: a row of `--no-headers`, or what stands between. */
  #alone(line: string, number: number): void {
    const row = headlessRow(line);
    if (!row) {
      this.#between(line, number);
      return;
    }
    const { table, headings, cells } = row;
    const last = this.tables.at(-1);
    const isNext = last !== undefined && last.kind === table.kind && last.line + last.rows === number;
    if (!isNext) this.tables.push({ kind: table.kind, line: number, rows: 1, unread: 0 });
    else last.rows++;
    this.#keep(table, cells[headings[0] === "NAMESPACE" ? 1 : 0] ?? "", number, () => {
      const again = headlessRow(line) ?? row;
      return shownOf(again.headings, again.cells);
    });
  }

  #row(
    shape: Shape,
    table: { rows: number; unread: number },
    from: number,
    end: number,
    number: number,
  ): void {
    const line = this.#text.slice(from, end);
    if (!isRow(line, shape)) {
      if (COMMAND.test(line)) this.#between(line, number);
      // A message may go on in lines of its own.
      else if (shape.columns.at(-1)?.name !== "MESSAGE") table.unread++;
      return;
    }
    table.rows++;
    const { columns, headings } = shape;
    // Only where there is a prefix the name says more than the headings.
    const named = line.includes("/")
      ? (cellsOf(line, columns)?.[headings[0] === "NAMESPACE" ? 1 : 0] ?? "")
      : "";
    this.#keep(shape, named, number, () => shownOf(headings, cellsOf(line, columns) ?? []));
  }

  /** Only the line is kept: its cells are told apart again when somebody asks. */
  #keep(
    table: { readonly kind: string; readonly apiVersion: string },
    name: string,
    line: number,
    shown: () => ReadonlyMap<string, string>,
  ): void {
    if (this.objects.length >= MOST_ROWS) {
      this.#dropped++;
      return;
    }
    const { apiVersion } = table;
    const kind = kindOf(table.kind, name);
    const where = this.#namespace;
    const value = () => objectOfRow(kind, shown(), where);
    this.objects.push(new KubeObject({ form: "table", kind, apiVersion, line, value, shown }));
  }

  /** What stands outside of tables: a command tells the namespace of what follows. */
  #between(line: string, number: number): void {
    this.#shape = undefined;
    if (isEmptyListing(line)) this.tables.push({ kind: undefined, line: number, rows: 0, unread: 0 });
    else if (COMMAND.test(line)) this.#namespace = IN_NAMESPACE.exec(line)?.[1];
  }
}

/** What stands in each cell that is not empty, by its heading. */
function shownOf(headings: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> {
  return new Map(headings.flatMap((name, i) => (cells[i] ? [[name, cells[i]] as const] : [])));
}

/** Tables of ReplicaSets and of ReplicationControllers are alike; where several kinds are listed, a prefix tells. */
function kindOf(kind: string, name: string): string {
  const slash = name.indexOf("/");
  if (slash < 0 || kind === "Event") return kind;
  const prefix = name.slice(0, slash).replace(/\..*$/, "");
  return PREFIXES.get(prefix) ?? kind;
}

/** Rows alone, as `--no-headers` and a search in a table leave them. */
function isHeadless(text: string): boolean {
  const lines = text.split("\n", FEW_LINES + 1).filter((line) => line.trim() !== "");
  // The last may be cut.
  const whole = lines.slice(0, Math.min(lines.length, FEW_LINES));
  return whole.length > 0 && whole.every((line) => line.length <= LONGEST_ROW && headlessRow(line));
}

/** By a line of headings, by rows that are known without, or by what kubectl says instead of a table. */
export const kubeTableFormat: Format<"kubectl-get", KubeTables> = {
  kind: "kubectl-get",
  recognise(head) {
    const text = headText(head);
    if (text === undefined) return false;
    if (failureOf(text) !== undefined || isEmptyListing(text) || isHeadless(text)) return true;
    return text
      .split("\n")
      .some((line) => /^\s*(?:NAMESPACE +)?(?:NAME|LAST) ?/.test(line) && shapeOf(line.trimEnd()));
  },
  async decode(source, path) {
    const { bytes, complete } = await readAll(source, LIMIT);
    const text = decodeText(bytes);
    const model = parseKubeTables(text, path);
    const failure = failureOf(text);
    if (failure !== undefined) {
      const message = `the command failed: ${failure}`;
      return { ...model, diagnostics: [{ effect: "unread", code: "command-failed", message }] };
    }
    if (complete) return model;
    const message = `only the first ${LIMIT} bytes were read`;
    return {
      ...model,
      diagnostics: [...model.diagnostics, { effect: "partial", code: "text-limit", message }],
    };
  },
};
