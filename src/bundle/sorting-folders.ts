/**
 * Words of folders that sort evidence by what it is, how it was got or when: no host is called so. A folder whose name has another
 * word may be a host, and evidence that may be of two hosts is not joined.
 */
const WORDS = new Set(
  (
    "proc sys etc var run tmp usr opt dev root home task boot lib log pprof profile goroutine heap capture pcap " +
    "tcpdump packet trace net network networking node kube kubernetes k8s cluster resource scoped namespace manifest yaml json " +
    "event sysctl stack thread dmesg kernel metric sample bundle command cmd sos must gather local support " +
    "host collector core dump dns tcp udp conntrack iptables nft ipvs route cni " +
    "pod container kubelet docker containerd crio runtime service storage disk filesystem filesys file system process proce proces " +
    "memory cpu go java info data evidence artifact output out result text txt raw misc other all collected archive report case incident " +
    "before after baseline old new first second snapshot state status journal journald journalctl systemd and of by the"
  ).split(" "),
);
/** Of these, words of folders that wrap all of a case, whichever hosts it is of. */
const WRAPPING = new Set(
  "bundle data evidence artifact file case collected archive output out report support incident must gather local root home tmp result all".split(
    " ",
  ),
);
/** Dates, times and counts, and the digest that must-gather calls an image's folder by. */
const NUMBER = /^(?:\d+|\d+t\d+z?|t\d+|v\d+)$/;
const DIGEST = /-sha256-[0-9a-f]{16,}$/;
/** Names that people give to machines, `node-a` or `ip-10-0-0-1`, and not to programs, `node-exporter`. */
const MACHINE_NAME =
  /^(?:node|host|master|worker|control-plane|k8s|ip|vm|server|client)(?:[-_.]?\d[\w.-]*|[-_.](?:[a-z]|[\w.-]*\d[\w.-]*))$/i;
/** A machine's name as a part of a file's. */
const IN_FILE_NAME =
  /(?:^|[-_.])((?:node|host|master|worker|control-plane|k8s|ip|vm|server|client)[-_]?(?:\d+(?:-\d+){0,4}|[a-z]))(?=[-_.])/i;

/** Whether a folder's name is one that machines have. */
export const isMachineName = (folder: string): boolean => MACHINE_NAME.test(folder);

/** The machine that a file's name begins with, or has as a part. */
export const machineIn = (file: string): string | undefined => IN_FILE_NAME.exec(file)?.[1];

/** Whether a folder only sorts. A number is a process, as in `/proc`, or a time, and no machine. */
export function onlySorts(folder: string): boolean {
  return DIGEST.test(folder) || (!isMachineName(folder) && isMadeOf(folder, WORDS));
}

/** Whether a folder that all of a case lies in says nothing of it. */
export function onlyWraps(folder: string): boolean {
  return DIGEST.test(folder) || (!isMachineName(folder) && isMadeOf(folder, WRAPPING));
}

function isMadeOf(folder: string, allowed: ReadonlySet<string>): boolean {
  const words = folder.toLowerCase().split(/[-_.:+ ]+/);
  return words.every((word) => allowed.has(word) || allowed.has(word.replace(/s$/, "")) || NUMBER.test(word));
}
