import { once } from "node:events";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { InquestError } from "../bytes/index.ts";
import { printable, printableJson } from "../report/escape.ts";

/** Characters that are written at once. */
const PIECE = 1 << 16;

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

/** Prints text, made fit for a terminal but for its tabs. */
export async function print(text: string | Iterable<string>): Promise<void> {
  let piece = "";
  for (const line of typeof text === "string" ? [text.replace(/\n$/, "")] : text) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    await write(fit(piece));
    piece = "";
  }
  await write(fit(piece));
}

const fit = (text: string): string =>
  /^[\t\n -~]*$/.test(text) ? text : text.replaceAll(/[^\n\t]+/g, printable);

/** Waits where the reader is slower, and notices one that has seen enough. */
async function write(piece: string): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, "drain");
  await setImmediate();
}

/**
 * The lines of a view as JSON, one for each entry of a list. Integers that a double holds are numbers; larger ones are strings, which
 * lose nothing.
 */
export function* viewJson(view: object): Generator<string, void> {
  const json = (value: unknown): string => printableJson(plain(value), 0);
  const members = Object.entries(view).filter(([, member]) => member !== undefined);
  yield "{";
  for (const [at, [key, member]] of members.entries()) {
    const comma = at === members.length - 1 ? "" : ",";
    if (isList(member)) {
      yield `  ${json(key)}: [`;
      let before: string | undefined;
      for (const entry of member) {
        if (before !== undefined) yield `${before},`;
        before = `    ${json(entry)}`;
      }
      if (before !== undefined) yield before;
      yield `  ]${comma}`;
    } else yield `  ${json(key)}: ${json(member)}${comma}`;
  }
  yield "}";
}

const isList = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;

function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
