// Scans a log for the signatures and no more. With `literals`, prints what it looks for instead, one a line, for its peers.
// Usage: node bench/scan-log.mjs FILE|literals; bench/run.mjs bundles it first, as the command is bundled
import { closeSync, openSync, readSync } from "node:fs";
import { LogScanner, SIGNATURES } from "../dist/logs/index.js";

const [file] = process.argv.slice(2);
if (file === "literals") {
  console.log([...new Set(SIGNATURES.flatMap(({ literals }) => literals))].join("\n"));
} else {
  const scanner = new LogScanner(file);
  const input = openSync(file, "r");
  const chunk = new Uint8Array(256 * 1024);
  for (let length = readSync(input, chunk); length > 0; length = readSync(input, chunk))
    scanner.take(chunk.subarray(0, length));
  closeSync(input);
  const { events, lines } = scanner.finish();
  console.log(`${events.reduce((sum, { count }) => sum + count, 0)} of ${lines} lines`);
}
