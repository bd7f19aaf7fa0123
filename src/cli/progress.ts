import { printable } from "../report/index.ts";

/** Shows what is being read, on a terminal's standard error only; at most ten times a second. */
export function progress(quiet: boolean): { show: (path: string) => void; clear: () => void } {
  if (quiet || !process.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  let count = 0;
  let last = 0;
  return {
    show(path) {
      count++;
      const now = Date.now();
      if (now - last < 100) return;
      last = now;
      const line = printable(`reading ${count} ${path}`).slice(0, process.stderr.columns - 1);
      process.stderr.write(`\r\u001b[K${line}`);
    },
    clear() {
      if (last > 0) process.stderr.write("\r\u001b[K");
    },
  };
}
