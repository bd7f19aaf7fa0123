import type { Diagnostic, Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What connection tracking has counted since its module was loaded, in the network namespace that was asked. */
export interface ConntrackStatistics extends Model {
  /**
   * Sums over all CPUs by the names of `conntrack -S`: `insert_failed`, `drop`, `early_drop`, `clash_resolve`,
   * `search_restart`, … The text names the CPU with the most, and the line is its own. A name that a CPU's line lacks is left out:
   * its sum isn't known. So is what the table has columns for and today's kernels don't count.
   */
  readonly counters: ReadonlyMap<string, Fact<number>>;
  /** CPUs that are summed: two snapshots compare only where they have as many. */
  readonly cpus: number;
  /** Connections in the table, which `/proc/net/stat/nf_conntrack` tells and `conntrack -S` doesn't. */
  readonly entries: Fact<number> | undefined;
}

/** The counters of one CPU, as one line has them. */
interface CpuLine {
  readonly cpu: string;
  readonly values: ReadonlyMap<string, number>;
  readonly line: number;
}

const CPU = /^\s*cpu=(\d+)\s+((?:\w+=\d+\s+)*\w+=\d+)\s*$/;
/** The header of the hexadecimal table (net/netfilter/nf_conntrack_standalone.c, ct_cpu_seq_show). */
const HEADER = /^\s*entries\s+(?:searched|clashres)\s+found\s.*\binsert_failed\b/;
const HEX_ROW = /^\s*[0-9a-f]{8}(?:\s+[0-9a-f]{8})+\s*$/;

/** The table's names that `conntrack -S` has others for. */
const RENAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    clashres: "clash_resolve",
    chainlength: "chaintoolong",
    icmp_error: "error",
  }),
);
/** Columns that kernels still print and no longer count: their zero means nothing. */
const NO_LONGER_COUNTED = new Set(["searched", "new", "ignore", "delete", "delete_list"]);

/** Parses `conntrack -S` and the table of `/proc/net/stat/nf_conntrack`; other lines are passed over. */
export function parseConntrackStatistics(text: string): ConntrackStatistics {
  const rows: CpuLine[] = [];
  let columns: readonly string[] | undefined;
  let entries: Fact<number> | undefined;
  for (const { text: line, number } of linesOf(text)) {
    if (HEADER.test(line)) columns = line.trim().split(/\s+/);
    else if (columns && HEX_ROW.test(line)) {
      const values = hexRow(line, columns);
      const now = values.get("entries");
      if (now !== undefined) entries ??= { value: now, text: `entries = ${now}`, line: number };
      values.delete("entries");
      rows.push({ cpu: String(rows.length), values, line: number });
    } else {
      const [, cpu, pairs] = CPU.exec(line) ?? [];
      if (cpu !== undefined && pairs !== undefined) rows.push({ cpu, values: pairsOf(pairs), line: number });
    }
  }
  dropCutValue(text, rows);
  return { counters: sums(rows), cpus: rows.length, entries, diagnostics: diagnose(rows) };
}

function hexRow(line: string, columns: readonly string[]): Map<string, number> {
  const cells = line.trim().split(/\s+/);
  const values = new Map<string, number>();
  for (const [i, column] of columns.entries()) {
    const cell = cells[i];
    if (cell === undefined || NO_LONGER_COUNTED.has(column)) continue;
    values.set(RENAMED.get(column) ?? column, Number.parseInt(cell, 16));
  }
  return values;
}

function pairsOf(pairs: string): Map<string, number> {
  return new Map(
    pairs
      .trim()
      .split(/\s+/)
      .map((pair): [string, number] => {
        const equals = pair.indexOf("=");
        return [pair.slice(0, equals), Number(pair.slice(equals + 1))];
      }),
  );
}

/** A text that ends in the middle of a line may have lost digits of its last value. */
function dropCutValue(text: string, rows: CpuLine[]): void {
  const last = rows.at(-1);
  if (!last || !/[0-9a-f]$/.test(text)) return;
  const keys = [...last.values.keys()];
  const kept = new Map([...last.values].filter(([name]) => name !== keys.at(-1)));
  rows[rows.length - 1] = { ...last, values: kept };
}

function sums(rows: readonly CpuLine[]): Map<string, Fact<number>> {
  const counters = new Map<string, Fact<number>>();
  const [first] = rows;
  if (!first) return counters;
  for (const name of first.values.keys()) {
    let sum = 0;
    let most = { value: -1, row: first };
    for (const row of rows) {
      // What one CPU's line lacks makes the sum unknown.
      const value = row.values.get(name) ?? Number.NaN;
      sum += value;
      if (value > most.value) most = { value, row };
    }
    if (Number.isNaN(sum)) continue;
    const on = rows.length === 1 || sum === 0 ? "" : `, ${most.value} of them on cpu=${most.row.cpu}`;
    counters.set(name, {
      value: sum,
      text: `${name}=${sum} on ${rows.length === 1 ? "1 CPU" : `${rows.length} CPUs`}${on}`,
      line: most.row.line,
    });
  }
  return counters;
}

function diagnose(rows: readonly CpuLine[]): Diagnostic[] {
  const [first] = rows;
  if (!first) return [{ effect: "unread", code: "no-cpu", message: "no line counts what a CPU has tracked" }];
  const short = rows.find((row) => row.values.size !== first.values.size);
  if (!short) return [];
  const message = `the line of cpu=${short.cpu} is not as long as the others`;
  return [{ effect: "partial", code: "uneven-lines", message, line: short.line }];
}

/** By a line of a CPU with its `insert_failed`, or by the table's header. */
export const conntrackFormat: Format<"conntrack-S", ConntrackStatistics> = textFormat({
  kind: "conntrack-S",
  failure: { program: /conntrack/, path: /conntrack/i },
  recognise(head) {
    for (const { text } of linesOf(head)) {
      if (HEADER.test(text)) return true;
      if (/\binsert(?:_failed)?=\d/.test(text) && CPU.test(text)) return true;
    }
    return false;
  },
  parse: parseConntrackStatistics,
});
