import { readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { InquestError } from "../bytes/index.ts";

/** No system takes a longer path. */
const LONGEST_PATH = 4096;

/**
 * Finds the source files of a profile in a folder, by as much of their paths' ends as is there: a profile has the paths of
 * the machine that built the program. Nothing outside the folder is read, whatever a profile says.
 *
 * @returns the lines of a file; `undefined` where it isn't there
 * @throws {InquestError} `not-found` where there is no such folder
 */
export function sourceReader(folder: string): (file: string) => readonly string[] | undefined {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InquestError("not-found", `${folder}: no such folder`, { path: folder });
  }
  return (file) => {
    if (file.length > LONGEST_PATH) return undefined;
    const parts = file.split("/").filter((part) => part !== "");
    for (let from = 0; from < parts.length; from++) {
      const path = join(folder, ...parts.slice(from));
      if (relative(resolve(folder), resolve(path)).startsWith("..")) continue;
      const text = textOf(path);
      if (text !== undefined) return text.replace(/\n$/, "").split(/\r?\n/);
    }
    return undefined;
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
