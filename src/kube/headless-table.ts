import type { TableKind } from "./table-kinds.ts";
import { tableKindOf } from "./table-kinds.ts";

/** Rows of `--no-headers`, told by what stands in their cells: the headings they would have, and what each cell looks like. */
interface Headless {
  readonly headings: readonly string[];
  readonly cells: readonly RegExp[];
  /** What may stand behind: nothing, or all of one of these. */
  readonly further: readonly (readonly string[])[];
}

const NAME = /^(?:[a-z][a-z.]*\/)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const NUMBER = /^\d{1,9}$/;
const SHARE = /^\d{1,5}\/\d{1,5}$/;
const AGE = /^(?:(?:\d{1,6}[ydhms]){1,3}|<unknown>|<invalid>)$/;
const ADDRESS = ["IP", "NODE", "NOMINATED NODE", "READINESS GATES"];

const SHAPES: readonly Headless[] = [
  {
    headings: ["NAME", "READY", "STATUS", "RESTARTS", "AGE"],
    cells: [NAME, SHARE, /^[A-Z][\w:/.-]*$/, /^\d{1,9}(?: \(\S+ ago\))?$/, AGE],
    further: [["LABELS"], ADDRESS, [...ADDRESS, "LABELS"]],
  },
  {
    headings: ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"],
    cells: [/^\S+(?: \(x\d+ over \S+\))?$/, /^(?:Normal|Warning)$/, /^\w+$/, /^[A-Za-z]+\/\S+$/, /./],
    further: [],
  },
  {
    headings: ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"],
    cells: [NAME, SHARE, NUMBER, NUMBER, AGE],
    further: [["CONTAINERS", "IMAGES", "SELECTOR"]],
  },
  {
    headings: ["NAME", "DESIRED", "CURRENT", "READY", "AGE"],
    // A ReplicationController has no hash behind its name.
    cells: [/^[a-z0-9.-]+-[0-9a-z]{6,10}$/, NUMBER, NUMBER, NUMBER, AGE],
    further: [["CONTAINERS", "IMAGES", "SELECTOR"]],
  },
  {
    headings: ["NAME", "STATUS", "ROLES", "AGE", "VERSION"],
    cells: [NAME, /^(?:Not)?Ready(?:,SchedulingDisabled)?$/, /^\S+$/, AGE, /^v\d+\.\d+\.\S+$/],
    further: [["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"]],
  },
];

/** A row that stands without headings. */
export interface HeadlessRow {
  readonly table: TableKind;
  readonly headings: readonly string[];
  readonly cells: readonly string[];
}

/** @returns `undefined` where a line is no row of a table that is known by its cells */
export function headlessRow(line: string): HeadlessRow | undefined {
  const parts = line.trim().split(/ {2,}/);
  if (parts.length < 5) return undefined;
  for (const shape of SHAPES) {
    for (const before of [0, 1]) {
      if (!shape.cells.every((pattern, i) => pattern.test(parts[i + before] ?? ""))) continue;
      const headings = headingsOf(shape, parts.length - before);
      const table = headings && tableKindOf(headings)?.table;
      if (!headings || !table) continue;
      const all = before === 1 ? ["NAMESPACE", ...headings] : headings;
      // A message may have blanks of its own.
      const last = all.length - 1;
      return { table, headings: all, cells: [...parts.slice(0, last), parts.slice(last).join("  ")] };
    }
  }
  return undefined;
}

function headingsOf({ headings, further }: Headless, length: number): readonly string[] | undefined {
  const rest = length - headings.length;
  if (rest === 0 || (rest > 0 && headings.at(-1) === "MESSAGE")) return headings;
  const more = further.find((each) => each.length === rest);
  return more && [...headings, ...more];
}
