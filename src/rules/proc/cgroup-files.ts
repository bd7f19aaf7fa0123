import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { KernelFile, KernelFileName, Task } from "../../procstack/index.ts";

/** A file of a control group that a task is in, or of one above it. */
export interface GroupFile {
  readonly file: KernelFile;
  /** A citation of one of its values. */
  readonly cite: (key: string) => Cite;
}

/** Files of a task's own control group and of those above it: what is set there holds for the task. */
export function groupFilesOf(host: HostEvidence, task: Task, names: readonly KernelFileName[]): GroupFile[] {
  const groups = (task.cgroup?.entries ?? []).map(({ path }) => path).filter((path) => path !== "/");
  if (groups.length === 0) return [];
  return host.models("kernel-files").flatMap(({ model, artifact }) =>
    model.files
      .filter(({ name, path }) => names.includes(name) && groups.some((group) => isWithin(path, group)))
      .map((file) => ({
        file,
        cite: (key: string): Cite => {
          const value = file.values.get(key) ?? "";
          const text = `${file.path}: ${key === "" ? value : `${key} ${value}`}`;
          return { artifact: artifact.path, text, where: { line: file.lines.get(key) } };
        },
      })),
  );
}

/** The root of a hierarchy as collectors and mounts name it: `/sys/fs/cgroup/freezer`, or none at all. */
const ROOT = /^.*?(?:sys\/fs\/cgroup(?:\/(?:freezer|memory|unified|cpu[\w,]*|pids))?|^)(?=\/|$)/;

/** Whether a file lies in a control group or in one above it. */
function isWithin(path: string, group: string): boolean {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const inside = folder.replace(ROOT, "");
  if (inside !== "" && (group === inside || group.startsWith(`${inside}/`))) return true;
  // A collector may have kept only the last part of the path.
  return folder.endsWith(group);
}
