import type { QuotaUse } from "../../evidence/index.ts";
import type { KernelRelease, VendorKernel } from "../../node/index.ts";
import { buildAtLeast, kernelAtLeast, vendorKernel } from "../../node/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { cpuOverthrottled } from "./cpu-overthrottled.ts";

/** From which patch on a line of kernels has the change; from 5.4 on all do. */
const FIXED: Readonly<Record<string, number>> = { "5.3": 9, "4.19": 84, "4.14": 154 };
/** Builds of vendors that have it under an older number. */
const FIXED_BUILDS: Readonly<Record<string, readonly number[]>> = {
  el7: [1062, 8, 1],
  el8: [147, 2, 1],
};
/** Ubuntu's and Debian's releases have no patch of upstream: `4.15.0-66-generic`. */
const UBUNTU = /^(\d+\.\d+)\.0-(\d+)-/;
const FIXED_UBUNTU: Readonly<Record<string, number>> = { "4.15": 67, "5.3": 24 };

/** The scheduler hands out a group's quota to CPUs in slices, and older kernels let what is left of one expire. */
export const cfsSliceExpiry = defineCause<QuotaUse>({
  id: "node/cfs-slice-expiry",
  title: "the kernel lets CPU time expire that a container was granted",
  description:
    "The quota of a control group is handed out to CPUs in slices of 5 ms. Kernels before 5.4 let what a CPU has not used of its slice expire at the period's end (from 4.18 on always; before, where clocks of CPUs drifted apart), so that a group with many " +
    "threads on many CPUs is throttled with much of its quota unused.",
  explains: [cpuOverthrottled],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the group was throttled without having used its quota",
      axis: "counter",
      holds: "strong",
      answer: ({ seen }) => (seen ? holds(seen.cites) : cantTell()),
    },
    {
      statement: "the node's kernel lets slices expire",
      axis: "version",
      holds: "strong",
      fails: "decisive",
      ask: { text: "the kernel of the node", command: "uname -r" },
      answer({ host, seen }) {
        if (!seen) return cantTell();
        const { kernel } = host;
        if (!kernel.known) return cantTell(kernel.why);
        const fixed = isFixed(kernel.value);
        if (fixed === true) return fails([kernel.cite]);
        return holds([kernel.cite], fixed === undefined ? { atMost: "weak" } : {});
      },
    },
  ],
  remedy: [
    "A kernel with the change: 5.4, 5.3.9, 4.19.84, 4.14.154; RHEL 3.10.0-1062.8.1 and 4.18.0-147.2.1; Ubuntu 4.15.0-67 and 5.3.0-24.",
    "Until then take the CPU limit off containers that are sensitive to it (requests alone still share the CPU fairly), or raise it.",
  ],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=de53fd7aedb100f03e5d2231cfce0e4993282425",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=512ac999d2755d2b7109e996a76b6fb8b888631d",
    "https://github.com/kubernetes/kubernetes/issues/67577",
  ],
  summary({ seen, host }) {
    if (!seen) return "";
    const { kernel } = host;
    const release = kernel.known ? ` The node's kernel is ${kernel.value.text}.` : "";
    const share = Math.round((seen.used / (seen.throttled * seen.quota)) * 100);
    return `Of the quota of the periods in which it was throttled the group has used ${share}% at the most; what its CPUs left of their slices expired.${release}`;
  },
});

/** Whether a kernel has the change; `undefined` where its number doesn't tell. */
function isFixed(release: KernelRelease): boolean | undefined {
  if (kernelAtLeast(release, 5, 4)) return true;
  const vendor: VendorKernel | undefined = vendorKernel(release);
  const build = vendor && FIXED_BUILDS[vendor.vendor];
  if (vendor && build) return buildAtLeast(vendor, build);
  const [, line = "", number] = UBUNTU.exec(release.text) ?? [];
  if (number !== undefined) {
    const since = FIXED_UBUNTU[line];
    return since !== undefined && release.text.endsWith("-generic") ? Number(number) >= since : undefined;
  }
  const [major, minor, patch] = release.version;
  return patch >= (FIXED[`${major}.${minor}`] ?? Number.POSITIVE_INFINITY);
}
