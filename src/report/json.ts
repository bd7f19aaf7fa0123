import { printableJson } from "./escape.ts";
import type { Report } from "./report.ts";

/** The report as one JSON object, ending in a line feed. */
export function renderJson(report: Report): string {
  return `${printableJson(report)}\n`;
}
