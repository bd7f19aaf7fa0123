import type { Model } from "../bytes/index.ts";
import { reasonOf } from "../bytes/index.ts";
import { printable } from "../report/escape.ts";

/** What is missing of a damaged artifact goes to standard error: views show what could be read. */
export function tellDamage(path: string, diagnostics: Model["diagnostics"]): void {
  const damage = reasonOf(diagnostics);
  if (damage !== undefined) process.stderr.write(`inquest: ${printable(`${path}: in part: ${damage}`)}\n`);
}
