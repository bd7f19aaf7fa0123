import { once } from "node:events";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { InquestError } from "../bytes/index.ts";
import { printable, printableJson } from "../report/escape.ts";

/** Writes what a command was asked for to a file; lines are written as they come, however many they are. */
export function writeOutput(path: string, content: string | Uint8Array | Iterable<string>): void {
  try {
    if (typeof content === "string" || content instanceof Uint8Array) writeFileSync(path, content);
    else writeLines(path, content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InquestError("misuse", `the output can't be written: ${why}`, { path, cause: error });
  }
}

function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, "w");
  try {
    for (const line of lines) writeSync(file, `${line}\n`);
  } finally {
    closeSync(file);
  }
}

/** Prints text, made fit for a terminal but for its lines and tabs, or anything else as JSON. */
export function print(view: unknown): void {
  if (typeof view === "string") process.stdout.write(view.replaceAll(/[^\n\t]+/g, printable));
  else process.stdout.write(viewJson(view));
}

/** Prints one line of many, and waits where the reader is slower. */
export async function printLine(line: string): Promise<void> {
  if (!process.stdout.write(`${printable(line)}\n`)) await once(process.stdout, "drain");
}

/** A view as JSON. Integers that a double holds are numbers; larger ones are strings, which lose nothing. */
export const viewJson = (view: unknown): string => `${printableJson(plain(view))}\n`;

function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
