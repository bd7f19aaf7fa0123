import { groupBy, memo } from "../bytes/index.ts";
import type { Artifact } from "../bundle/index.ts";
import type { KernelFile, KernelFileName } from "../procstack/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite } from "./cite.ts";
import { folderOf } from "./folder-of.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** How a control group fared with its CPU quota. */
export interface QuotaUse {
  /** The group's path below the root of its hierarchy; a container sees its own as the root. */
  readonly group: string;
  /** Periods in which it wanted to run, and those at whose end it was throttled. */
  readonly periods: number;
  readonly throttled: number;
  /** Seconds of CPU that it may use in a period, and that it has used in all. */
  readonly quota: number;
  readonly used: number;
  /** Whether it is of the time between two looks, in which the quota was one; else since the group was made, and the quota may have been another. */
  readonly isBetween: boolean;
  readonly cites: readonly Cite[];
}

const ROOT = /^(.*?)sys\/fs\/cgroup\/(?:(?:cpu,cpuacct|cpuacct,cpu|cpu|cpuacct|unified)\/)?/;
const CPU_FILE = /^cpu/;

interface Read {
  readonly file: KernelFile;
  readonly artifact: Artifact;
}
type Files = Map<KernelFileName, Read>;

/** The files of one group that were read together: in one listing, or in one copy of the hierarchy. */
interface GroupFiles {
  readonly group: string;
  /** The listing's folder, or what is above the copy. */
  readonly folder: string;
  readonly isListed: boolean;
  readonly files: Files;
}

function groupsOf(host: HostEvidence): readonly GroupFiles[] {
  const groups = new Map<string, GroupFiles>();
  for (const { model, artifact } of host.models("kernel-files"))
    for (const file of model.files) {
      if (!CPU_FILE.test(file.name)) continue;
      const isListed = file.path !== artifact.path;
      const root = ROOT.exec(file.path);
      const group = folderOf(file.path.slice(root?.[0].length ?? 0)).replace(/^\/|\/$/g, "");
      const folder = isListed ? folderOf(artifact.path) : (root?.[1] ?? "");
      const key = `${isListed ? artifact.path : folder}\0${group}`;
      const known = groups.get(key) ?? { group, folder, isListed, files: new Map() };
      groups.set(key, known);
      if (!known.files.has(file.name)) known.files.set(file.name, { file, artifact });
    }
  return [...groups.values()];
}

/** What one listing lacks another one of the same folder has: a command for each file. The groups of a container's own root are told apart by nothing. */
function joined(parts: readonly GroupFiles[]): Files[] {
  const all: Files = new Map();
  for (const { files } of parts)
    for (const [name, read] of files) {
      if (all.has(name)) return [];
      all.set(name, read);
    }
  return [all];
}

/**
 * The control groups of which everything is known: `cpu.stat` and `cpu.max` of v2 (Documentation/admin-guide/cgroup-v2.rst), or `cpu.stat`, `cpu.cfs_quota_us`,
 * `cpu.cfs_period_us` and `cpuacct.usage` of v1 (Documentation/scheduler/sched-bwc.rst). A group without a quota is left out, and one whose quota was another at
 * another look. Of several looks it is the time between the first and the last.
 */
export const quotaUses: (host: HostEvidence) => readonly QuotaUse[] = memo((host) => {
  const whole: [string, QuotaUse][] = [];
  const parts = new Map<string, GroupFiles[]>();
  for (const each of groupsOf(host)) {
    const { group, folder, isListed, files } = each;
    const use = useOf(group, files);
    // A container's own root is no other container's.
    const key = group === "" ? `\0${whole.length}` : group;
    if (use) whole.push([key, use]);
    else if (isListed && group !== "") {
      const place = `${folder}\0${group}`;
      const others = parts.get(place);
      if (others) others.push(each);
      else parts.set(place, [each]);
    }
  }
  for (const those of parts.values()) {
    const group = those[0]?.group ?? "";
    for (const files of joined(those)) {
      const use = useOf(group, files);
      if (use) whole.push([group, use]);
    }
  }
  return [...groupBy(whole, ([key]) => key).values()].flatMap((looks) =>
    between(looks.map(([, use]) => use)),
  );
});

/** Several looks at one group as one. */
function between(looks: readonly QuotaUse[]): QuotaUse[] {
  const inOrder = looks.toSorted((a, b) => a.periods - b.periods);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (!first || !last || first.periods === last.periods) return last ? [last] : [];
  if (inOrder.some(({ quota }) => quota !== last.quota)) return [];
  const periods = last.periods - first.periods;
  const throttled = last.throttled - first.throttled;
  const used = last.used - first.used;
  // Made anew in between, it counts from zero.
  if (throttled < 0 || used < 0) return [];
  return [
    {
      ...last,
      periods,
      throttled,
      used,
      isBetween: true,
      cites: [...first.cites.slice(0, 3), ...last.cites],
    },
  ];
}

function useOf(group: string, files: Files): QuotaUse | undefined {
  const of = (name: KernelFileName, key = ""): number =>
    Number(files.get(name)?.file.values.get(key) ?? Number.NaN);
  const said = (name: KernelFileName, key = ""): Cite[] => {
    const read = files.get(name);
    if (!read) return [];
    const { file, artifact } = read;
    const text = `${file.name}: ${key === "" ? "" : `${key} `}${file.values.get(key) ?? ""}`;
    return [lineCite(artifact, { text, line: file.lines.get(key) ?? 1 })];
  };
  const isV2 = files.has("cpu.max");
  const quota = isV2 ? of("cpu.max", "quota") : of("cpu.cfs_quota_us");
  const used = isV2 ? of("cpu.stat", "usage_usec") / 1e6 : of("cpuacct.usage") / 1e9;
  const [periods, throttled] = [of("cpu.stat", "nr_periods"), of("cpu.stat", "nr_throttled")];
  if (!(quota > 0) || !(used >= 0) || !(periods >= 0) || !(throttled >= 0)) return undefined;
  const cites = [
    ...said("cpu.stat", "nr_periods"),
    ...said("cpu.stat", "nr_throttled"),
    ...(isV2
      ? [...said("cpu.stat", "usage_usec"), ...said("cpu.max", "quota")]
      : [...said("cpuacct.usage"), ...said("cpu.cfs_quota_us")]),
  ];
  return { group, periods, throttled, quota: quota / 1e6, used, isBetween: false, cites };
}
