import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";

/** One line of `/proc/PID/cgroup`. */
export interface CgroupEntry {
  readonly hierarchy: number;
  /** Empty for the unified hierarchy (v2). */
  readonly controllers: readonly string[];
  readonly path: string;
  readonly line: number;
}

/** `/proc/PID/cgroup`: the key that joins a task to its container and pod. */
export interface CgroupFile {
  readonly entries: readonly CgroupEntry[];
  /** 64 hexadecimal digits, of the innermost container. Absent for host processes, and for exiting tasks of v1, which show `/`. */
  readonly containerId?: string;
  /** With dashes, whichever cgroup driver wrote it. */
  readonly podUid?: string;
  /** Line that holds the container id, or else the pod's. */
  readonly line?: number;
  readonly diagnostics: readonly Diagnostic[];
}

const ENTRY = /^(\d+):([^:]*):(\/.*)$/;
const CONTAINER = /(?:^|[/:_-])([0-9a-f]{64})(?=$|[./])/;
/** A UUID with dashes (cgroupfs) or underscores (systemd), or the plain digest of a static pod's file. */
const POD =
  /pod([0-9a-f]{8}([-_])[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{12}|[0-9a-f]{32})(?=$|[./])/;

/** Reads `/proc/PID/cgroup` of v1, v2 and mixed hosts, under either cgroup driver. */
export function parseCgroup(text: string): CgroupFile {
  return cgroupOf(linesOf(text));
}

/** {@link parseCgroup} on lines that keep the numbers they have in the artifact. */
export function cgroupOf(lines: Iterable<Line>): CgroupFile {
  const entries: CgroupEntry[] = [];
  for (const { text, number } of lines) {
    const [, hierarchy, controllers, path] = ENTRY.exec(text) ?? [];
    if (hierarchy === undefined || controllers === undefined || path === undefined) continue;
    const names = controllers === "" ? [] : controllers.split(",");
    entries.push({ hierarchy: Number(hierarchy), controllers: names, path, line: number });
  }
  if (entries.length === 0) {
    const message = "no line of a cgroup file was found";
    return { entries, diagnostics: [{ effect: "unread", code: "cgroup-empty", message }] };
  }
  const container = firstOf(entries, containerOf);
  const pod = firstOf(entries, podOf);
  const line = container?.line ?? pod?.line;
  return {
    entries,
    ...(container ? { containerId: container.value } : {}),
    ...(pod ? { podUid: pod.value } : {}),
    ...(line === undefined ? {} : { line }),
    diagnostics: [],
  };
}

function firstOf(
  entries: readonly CgroupEntry[],
  find: (path: string) => string | undefined,
): { value: string; line: number } | undefined {
  for (const { path, line } of entries) {
    const value = find(path);
    if (value !== undefined) return { value, line };
  }
  return undefined;
}

/** The last id of the path: the innermost container where one runs inside another. */
export function containerOf(path: string): string | undefined {
  const names = path.split("/").reverse();
  return names.map((name) => CONTAINER.exec(name)?.[1]).find((id) => id !== undefined);
}

/** The pod of a cgroup's path, with dashes. */
export function podOf(path: string): string | undefined {
  return POD.exec(path)?.[1]?.replaceAll("_", "-");
}
