import { printable } from "./escape.ts";
import { wrap } from "./wrap.ts";

/** How a word is shown where colours are to be had. */
export type Style = "bold" | "dim" | "red" | "yellow" | "cyan" | "green";

/** How a report is laid out as text. */
export interface TextOptions {
  /** Columns; 100 when absent. */
  readonly width?: number;
  /** Colours a text; plain when absent. */
  readonly paint?: (style: Style, text: string) => string;
}

/** What all parts of one text are laid out by. */
export interface Layout {
  readonly width: number;
  readonly paint: (style: Style, text: string) => string;
}

const NARROWEST = 60;
const WIDTH = 100;
const LABEL_WIDTH = 12;

/** The options with their defaults. */
export function layoutOf({ width = WIDTH, paint = (_, text) => text }: TextOptions): Layout {
  return { width: Math.max(NARROWEST, width), paint };
}

/** Rows behind a label, which stands before the first of them. */
export function labelled(label: string, rows: readonly string[], { paint, width }: Layout): string[] {
  const margin = " ".repeat(LABEL_WIDTH);
  return rows.map((row, i) => {
    const first = i === 0 ? `  ${label}`.padEnd(LABEL_WIDTH) : margin;
    const text = wrap(printable(row), width, first, margin);
    return i === 0 ? `${paint("dim", text.slice(0, LABEL_WIDTH))}${text.slice(LABEL_WIDTH)}` : text;
  });
}

/** A section under a heading of its own. */
export const section = (heading: string, lines: readonly string[], { paint }: Layout): string =>
  [paint("dim", heading), ...lines].join("\n");
