import { type Diagnostic, type Line, linesOf, type Model } from "../bytes/index.ts";
import { defined } from "./defined.ts";

/** One mount. */
export interface Mount {
  /** What is mounted: a device, `server:/export`, the list of Ceph's monitors, `tmpfs`. */
  readonly source: string;
  readonly point: string;
  /** `ext4`, `nfs4`, `fuse.sshfs`, … */
  readonly type: string;
  /** Those of the mount and of its super block. */
  readonly options: readonly string[];
  /** `major:minor` of the super block, where the form tells. */
  readonly device?: string;
  /** One-based line of the artifact. */
  readonly line: number;
}

/** The mounts of one mount namespace: `mountinfo`, `/proc/mounts`, or what `mount` prints. */
export interface MountList extends Model {
  /** The process whose namespace it is, where the path names one. */
  readonly pid?: number;
  readonly mounts: readonly Mount[];
}

const MOUNTINFO =
  /^\d+ \d+ (\d+:\d+) (\S+) (\S+) (\S+)(?: (?:shared|master|propagate_from|unbindable)(?::\d+)?)* - (\S+) (\S*) (\S+)$/;
const FSTAB = /^(\S+) (\/\S*) ([a-z][\w.+-]*) (\S+) \d+ \d+$/;
const MOUNT = /^(\S.*?) on (\/.*?) type ([a-z][\w.+-]*) \(([^()]*)\)$/;

/** Reads a list of mounts in any of its three forms, each line by itself. */
export function parseMounts(text: string): MountList {
  return mountsOf(linesOf(text));
}

/** {@link parseMounts} on lines that keep the numbers they have in the artifact. */
export function mountsOf(lines: Iterable<Line>): MountList {
  const mounts: Mount[] = [];
  for (const { text, number } of lines) {
    const mount = text.length > 8192 ? undefined : mountOf(text.trim(), number);
    if (mount) mounts.push(mount);
  }
  const diagnostics: Diagnostic[] =
    mounts.length > 0 ? [] : [{ effect: "unread", code: "mounts-empty", message: "no mount was found" }];
  return { mounts, diagnostics };
}

function mountOf(text: string, line: number): Mount | undefined {
  const info = MOUNTINFO.exec(text);
  if (info) {
    const [, device, , point = "", own = "", type = "", source = "", shared = ""] = info;
    const options = [...new Set([...own.split(","), ...shared.split(",")])];
    return defined({ source: plain(source), point: plain(point), type, options, device, line });
  }
  const [, source = "", point = "", type = "", options = ""] = FSTAB.exec(text) ?? MOUNT.exec(text) ?? [];
  if (type === "") return undefined;
  return { source: plain(source), point: plain(point), type, options: options.split(","), line };
}

/** The kernel writes blanks, tabs, newlines and backslashes of a name in octal (fs/proc_namespace.c). */
const plain = (text: string): string =>
  text.replace(/\\(0[14][012]|134)/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Whether a text, or its beginning, is a list of mounts: most of its lines are. */
export function looksLikeMounts(head: string): boolean {
  let lines = 0;
  let mounts = 0;
  for (const { text, number } of linesOf(head)) {
    if (text.trim() === "") continue;
    lines++;
    if (text.length <= 8192 && mountOf(text.trim(), number)) mounts++;
  }
  return mounts > 0 && mounts * 2 >= lines;
}
