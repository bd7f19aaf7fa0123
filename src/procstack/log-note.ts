/**
 * A line of the kernel log about what tasks wait for: a server that a file system of this node can't reach or can again, a
 * network device that is still in use, room for audit records.
 */
export interface LogNote {
  readonly about: "libceph" | "ceph" | "nfs" | "cifs" | "netdev" | "audit";
  readonly what:
    | "connect-error"
    | "socket-closed"
    | "socket-error"
    | "session-lost"
    | "session-established"
    | "hung"
    | "caps-stale"
    | "not-responding"
    | "ok"
    /** A device whose last users have not let go of it yet; said every ten seconds. */
    | "still-used"
    | "backlog-exceeded";
  /** The server or device as the line names it: a host, an address, `mon0`, `mds1`, `lo`. */
  readonly peer?: string;
  /** The address, where the line has one beside the name. */
  readonly address?: string;
  /** The error number, positive. */
  readonly errno?: number;
  readonly line: number;
  readonly time?: number;
  readonly clock?: string;
  readonly text: string;
}

type Found = Pick<LogNote, "about" | "what"> & {
  peer?: string | undefined;
  address?: string | undefined;
  errno?: number;
};

const ADDRESS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d+)?`;
const LIBCEPH = new RegExp(
  String.raw`^libceph: (?:connect )?(?:((?:mon|osd|mds|client)\d+) )?(?:\(\d+\))?(${ADDRESS})? ?(?:\([^)]*\) )?(.*)$`,
);
const NFS = /^(?:nfs|lockd|NFS): server (\S+) (not responding|OK)/;
const MDS = /^ceph: (mds\d+) (hung|caps stale|caps went stale)/;
const CIFS = /^CIFS:? VFS: (?:\\\\)?(?:[Ss]erver )?(\S+) has not responded/;

/** What libceph says after the peer, and what that means. */
const CEPH_WORDS: readonly [RegExp, LogNote["what"]][] = [
  [/^error -?\d+|^connect error/, "connect-error"],
  [/^socket closed/, "socket-closed"],
  [/^socket error/, "socket-error"],
  [/^session lost/, "session-lost"],
  [/^session established/, "session-established"],
];

/** What every line has in it that {@link parseNote} reads and that no other reader of the log looks for. */
export const NOTE_HINT = /unregister_netdevice: |audit_backlog|audit: backlog/;

/** net/core/dev.c, netdev_wait_allrefs_any. */
const NETDEV = /^unregister_netdevice: waiting for (\S+) to become free\. Usage count = -?\d+/;
/** kernel/audit.c, audit_log_start and audit_log_lost. */
const AUDIT = /^audit: (?:audit_backlog=\d+ > audit_backlog_limit=\d+|backlog limit exceeded)/;

function parseLocalNote(body: string): Found | undefined {
  if (body.startsWith("unregister_netdevice: ")) {
    const device = NETDEV.exec(body)?.[1];
    return device === undefined ? undefined : { about: "netdev", what: "still-used", peer: device };
  }
  return AUDIT.test(body) ? { about: "audit", what: "backlog-exceeded" } : undefined;
}

/** Reads a message as one of the notes; `undefined` for all others. */
export function parseNote(body: string): Found | undefined {
  if (/^(?:unregister_netdevice|audit): /.test(body)) return parseLocalNote(body);
  // Almost every line of a log ends here.
  if (!/^(?:lib)?ceph: |^nfs: |^lockd: |^NFS: |^CIFS/.test(body)) return undefined;
  const nfs = NFS.exec(body);
  if (nfs) return { about: "nfs", what: nfs[2] === "OK" ? "ok" : "not-responding", peer: nfs[1] };
  const cifs = CIFS.exec(body);
  if (cifs) return { about: "cifs", what: "not-responding", peer: cifs[1] };
  const mds = MDS.exec(body);
  if (mds) return { about: "ceph", what: mds[2] === "hung" ? "hung" : "caps-stale", peer: mds[1] };
  const libceph = LIBCEPH.exec(body);
  if (!libceph) return undefined;
  const [, name, address, words = ""] = libceph;
  const what = CEPH_WORDS.find(([pattern]) => pattern.test(words))?.[1];
  if (what === undefined || (name === undefined && address === undefined)) return undefined;
  const errno = /^error -?(\d+)/.exec(words)?.[1];
  return {
    about: "libceph",
    what,
    peer: name ?? address,
    address,
    ...(errno === undefined ? {} : { errno: Number(errno) }),
  };
}
