import { groupBy, memo } from "../../bytes/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { areOfOneMachine, orderOf, takesOf } from "../../evidence/index.ts";
import type { FileSystemUse } from "../../node/index.ts";
import { size } from "../words.ts";

/** A file system of a host as `df` shows it, with where. */
export interface LocatedUse {
  readonly use: FileSystemUse;
  readonly cite: Cite;
}

/** Images of file systems, which are always full, and what lies in memory or shows another file system's numbers. */
const NO_DISK =
  /^(?:squashfs|iso9660|udf|erofs|cramfs|romfs|tmpfs|devtmpfs|ramfs|overlay|overlayfs|aufs|shm|proc|sysfs|cgroup2?|nsfs|efivarfs|autofs|fuse\.(?:lxcfs|snapfuse|gvfsd-fuse|portal)|snapfuse|devfs|hugetlbfs|none|udev|run)$/;
const NO_DISK_MOUNT = /^\/(?:snap|media|cdrom|run|dev|sys|proc|boot|mnt\/cdrom)(?:\/|$)|^\/var\/lib\/snapd\//;
/** Volumes of pods and the merged layers of containers: not the node's own disk, or its disk once more. */
const OF_A_POD =
  /\/(?:pods\/[^/]+\/volumes|volume-subpaths|overlay2\/[^/]+\/merged|aufs\/mnt|rootfs)(?:\/|$)/;
/** Where runtimes and the kubelet keep what pods need to start. */
const DATA = /\/(?:docker|containerd|containers|kubelet|rancher|crio|k3s|k0s)(?:\/|$)/;
/** What lies on these takes room from the former where they are no mount of their own. */
const PARENTS = /^\/(?:var(?:\/(?:lib|log))?)?$/;

/** Percent of the room that is used from which on a file system is nearly full. */
export const NEARLY_FULL = 95;
/** From here on the next write may fail: `df` rounds up, so that 100 is reached while some blocks are left. */
const FULL = 99;

/**
 * The file systems that hold containers, images, logs and the kubelet's files; each as often as it was printed, but where a later take shows it
 * again: what was full and has room again is not full.
 */
export const dataFileSystems: (host: HostEvidence) => readonly LocatedUse[] = memo((host) => {
  const roots = host
    .models("docker-inspect")
    .flatMap(({ model }) => model.containers.flatMap(({ logPath }) => logPath ?? []));
  const takes = takesOf(host);
  const printed = host.models("df").flatMap(({ model, artifact }) =>
    model.fileSystems
      .filter((use) => isDisk(use) && holdsData(use, roots))
      .map((use) => ({
        take: takes.get(artifact)?.take,
        key: JSON.stringify([use.mountPoint, use.of]),
        located: { use, cite: { artifact: artifact.path, text: use.text, where: { line: use.line } } },
      })),
  );
  const byKey = groupBy(printed, ({ key }) => key);
  return printed
    .filter(({ key, take }) =>
      (byKey.get(key) ?? []).every(
        (other) =>
          !take ||
          !other.take ||
          other.take === take ||
          !areOfOneMachine(take, other.take) ||
          (orderOf(take, other.take) ?? 0) >= 0,
      ),
    )
    .map(({ located }) => located);
});

function isDisk({ type, device, mountPoint, readOnly, size, used }: FileSystemUse): boolean {
  if (readOnly === true || NO_DISK_MOUNT.test(mountPoint) || OF_A_POD.test(mountPoint)) return false;
  if (NO_DISK.test(type ?? device)) return false;
  // An image on a loop device or a disc is as large as what is in it.
  return !(/^\/dev\/(?:loop|sr)\d+$/.test(device) && size !== undefined && size === used);
}

const holdsData = ({ mountPoint }: FileSystemUse, logPaths: readonly string[]): boolean =>
  PARENTS.test(mountPoint) ||
  DATA.test(mountPoint) ||
  logPaths.some((path) => path.startsWith(`${mountPoint}/`));

/** Whether a file system takes nothing more, or nearly; `undefined` where `df` doesn't count. */
export function fullness({
  percent,
  available,
  size,
}: FileSystemUse): "full" | "nearly" | "room" | undefined {
  if (percent === undefined || size === undefined || size === 0) return undefined;
  if (available === 0 || percent >= FULL) return "full";
  return percent >= NEARLY_FULL ? "nearly" : "room";
}

/** What takes the room. */
export interface Holder {
  readonly what: "logs" | "writable layers" | "images" | "volumes" | "build cache";
  readonly bytes: number;
  /** The largest of them, in words. */
  readonly largest: string;
  readonly cites: readonly Cite[];
}

const LOG_FILE =
  /(?:-json\.log|\/var\/log\/(?:pods|containers)\/.*\.log|(?:^|\/)\d+\.log)(?:[.-][\d.-]+)?(?:\.gz)?$/;
const LOG_FOLDER = /^\/var\/log\/(?:pods|containers)$/;
const KINDS: readonly (readonly ["container" | "image" | "volume" | "build-cache", Holder["what"]])[] = [
  ["container", "writable layers"],
  ["image", "images"],
  ["volume", "volumes"],
  ["build-cache", "build cache"],
];
const CITED = 3;
/** What is a smaller part of the whole is not worth a line. */
const SMALL = 50;

/** What holds the room on the disk of containers, as `du` and `docker system df` tell; the largest first. */
export const spaceHolders: (host: HostEvidence) => readonly Holder[] = memo((host) => {
  const found = [...logHolders(host), ...KINDS.flatMap(([of, what]) => dockerHolder(host, of, what))];
  return found.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
});

function logHolders(host: HostEvidence): Holder[] {
  const entries = new Map<string, { bytes: number; cite: Cite }>();
  for (const { model, artifact } of host.models("du")) {
    for (const { path, bytes, text, line } of model.entries) {
      if (LOG_FILE.test(path) || LOG_FOLDER.test(path))
        entries.set(path, { bytes, cite: { artifact: artifact.path, text, where: { line } } });
    }
  }
  // A folder has the files below it in it.
  const files = [...entries].filter(([path]) => LOG_FILE.test(path)).sort((a, b) => b[1].bytes - a[1].bytes);
  const folders = [...entries].filter(([path]) => LOG_FOLDER.test(path));
  const below = (folder: string): number =>
    files.filter(([path]) => path.startsWith(`${folder}/`)).reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const rest = folders.reduce((sum, [path, { bytes }]) => sum + Math.max(0, bytes - below(path)), 0);
  const bytes = files.reduce((sum, [, each]) => sum + each.bytes, 0) + rest;
  const [first] = files.length > 0 ? files : folders;
  if (!first) return [];
  const [path, { bytes: largest }] = first;
  const cites = (files.length > 0 ? files : folders)
    .filter(([, each]) => each.bytes * SMALL >= bytes)
    .slice(0, CITED)
    .map(([, { cite }]) => cite);
  const name = containerOfLog(host, path);
  return [
    {
      what: "logs",
      bytes,
      largest: `${size(largest)} by ${name ?? path.slice(path.lastIndexOf("/") + 1)}`,
      cites,
    },
  ];
}

/** The name of the container that a log is of. */
function containerOfLog(host: HostEvidence, path: string): string | undefined {
  const id = /[0-9a-f]{64}/.exec(path)?.[0];
  if (id === undefined) return undefined;
  const all = host.models("docker-inspect").flatMap(({ model }) => model.containers);
  return all.find((each) => each.id === id)?.name;
}

function dockerHolder(
  host: HostEvidence,
  of: "container" | "image" | "volume" | "build-cache",
  what: Holder["what"],
): Holder[] {
  return host
    .models("docker-system-df")
    .slice(0, 1)
    .map(({ model, artifact }) => {
      const each = model.entries.filter((entry) => entry.of === of).sort((a, b) => b.bytes - a.bytes);
      const total = model.totals.find((entry) => entry.of === of);
      const bytes = total?.bytes ?? each.reduce((sum, entry) => sum + entry.bytes, 0);
      const [first] = each;
      const largest = first ? `${size(first.bytes)} by ${first.name}` : "";
      const cited = first ? each.slice(0, CITED) : total ? [total] : [];
      return {
        what,
        bytes,
        largest,
        cites: cited.map(({ text, line }) => ({ artifact: artifact.path, text, where: { line } })),
      };
    });
}
