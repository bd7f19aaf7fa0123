import { firstOf } from "../../bytes/index.ts";
import type { Logged } from "../../evidence/index.ts";
import { allocationFailures } from "../../evidence/index.ts";
import type { AllocationFailure } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { agoOf, agoText } from "./kernel-symptom.ts";

/** Requests of the kernel for pages that it couldn't serve. */
export interface FailedAllocations {
  readonly failures: readonly Logged<AllocationFailure>[];
  /** The smallest order of them that is more than the kernel promises to find. */
  readonly order: number;
}

/** PAGE_ALLOC_COSTLY_ORDER: up to it the kernel goes on reclaiming until it has the pages; above it may give up. */
export const COSTLY_ORDER = 3;
const CITED = 6;
const NAMED = 4;

/** The kernel asked for pages that lie side by side, and there were none. */
export const pageAllocationFailure = defineSymptom<FailedAllocations>({
  id: "node/page-allocation-failure",
  title: "the kernel got no memory that it asked for",
  description:
    "`page allocation failure: order:N` in the kernel's log with N of 3 and more: 2 to the power of N pages side by side couldn't be found. What asked for them failed, as the start of " +
    "a container may. Failures of order 0 to 2 are of a node that is short of memory, or of packets that came too fast.",
  remedy: [
    "Read which program asked, and for what: drivers that ask for much at once may be told to ask for less.",
  ],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/mm/page_alloc.c",
    "https://docs.kernel.org/admin-guide/sysctl/vm.html",
  ],
  *detect(host) {
    const failures = allocationFailures(host).filter(({ event }) => (event.order ?? 0) >= COSTLY_ORDER);
    const [first] = failures;
    if (!first) return;
    const order = failures.reduce(
      (least, { event }) => Math.min(least, event.order ?? least),
      Number.POSITIVE_INFINITY,
    );
    const who = [...new Set(failures.map(({ event }) => event.comm ?? ""))];
    const named = firstOf(who, NAMED);
    const orders = [...new Set(failures.map(({ event }) => event.order ?? 0))].sort((a, b) => a - b);
    yield {
      subject: { kind: "node", name: host.name ?? "this node" },
      summary: `The kernel failed ${count(failures.length, "request")} for ${orders.map((each) => `${4 * 2 ** each} kB`).join(", ")} in one piece (order ${orders.join(", ")}) of ${named}.${agoText(failures)}`,
      evidence: failures.slice(0, CITED).map(({ cite }) => cite),
      data: { failures, order },
      weight: failures.length,
      ...agoOf(failures),
    };
  },
});
