export { isApiAnswer, readApiAnswer } from "./api-json.ts";
export { isCsvSeries, readCsvSeries } from "./csv.ts";
export * from "./formats.ts";
export { formatSelector, parseSelector, type Selector } from "./labels.ts";
export type * from "./metrics.ts";
export { readPrometheusText } from "./prometheus-text.ts";
export { testifiesAbout, type Testifies } from "./testifies-about.ts";
