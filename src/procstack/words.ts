import { decodeText } from "../bytes/index.ts";

/** `/proc/PID/wchan`: the function that the task sleeps in, or `undefined` for `0`, which says that it doesn't or that the reader may not know. */
export function parseWchan(text: string): string | undefined {
  // The file has no newline, so that in a terminal log the next prompt follows at once.
  return /^\s*([A-Za-z_][\w.]*)(?=\s|\[|$)/.exec(text)?.[1];
}

/** `/proc/PID/comm`: one name and its newline. The name itself may hold anything, a newline included. */
export function parseComm(text: string): string | undefined {
  const name = text.replace(/\r?\n$/, "");
  return name === "" ? undefined : name;
}

/**
 * `/proc/PID/cmdline`: the arguments, each ended by NUL. Empty for kernel threads and zombies. A collector that
 * turned NULs into blanks has lost the borders: its line is one argument then.
 */
export function parseCmdline(bytes: Uint8Array | string): readonly string[] {
  const text = typeof bytes === "string" ? bytes : decodeText(bytes);
  if (!text.includes("\0")) return text.trim() === "" ? [] : [text.trim()];
  return text.replace(/\0(?:\r?\n)?$/, "").split("\0");
}
