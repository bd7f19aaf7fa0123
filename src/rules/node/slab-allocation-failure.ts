import { firstOf } from "../../bytes/index.ts";
import type { Logged } from "../../evidence/index.ts";
import { allocationFailures } from "../../evidence/index.ts";
import type { AllocationFailure } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";

/** Small objects that the kernel couldn't make for control groups. */
export interface FailedSlabs {
  readonly failures: readonly Logged<AllocationFailure>[];
}

const CITED = 6;
const NAMED = 3;

/** A cache of small objects that belongs to a control group can't grow. */
export const slabAllocationFailure = defineSymptom<FailedSlabs>({
  id: "node/slab-allocation-failure",
  title: "the kernel can't make small objects for a control group",
  description:
    "`SLUB: Unable to allocate memory` in the kernel's log, of a cache that belongs to a control group (`cache: kmalloc-64(1317:ID)`): its kernel memory is at its limit, or its cache can't be made. Caches " +
    "of the whole node, which fail when packets come too fast, don't count.",
  remedy: [
    "Read which container it is: at its memory limit, kernel memory counts too (sockets, dentries of the files that it opens).",
  ],
  references: ["https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/mm/slub.c"],
  *detect(host) {
    const failures = allocationFailures(host).filter(
      ({ event }) => event.of === "slab" && event.cgroup !== undefined,
    );
    if (failures.length === 0) return;
    const groups = [...new Set(failures.map(({ event }) => event.cgroup?.slice(0, 12) ?? ""))];
    const caches = [...new Set(failures.map(({ event }) => event.cache ?? ""))];
    yield {
      subject: { kind: "node", name: host.name ?? "this node" },
      summary: `The kernel failed ${count(failures.length, "allocation")} from ${firstOf(caches, NAMED)} for ${count(groups.length, "control group")} (${firstOf(groups, NAMED)}).`,
      evidence: failures.slice(0, CITED).map(({ cite, event }) => ({
        ...cite,
        text: `${cite.text} (${event.cache}, ${event.cgroup})`,
      })),
      data: { failures },
      weight: failures.length,
    };
  },
});
