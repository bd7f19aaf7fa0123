import type { KernelFile, KernelFileName, Task } from "../procstack/index.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** A file of a control group that a task is in, or of one above it. */
export interface GroupFile {
  readonly file: KernelFile;
  /** It is of the task's own group. */
  readonly own: boolean;
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
        own: groups.some((group) => folderOf(file.path).endsWith(group)),
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
  const folder = folderOf(path);
  const inside = folder.replace(ROOT, "");
  if (inside !== "" && (group === inside || group.startsWith(`${inside}/`))) return true;
  // A collector may have kept only the last part of the path.
  return folder.endsWith(group);
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** What the freezer's files say of a task's control group and those above it. */
export function freezerOf(host: HostEvidence, task: Task): { frozen: Cite[]; thawed: Cite[] } {
  const frozen: Cite[] = [];
  const thawed: Cite[] = [];
  for (const { file, own, cite } of groupFilesOf(host, task, [
    "freezer.state",
    "cgroup.freeze",
    "cgroup.events",
  ])) {
    const key = file.name === "cgroup.events" ? "frozen" : "";
    const value = file.values.get(key);
    if (value === undefined) continue;
    if (value === "FROZEN" || value === "FREEZING" || value === "1") frozen.push(cite(key));
    // That a group above is not frozen says nothing of the task's own.
    else if (own) thawed.push(cite(key));
  }
  return { frozen, thawed };
}

/** What the memory controller's files (v1) say of the out-of-memory killer of a task's control group and those above it. */
export function oomControlOf(host: HostEvidence, task: Task): { off: Cite[]; under: Cite[]; on: Cite[] } {
  const off: Cite[] = [];
  const under: Cite[] = [];
  const on: Cite[] = [];
  for (const { file, own, cite } of groupFilesOf(host, task, ["memory.oom_control"])) {
    const disabled = file.values.get("oom_kill_disable");
    if (disabled === "1") {
      off.push(cite("oom_kill_disable"));
      if (file.values.get("under_oom") === "1") under.push(cite("under_oom"));
    } else if (disabled === "0" && own) on.push(cite("oom_kill_disable"));
  }
  return { off, under, on };
}
