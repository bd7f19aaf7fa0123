import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** `/proc/cgroups`: how many control groups each controller has, those included that were removed and are still in use. */
export interface ProcCgroups extends Model {
  /** By controller: `memory`, `cpu`, … */
  readonly counts: ReadonlyMap<string, Fact<number>>;
}

const HEADER = /^#subsys_name\s+hierarchy\s+num_cgroups\s+enabled/;
const ROW = /^([a-z_]\w*)\s+(\d+)\s+(\d+)\s+([01])$/;

/** Parses it; other lines are passed over. */
export function parseProcCgroups(text: string): ProcCgroups {
  const counts = new Map<string, Fact<number>>();
  for (const { text: line, number } of linesOf(text)) {
    const [, name, , count, enabled] = ROW.exec(line.trim()) ?? [];
    if (name === undefined || enabled !== "1") continue;
    counts.set(name, { value: Number(count), text: line.trim().replace(/\s+/g, " "), line: number });
  }
  if (counts.size > 0) return { counts, diagnostics: [] };
  const message = "no line is of a controller";
  return { counts, diagnostics: [{ effect: "unread", code: "no-controller", message }] };
}

/** By its head. */
export const procCgroupsFormat: Format<"cgroups", ProcCgroups> = textFormat({
  kind: "cgroups",
  recognise: (head) => HEADER.test(head.trimStart()) || new RegExp(HEADER.source, "m").test(head),
  parse: parseProcCgroups,
});
