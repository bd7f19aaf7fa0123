import type { QuotaUse } from "../../evidence/index.ts";
import { quotaUses } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { percent } from "../words.ts";

/** A group that is throttled in fewer of its periods hardly notices, and that had few may be at its beginning. */
const OFTEN = 0.25;
const FEWEST = 100;
/** What it used must be less than so much of what it may have used in the periods in which it was throttled alone. */
const HALF = 0.5;
const LONGEST = 120;

/** A container waits for CPU that its limit grants and that it didn't get. */
export const cpuOverthrottled = defineSymptom<QuotaUse>({
  id: "node/cpu-overthrottled",
  title: "a container is throttled though it doesn't use its CPU limit",
  description:
    "A control group is throttled when it has used its quota of a period. One that was throttled in a quarter of its periods and more, and has used in all its life less than half of the quota of these periods alone, was throttled without having used it.",
  remedy: [
    "Compare the container's throttling with its use (container_cpu_cfs_throttled_periods_total, container_cpu_usage_seconds_total), and see whether its limit was raised since it started.",
  ],
  references: [
    "https://docs.kernel.org/scheduler/sched-bwc.html",
    "https://github.com/kubernetes/kubernetes/issues/67577",
  ],
  *detect(host) {
    for (const use of quotaUses(host)) {
      if (!isOver(use)) continue;
      const { group, periods, throttled, quota, used, isBetween, cites } = use;
      const name = group === "" ? (host.name ?? "this node") : group.slice(-LONGEST);
      yield {
        subject: { kind: "control group", name },
        summary:
          `${name} was throttled in ${throttled} of ${periods} periods (${percent(throttled, periods)}) and used ${used.toFixed(1)} s of CPU ${isBetween ? "between two looks" : "in all"}; ` +
          `the quota of the periods in which it was throttled is ${(throttled * quota).toFixed(1)} s.`,
        evidence: cites,
        data: use,
        weight: throttled,
      };
    }
  },
});

const isOver = ({ periods, throttled, quota, used }: QuotaUse): boolean =>
  throttled >= FEWEST && throttled >= periods * OFTEN && used < throttled * quota * HALF;
