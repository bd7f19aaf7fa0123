import { decodeText } from "../bytes/index.ts";
import { hasAt, find, NEWLINE } from "./ascii.ts";
import { GOROUTINE_PROFILE, readCounts } from "./goroutine-counts.ts";
import { readDump } from "./goroutine-dump.ts";
import { GOROUTINE, GoroutineHeader } from "./goroutine-header.ts";
import type { GoroutineSet } from "./goroutine-set.ts";

/**
 * Reads the goroutines of a text: `goroutine?debug=1`, `goroutine?debug=2`, or what SIGQUIT, a panic or a fatal error
 * printed. Which of them it is, the first line that is either's tells.
 */
export function parseGoroutineText(bytes: Uint8Array): GoroutineSet {
  const text = asUtf8(bytes);
  return formOf(text) === "debug=1" ? readCounts(text) : readDump(text);
}

/** Whether a text holds goroutines: a header of one, or the first line of a goroutine profile, as a line of its own. */
export function isGoroutineText(head: Uint8Array): boolean {
  return formOf(asUtf8(head)) !== undefined;
}

function formOf(bytes: Uint8Array): "debug=1" | "debug=2" | undefined {
  const header = new GoroutineHeader();
  for (let at = 0; at < bytes.length;) {
    const newline = find(bytes, NEWLINE, at, bytes.length);
    if (hasAt(bytes, at, newline, GOROUTINE)) {
      if (hasAt(bytes, at, newline, GOROUTINE_PROFILE)) return "debug=1";
      const end = bytes[newline - 1] === 13 ? newline - 1 : newline;
      if (header.read(bytes, at, end)) return "debug=2";
    }
    at = newline + 1;
  }
  return undefined;
}

/** PowerShell redirects into UTF-16, with a mark that says so. */
function asUtf8(bytes: Uint8Array): Uint8Array {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return isUtf16 ? new TextEncoder().encode(decodeText(bytes)) : bytes;
}
