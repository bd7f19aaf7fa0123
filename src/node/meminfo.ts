import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** `/proc/meminfo`. */
export interface Meminfo extends Model {
  /** By the kernel's names: bytes, but for the `HugePages_…`, which count pages. */
  readonly values: ReadonlyMap<string, Fact<number>>;
}

const ROW = /^([A-Z][\w()]{2,40}): +(\d{1,18})( kB)?$/;

/** Parses it; other lines are passed over. */
export function parseMeminfo(text: string): Meminfo {
  const values = new Map<string, Fact<number>>();
  // A number at the end of a text without a line end may have lost digits.
  const whole = text.endsWith("\n") || text.endsWith("kB") ? text : text.slice(0, text.lastIndexOf("\n") + 1);
  for (const { text: line, number } of linesOf(whole)) {
    const [, name, amount, unit] = ROW.exec(line.trimEnd()) ?? [];
    if (name === undefined || values.has(name)) continue;
    values.set(name, {
      value: Number(amount) * (unit === undefined ? 1 : 1024),
      text: line.trim().replace(/ +/g, " "),
      line: number,
    });
  }
  if (values.has("MemTotal")) return { values, diagnostics: [] };
  const message = "MemTotal is not in it";
  return {
    values,
    diagnostics: [{ effect: values.size === 0 ? "unread" : "partial", code: "no-total", message }],
  };
}

/** By `MemTotal` and a line beside it. */
export const meminfoFormat: Format<"meminfo", Meminfo> = textFormat({
  kind: "meminfo",
  recognise: (head) =>
    /^MemTotal: +\d+ kB\r?$/m.test(head) && /^(?:MemFree|Buffers|Cached|MemAvailable): +\d+ kB/m.test(head),
  parse: parseMeminfo,
});
