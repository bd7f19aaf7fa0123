import { ascii, decimal, hasAt, skipDigits } from "./ascii.ts";

/** What Go's runtime prints before it gives up, each followed by a number of threads (`checkmcount`, `newosproc`). */
const AT_LIMIT = [
  ascii("runtime: program exceeds "),
  ascii("runtime: failed to create new OS thread (have "),
];

/** How many threads a process had when the runtime could make no more; `undefined` for lines that don't say. */
export function threadsAtLimit(bytes: Uint8Array, start: number, end: number): number | undefined {
  const words = AT_LIMIT.find((line) => hasAt(bytes, start, end, line));
  if (!words) return undefined;
  const digits = start + words.length;
  const stop = skipDigits(bytes, digits, end);
  return stop === digits || stop === end ? undefined : decimal(bytes, digits, stop);
}
