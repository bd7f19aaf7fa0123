import { eachLine, hasAt } from "./ascii.ts";
import { GOROUTINE_PROFILE, readCounts } from "./goroutine-counts.ts";
import { readDump } from "./goroutine-dump.ts";
import { GoroutineHeader } from "./goroutine-header.ts";
import type { GoroutineSet } from "./goroutine-set.ts";
import { plainHead, plainText } from "./plain-text.ts";

/**
 * Reads the goroutines of a text: `goroutine?debug=1`, `goroutine?debug=2`, or what SIGQUIT, a panic or a fatal error
 * printed. Which of them it is, the first line that is either's tells.
 */
export function parseGoroutineText(bytes: Uint8Array): GoroutineSet {
  const text = plainText(bytes);
  return formOf(text) === "debug=1" ? readCounts(text) : readDump(text);
}

/** Whether a text holds goroutines: a header of one, or the first line of a goroutine profile, as a line of its own. */
export function isGoroutineText(head: Uint8Array): boolean {
  const text = plainHead(head);
  return text !== undefined && formOf(text) !== undefined;
}

function formOf(bytes: Uint8Array): GoroutineSet["form"] | undefined {
  const header = new GoroutineHeader();
  let form: GoroutineSet["form"] | undefined;
  eachLine(bytes, (start, end) => {
    if (hasAt(bytes, start, end, GOROUTINE_PROFILE)) form = "debug=1";
    else if (header.read(bytes, start, end)) form = "debug=2";
    return form === undefined;
  });
  return form;
}
