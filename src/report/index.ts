export * from "./escape.ts";
export * from "./inventory.ts";
export * from "./inventory-text.ts";
export * from "./json.ts";
export * from "./report.ts";
export * from "./rules.ts";
export * from "./text.ts";
export * from "./comparison.ts";
export { renderSeries, renderSeriesJson } from "./series.ts";
