const NEWLINE = 10;
const SPACE = 32;
const START = "==== START logs for container ";
const END = "==== END logs for container ";

/**
 * What `kubectl cluster-info dump` prints to standard output holds the logs of containers between its objects
 * (kubectl's `clusterinfo_dump.go`). They are blanked out, line by line, so that objects keep their lines.
 *
 * @returns the same bytes where there are none
 */
export function withoutLogs(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly logs: number } {
  let blanked: Uint8Array | undefined;
  let logs = 0;
  let isLog = false;
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline === -1 ? bytes.length : newline;
    if (!isLog && beginsWith(bytes, at, START)) {
      isLog = true;
      logs++;
      blanked ??= bytes.slice();
    }
    if (isLog) blanked?.fill(SPACE, at, end);
    if (isLog && beginsWith(bytes, at, END)) isLog = false;
    at = end + 1;
  }
  return { bytes: blanked ?? bytes, logs };
}

function beginsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
