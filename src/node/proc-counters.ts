import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** Numbers that a file of `/proc` has under names. */
export interface ProcCounters extends Model {
  readonly values: ReadonlyMap<string, Fact<number>>;
}

/** What each CPU has done with packets that came in: `/proc/net/softnet_stat` (net/core/net-procfs.c, softnet_seq_show). */
export interface SoftnetStatistics extends Model {
  readonly cpus: readonly {
    readonly processed: number;
    /** For want of room in the CPU's backlog (net.core.netdev_max_backlog). */
    readonly dropped: number;
    /** How often it stopped with packets left, for it had done its share. */
    readonly squeezed: number;
    readonly text: string;
    readonly line: number;
  }[];
}

/** How long tasks waited for a resource: `/proc/pressure/*` and a control group's `*.pressure`, in percent of the time. */
export interface Pressure extends Model {
  readonly resource: string | undefined;
  readonly shares: readonly {
    /** `some` task waited, or all that could run (`full`). */
    readonly of: "some" | "full";
    readonly avg10: number;
    readonly avg60: number;
    readonly avg300: number;
    /** Microseconds that tasks waited, since the start. */
    readonly total: number;
    readonly text: string;
    readonly line: number;
  }[];
}

const SOCKSTAT = /^(sockets|(?:TCP|UDP|UDPLITE|RAW|FRAG)6?):((?: [a-z]+ \d{1,18})+)$/;
const VMSTAT = /^([a-z]\w{2,60}) (\d{1,20})$/;
const SOFTNET = /^[0-9a-f]{8}(?: [0-9a-f]{8}){8,15} ?$/;
const PRESSURE = /^(some|full) avg10=(\d+\.\d+) avg60=(\d+\.\d+) avg300=(\d+\.\d+) total=(\d{1,15})$/;

/** Parses `/proc/net/sockstat` and `sockstat6`: `TCP inuse`, `TCP mem` (pages), `sockets used`, … */
export function parseSockstat(text: string): ProcCounters {
  const values = new Map<string, Fact<number>>();
  for (const { text: line, number } of linesOf(wholeLines(text))) {
    const [, section, rest] = SOCKSTAT.exec(line.trimEnd()) ?? [];
    if (section === undefined || rest === undefined) continue;
    for (const [, name = "", value] of rest.matchAll(/([a-z]+) (\d+)/g))
      values.set(`${section} ${name}`, { value: Number(value), text: line.trim(), line: number });
  }
  return { values, diagnostics: empty(values.size, "no line is of sockets") };
}

/** Parses `/proc/vmstat`. */
export function parseVmstat(text: string): ProcCounters {
  const values = new Map<string, Fact<number>>();
  for (const { text: line, number } of linesOf(wholeLines(text))) {
    const [, name, value] = VMSTAT.exec(line.trimEnd()) ?? [];
    if (name !== undefined) values.set(name, { value: Number(value), text: line.trim(), line: number });
  }
  return { values, diagnostics: empty(values.size, "no line is of a counter") };
}

/** Parses it; a row that was cut is left out. */
export function parseSoftnet(text: string): SoftnetStatistics {
  const cpus: SoftnetStatistics["cpus"][number][] = [];
  for (const { text: line, number } of linesOf(text)) {
    if (!SOFTNET.test(line.trim())) continue;
    const [processed = 0, dropped = 0, squeezed = 0] = line
      .trim()
      .split(" ")
      .map((cell) => Number.parseInt(cell, 16));
    const says = `CPU ${cpus.length}: ${processed} packets, ${dropped} dropped, squeezed ${squeezed} times`;
    cpus.push({ processed, dropped, squeezed, text: says, line: number });
  }
  return { cpus, diagnostics: empty(cpus.length, "no line is of a CPU") };
}

/** @param path its name tells the resource */
export function parsePressure(text: string, path = ""): Pressure {
  const shares: Pressure["shares"][number][] = [];
  for (const { text: line, number } of linesOf(text)) {
    const [, of, avg10, avg60, avg300, total] = PRESSURE.exec(line.trim()) ?? [];
    if (of !== "some" && of !== "full") continue;
    const averages = {
      avg10: Number(avg10),
      avg60: Number(avg60),
      avg300: Number(avg300),
      total: Number(total),
    };
    shares.push({ of, ...averages, text: line.trim(), line: number });
  }
  const resource = /(?:^|\/)(?:pressure\/)?(cpu|io|memory|irq)(?:\.pressure)?(?:\.txt)?$/.exec(path)?.[1];
  return { resource, shares, diagnostics: empty(shares.length, "no line is of a pressure") };
}

/** A number at the end of a text without a line end may have lost digits. */
const wholeLines = (text: string): string =>
  text.endsWith("\n") ? text : text.slice(0, text.lastIndexOf("\n") + 1);

const empty = (count: number, message: string): Model["diagnostics"] =>
  count > 0 ? [] : [{ effect: "unread", code: "no-line", message }];

/** Whether all lines of a head are of a kind, but for the last, which may be cut. */
function allLines(head: string, pattern: RegExp): boolean {
  const lines = [...linesOf(head)].map(({ text }) => text.trim()).filter((text) => text !== "");
  return (
    lines.length > 0 && lines.every((line, i) => pattern.test(line) || (i > 0 && i === lines.length - 1))
  );
}

export const sockstatFormat: Format<"sockstat", ProcCounters> = textFormat({
  kind: "sockstat",
  recognise: (head) => allLines(head, SOCKSTAT),
  parse: parseSockstat,
});

export const vmstatFormat: Format<"vmstat", ProcCounters> = textFormat({
  kind: "vmstat",
  recognise: (head) => /^nr_free_pages \d/m.test(head) && allLines(head, VMSTAT),
  parse: parseVmstat,
});

export const softnetFormat: Format<"softnet-stat", SoftnetStatistics> = textFormat({
  kind: "softnet-stat",
  recognise: (head) => allLines(head, SOFTNET),
  parse: parseSoftnet,
});

export const pressureFormat: Format<"pressure", Pressure> = textFormat({
  kind: "pressure",
  recognise: (head) => allLines(head, PRESSURE),
  parse: parsePressure,
});
