import { memo } from "../bytes/index.ts";
import type { KernelFile, KernelFileName } from "../procstack/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** How a control group fared with its CPU quota, since it was made. */
export interface QuotaUse {
  /** The group's path below the root of its hierarchy. */
  readonly group: string;
  /** Periods in which it wanted to run, and those at whose end it was throttled. */
  readonly periods: number;
  readonly throttled: number;
  /** Seconds of CPU that it may use in a period, and that it has used in all. */
  readonly quota: number;
  readonly used: number;
  readonly cites: readonly Cite[];
}

const ROOT = /^.*?sys\/fs\/cgroup\/(?:(?:cpu,cpuacct|cpuacct,cpu|cpu|cpuacct|unified)\/)?|^\/?/;
const GROUP = (path: string): string => path.slice(0, path.lastIndexOf("/")).replace(ROOT, "");

/**
 * The control groups of which everything is known: `cpu.stat` and `cpu.max` of v2 (Documentation/admin-guide/cgroup-v2.rst), or `cpu.stat`, `cpu.cfs_quota_us`,
 * `cpu.cfs_period_us` and `cpuacct.usage` of v1 (Documentation/scheduler/sched-bwc.rst). A group without a quota is left out.
 */
export const quotaUses: (host: HostEvidence) => readonly QuotaUse[] = memo((host) => {
  const groups = new Map<string, Map<KernelFileName, { file: KernelFile; cite: (key: string) => Cite }>>();
  for (const { model, artifact } of host.models("kernel-files"))
    for (const file of model.files) {
      if (!file.name.startsWith("cpu")) continue;
      const group = GROUP(file.path);
      const files = groups.get(group) ?? new Map();
      groups.set(group, files);
      const cite = (key: string): Cite => {
        const text = `${file.name}: ${key === "" ? "" : `${key} `}${file.values.get(key) ?? ""}`;
        return lineCite(artifact, { text, line: file.lines.get(key) ?? 1 });
      };
      if (!files.has(file.name)) files.set(file.name, { file, cite });
    }
  return [...groups].flatMap(([group, files]): QuotaUse[] => {
    const of = (name: KernelFileName, key = ""): number =>
      Number(files.get(name)?.file.values.get(key) ?? Number.NaN);
    const said = (name: KernelFileName, key = ""): Cite[] => {
      const file = files.get(name);
      return file ? [file.cite(key)] : [];
    };
    const isV2 = files.has("cpu.max");
    const quota = isV2 ? of("cpu.max", "quota") : of("cpu.cfs_quota_us");
    const used = isV2 ? of("cpu.stat", "usage_usec") / 1e6 : of("cpuacct.usage") / 1e9;
    const [periods, throttled] = [of("cpu.stat", "nr_periods"), of("cpu.stat", "nr_throttled")];
    if (!(quota > 0) || !(used >= 0) || !(periods >= 0) || !(throttled >= 0)) return [];
    const cites = [
      ...said("cpu.stat", "nr_periods"),
      ...said("cpu.stat", "nr_throttled"),
      ...(isV2
        ? [...said("cpu.stat", "usage_usec"), ...said("cpu.max", "quota")]
        : [...said("cpuacct.usage"), ...said("cpu.cfs_quota_us")]),
    ];
    return [{ group, periods, throttled, quota: quota / 1e6, used, cites }];
  });
});
