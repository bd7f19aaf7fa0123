import { NO_LABELS, type SharedLabels } from "./goroutine-set.ts";

/** One `key: value`; each is a quoted Go string or stands bare, as `{tenant: a, "queue name": "low"}`. */
const PAIR = /\s*("(?:[^"\\]|\\.)*"|[^\s":,{}][^":,{}]*?)\s*:\s*("(?:[^"\\]|\\.)*"|[^",{}]*)\s*(?:,|$)/gy;

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gu;
const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The labels between the braces of a goroutine's header, or of a `# labels:` line. */
export function parseLabels(text: string): SharedLabels {
  const labels = new Map<string, string>();
  for (const [, key = "", value = ""] of text.matchAll(PAIR)) labels.set(unquote(key), unquote(value));
  return labels.size === 0 ? NO_LABELS : labels;
}

/** A Go string literal's text; what is not quoted is its own. */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  return text
    .slice(1, -1)
    .replaceAll(ESCAPE, (_, hex?: string, u4?: string, u8?: string, octal?: string, c = "") => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const code = Number.parseInt(hex ?? u4 ?? u8 ?? "", 16);
      if (Number.isNaN(code)) return SIMPLE[c] ?? c;
      return code > 0x10_ffff ? "\ufffd" : String.fromCodePoint(code);
    });
}
