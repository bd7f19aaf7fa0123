import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** One image, container or volume, or all of them together, as `docker system df` states it. */
export interface DockerUse {
  readonly of: "image" | "container" | "volume" | "build-cache";
  /** What it is called: `repository:tag`, the container's name, the volume; empty for all of them together. */
  readonly name: string;
  /** Of an image or a container: its id, cut short. */
  readonly id: string | undefined;
  /** Of an image what it takes alone; of a container its writable layer. */
  readonly bytes: number;
  readonly text: string;
  readonly line: number;
}

/** What `docker system df` prints. */
export interface DockerDf extends Model {
  /** With `-v`: one of each. */
  readonly entries: readonly DockerUse[];
  /** Without `-v`: all of a kind. */
  readonly totals: readonly DockerUse[];
}

const SECTION = /^(Images|Containers|Local Volumes|Build cache) (?:space )?usage:/;
const KINDS: ReadonlyMap<string, DockerUse["of"]> = new Map(
  Object.entries({
    Images: "image",
    Containers: "container",
    "Local Volumes": "volume",
    "Build cache": "build-cache",
    "Build Cache": "build-cache",
  }),
);
const SUMMARY = /^TYPE\s+TOTAL\s+ACTIVE\s+SIZE\s+RECLAIMABLE/;
const MOST_ENTRIES = 1 << 16;

/** Parses it, with `-v` and without. */
export function parseDockerDf(text: string): DockerDf {
  const entries: DockerUse[] = [];
  const totals: DockerUse[] = [];
  let section: DockerUse["of"] | undefined;
  let columns: readonly string[] | undefined;
  let isSummary = false;
  for (const { text: line, number } of linesOf(text)) {
    const title = SECTION.exec(line)?.[1];
    if (title !== undefined) {
      [section, columns, isSummary] = [KINDS.get(title), undefined, false];
      continue;
    }
    if (SUMMARY.test(line)) {
      [section, columns, isSummary] = [undefined, undefined, true];
      continue;
    }
    if (line.trim() === "" || entries.length + totals.length >= MOST_ENTRIES) continue;
    const cells = line.trim().split(/ {2,}/);
    const at = { text: line.trim().replace(/ {2,}/g, "  "), line: number };
    if (isSummary) {
      const [of, bytes] = [KINDS.get(cells[0] ?? ""), sizeOf(cells[3])];
      if (of && bytes !== undefined) totals.push({ of, name: "", id: undefined, bytes, ...at });
    } else if (section && !columns) columns = cells.map((name) => name.toUpperCase());
    else if (section && columns) {
      const row = rowOf(section, columns, cells);
      if (row) entries.push({ ...row, ...at });
    }
  }
  if (entries.length + totals.length > 0) return { entries, totals, diagnostics: [] };
  const message = "no image, container or volume is in it";
  return { entries, totals, diagnostics: [{ effect: "note", code: "nothing-used", message }] };
}

function rowOf(
  of: DockerUse["of"],
  columns: readonly string[],
  cells: readonly string[],
): Omit<DockerUse, "text" | "line"> | undefined {
  // The columns of containers differ in number where their names are empty; from both ends they agree.
  if (cells.length !== columns.length) return undefined;
  const cell = (name: string): string | undefined => cells[columns.indexOf(name)];
  const bytes = (of === "image" ? sizeOf(cell("UNIQUE SIZE")) : undefined) ?? sizeOf(cell("SIZE"));
  if (bytes === undefined) return undefined;
  if (of === "image")
    return { of, name: `${cell("REPOSITORY") ?? ""}:${cell("TAG") ?? ""}`, id: cell("IMAGE ID"), bytes };
  if (of === "container") return { of, name: cell("NAMES") ?? "", id: cell("CONTAINER ID"), bytes };
  return { of, name: (of === "volume" ? cell("VOLUME NAME") : cell("CACHE ID")) ?? "", id: undefined, bytes };
}

/** `25.2MB`: Docker counts in powers of 1,000 (github.com/docker/go-units, HumanSize). */
function sizeOf(cell: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)([kMGTPE]?)B/.exec(cell ?? "") ?? [];
  return amount === undefined
    ? undefined
    : Math.round(Number(amount) * 1000 ** (unit === "" ? 0 : "kMGTPE".indexOf(unit) + 1));
}

/** By its titles, or the head of its summary. */
export const dockerDfFormat: Format<"docker-system-df", DockerDf> = textFormat({
  kind: "docker-system-df",
  failure: { program: /\bdocker\b/i, path: /docker.*df/i },
  recognise(head) {
    for (const { text } of linesOf(head)) if (SECTION.test(text) || SUMMARY.test(text)) return true;
    return false;
  },
  parse: parseDockerDf,
});
