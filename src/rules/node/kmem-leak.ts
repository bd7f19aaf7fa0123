import { cantTell, defineCause, holds } from "../engine/index.ts";
import { answerByKernel, KMEM_LEAK, remedyOf } from "../fixes/index.ts";
import type { FailedSlabs } from "./slab-allocation-failure.ts";
import { slabAllocationFailure } from "./slab-allocation-failure.ts";

/** Groups of so many containers don't reach their limits together. */
const MANY_GROUPS = 3;
const CITED = 4;

/** Linux 3.10 leaks what it makes for the kernel memory of each control group. */
export const kmemLeak = defineCause<FailedSlabs>({
  id: "node/kmem-leak",
  title: "kernel memory accounting of Linux 3.10 leaks until no container can start",
  description:
    "With accounting of kernel memory on, as runc and the kubelet turned it on, Linux 3.10 never frees a group's caches and ids: after some ten thousand containers mkdir of a memory group and small allocations fail.",
  explains: [slabAllocationFailure],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the kernel is of 3.10, from before the fix",
      axis: "version",
      holds: "strong",
      fails: "decisive",
      ask: { text: "the kernel's release", command: "uname -a" },
      answer({ host }) {
        const answer = answerByKernel(KMEM_LEAK, host.kernel);
        // What was reported is of Red Hat's 3.10: of others from before 4.0 the number alone says little.
        const isListed = host.kernel.known && /\.el7\b/.test(host.kernel.value.text);
        return answer.is === "holds" && !isListed ? { ...answer, atMost: "weak" } : answer;
      },
    },
    {
      statement: "allocations fail for the groups of several containers",
      axis: "state",
      holds: "strong",
      answer({ seen }) {
        const ofContainers = seen?.failures.filter(({ event }) => event.containerId !== undefined) ?? [];
        const groups = new Set(ofContainers.map(({ event }) => event.containerId));
        if (groups.size === 0) return cantTell("uncovered");
        const cites = ofContainers.slice(0, CITED).map(({ cite }) => cite);
        // One container at its own limit looks the same.
        return holds(cites, groups.size >= MANY_GROUPS ? {} : { atMost: "weak" });
      },
    },
    {
      statement: "thousands of memory control groups exist",
      axis: "counter",
      holds: "strong",
      ask: { text: "how many control groups there are", command: "cat /proc/cgroups" },
      answer({ host }) {
        const many = host.models("cgroups").flatMap(({ model, artifact }) => {
          const memory = model.counts.get("memory");
          return memory && memory.value >= MANY_CGROUPS
            ? [{ artifact: artifact.path, text: memory.text, where: { line: memory.line } }]
            : [];
        });
        return many.length > 0
          ? holds(many)
          : cantTell(host.models("cgroups").length > 0 ? "uncovered" : "absent");
      },
    },
  ],
  fixes: [KMEM_LEAK],
  remedy: remedyOf(KMEM_LEAK),
  references: KMEM_LEAK.references,
  summary({ host, seen }) {
    const { kernel } = host;
    const release = kernel.known ? `The kernel is ${kernel.value.text}, which leaks` : "Linux 3.10 leaks";
    return `${release} what it makes for the kernel memory of each control group; ${seen?.failures.length ?? 0} allocations for such groups have failed.`;
  },
});

/** Some hundred are usual, with their pods. */
const MANY_CGROUPS = 10_000;
