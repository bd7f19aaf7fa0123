import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/**
 * Finds the source files of a profile in a folder, by as much of their paths' ends as is there: a profile has the paths of
 * the machine that built the program. Nothing outside the folder is read, whatever a profile says.
 *
 * @returns the lines of a file; `undefined` where it isn't there
 */
export function sourceReader(folder: string): (file: string) => readonly string[] | undefined {
  return (file) => {
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
