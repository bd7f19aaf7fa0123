import type { QuotaUse } from "../../evidence/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { CFS_SLICE_EXPIRY, kernelTest, remedyOf } from "../fixes/index.ts";
import { cpuOverthrottled } from "./cpu-overthrottled.ts";

/** The scheduler hands out a group's quota to CPUs in slices, and older kernels let what is left of one expire. */
export const cfsSliceExpiry = defineCause<QuotaUse>({
  id: "node/cfs-slice-expiry",
  title: "the kernel lets CPU time expire that a container was granted",
  description:
    "The quota of a control group is handed out to CPUs in slices of 5 ms. Kernels before 5.4 let what a CPU has not used of its slice expire at the period's end (from 4.18 on always; before, where clocks of CPUs drifted apart), so that a group with many " +
    "threads on many CPUs is throttled with much of its quota unused.",
  explains: [cpuOverthrottled],
  fixes: [CFS_SLICE_EXPIRY],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the group was throttled without having used its quota",
      axis: "counter",
      holds: "strong",
      // Since the group was made its limit may have been raised.
      answer: ({ seen }) => (seen ? holds(seen.cites, seen.isBetween ? {} : { atMost: "weak" }) : cantTell()),
    },
    kernelTest<QuotaUse>(CFS_SLICE_EXPIRY, {
      statement: "the node's kernel lets slices expire",
      holds: "strong",
      fails: "decisive",
    }),
  ],
  remedy: remedyOf(CFS_SLICE_EXPIRY),
  references: [
    ...CFS_SLICE_EXPIRY.references,
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=512ac999d2755d2b7109e996a76b6fb8b888631d",
  ],
  summary({ seen, host }) {
    if (!seen) return "";
    const { kernel } = host;
    const release = kernel.known ? ` The node's kernel is ${kernel.value.text}.` : "";
    const share = Math.round((seen.used / (seen.throttled * seen.quota)) * 100);
    return `Of the quota of the periods in which it was throttled the group has used ${share}% at the most; what its CPUs left of their slices expired.${release}`;
  },
});
