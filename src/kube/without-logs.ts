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
  if (!hasLogs(bytes)) return { bytes, logs: 0 };
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

/** Whether a line begins a log: few objects have the sign at all that it begins with. */
function hasLogs(bytes: Uint8Array): boolean {
  const sign = START.charCodeAt(0);
  for (let at = bytes.indexOf(sign); at !== -1; at = bytes.indexOf(sign, at + 1))
    if ((at === 0 || bytes[at - 1] === NEWLINE) && beginsWith(bytes, at, START)) return true;
  return false;
}

function beginsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
