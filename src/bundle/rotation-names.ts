/** `tcpdump -C` and `-W` put a number behind the name. */
const TCPDUMP = /^(.+\.(?:pcap|pcapng|cap|dmp|dump))\d*(?:\.gz|\.zst|\.xz)?$/i;
/** `dumpcap -b` puts a number and the time before the ending: `a_00001_20240101120000.pcapng`. */
const DUMPCAP = /^(.+)_\d{5,}_\d{14}(\.\w+?)?(?:\.gz|\.zst|\.xz)?$/;

/** What the names of all files of a capture's rotation have alike; `undefined` of a name that no such file has. */
export function rotationName(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dumpcap = DUMPCAP.exec(name);
  if (dumpcap) return `${dumpcap[1]}_*${dumpcap[2] ?? ""}`;
  return TCPDUMP.exec(name)?.[1];
}

export const isRotatedName = (path: string): boolean => rotationName(path) !== undefined;
