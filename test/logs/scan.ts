import type { ComponentLog } from "../../src/logs/index.ts";
import { LogScanner } from "../../src/logs/index.ts";

/** Scans a text, given as it is or in pieces of so many bytes, under a name that tells nothing if none is given. */
export function scan(
  text: string | Uint8Array,
  path = "a.txt",
  chunk = Number.POSITIVE_INFINITY,
  window?: number,
): ComponentLog {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const scanner = new LogScanner(path, window);
  for (let at = 0; at < bytes.length; at += chunk) {
    const piece = Uint8Array.from(bytes.subarray(at, Math.min(bytes.length, at + chunk)));
    scanner.take(piece);
    // A source may use its buffer again.
    piece.fill(0);
  }
  return scanner.finish();
}
