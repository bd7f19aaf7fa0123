import type { Cite } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { size } from "../words.ts";
import { isLongAgo } from "./kernel-symptom.ts";
import type { FailedAllocations } from "./page-allocation-failure.ts";
import { COSTLY_ORDER, pageAllocationFailure } from "./page-allocation-failure.ts";

/** Largest blocks that healthy nodes have none of: orders 9 and 10 are for huge pages. */
const RARE_ORDER = 9;
/** A share of the free memory that is as good as nothing. */
const NOTHING = 0.001;
const CITED = 4;

/** There is memory, but in small pieces. */
export const memoryFragmentation = defineCause<FailedAllocations>({
  id: "node/memory-fragmentation",
  title: "free memory is in small pieces only",
  description:
    "The kernel asked for many pages side by side and found none, although memory was free: it is fragmented, mostly by caches of files. Containers then stay in starting.",
  explains: [pageAllocationFailure],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the request was for more than the kernel promises to find",
      axis: "time",
      holds: "strong",
      answer({ seen }) {
        const large = seen?.failures.filter(({ event }) => (event.order ?? 0) > COSTLY_ORDER) ?? [];
        const any = large.length > 0 ? large : (seen?.failures ?? []);
        if (any.length === 0) return cantTell();
        const cites = any.slice(0, CITED).map(({ cite }) => cite);
        return holds(cites, large.length > 0 && !isLongAgo(any) ? {} : { atMost: "weak" });
      },
    },
    {
      statement: "when the request failed memory was free, and no block of that size",
      axis: "counter",
      holds: "decisive",
      fails: "strong",
      ask: {
        text: "the kernel's whole report of the failure, with its Mem-Info",
        command: "dmesg   # or journalctl -k",
      },
      answer: answerReport,
    },
    {
      statement: "zone Normal has no free block of that size",
      axis: "state",
      holds: "strong",
      ask: { text: "the free blocks of each zone by size", command: "cat /proc/buddyinfo" },
      answer: answerBuddyinfo,
    },
  ],
  remedy: [
    "Now: echo 1 > /proc/sys/vm/compact_memory, or echo 3 > /proc/sys/vm/drop_caches where caches hold most; both stall what runs for a while.",
    "For good: a larger reserve (vm.min_free_kbytes), a newer kernel (compaction ahead of need, vm.compaction_proactiveness, from 5.9 on), fewer requests of high order (jumbo frames, kmem accounting of 3.10).",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/sysctl/vm.html",
    "https://docs.kernel.org/mm/page_allocation.html",
  ],
  summary({ seen, host }) {
    const order = seen?.order ?? 0;
    const zones = host
      .models("buddyinfo")
      .flatMap(({ model }) => model.zones.filter(({ zone }) => zone === "Normal"));
    const free = zones.reduce((sum, { blocks }) => sum + pagesOf(blocks), 0);
    const state =
      zones.length === 0
        ? ""
        : ` Of zone Normal ${size(free * 4096)} are free, ${size(zones.reduce((sum, { blocks }) => sum + pagesOf(blocks, order), 0) * 4096)} of them in blocks of order ${order} and more.`;
    return `Memory that lies side by side ran out: the kernel failed requests of order ${order} and more.${state}`;
  },
});

const pagesOf = (blocks: readonly number[], from = 0): number =>
  blocks.reduce((sum, blocks_, order) => (order < from ? sum : sum + blocks_ * 2 ** order), 0);

/** The report is of the very moment: what was free where programs' memory lies, and in which pieces. */
function answerReport({ seen }: About<FailedAllocations>): Answer {
  const fragmented: Cite[] = [];
  const others: Cite[] = [];
  for (const { event, artifact } of seen?.failures ?? []) {
    const { order = 0 } = event;
    const zones = event.zones.filter(({ zone, blocks }) => zone !== "DMA" && blocks !== undefined);
    if (zones.length === 0) continue;
    const cites = zones.map(({ node, zone, blocks = [], line }) => ({
      artifact: artifact.path,
      text: `Node ${node} ${zone}: ${size(pagesOf(blocks) * 4096)} free, ${size(pagesOf(blocks, order) * 4096)} of it in blocks of order ${order} and more`,
      where: { line },
    }));
    const usable = zones.some(({ blocks = [] }) => pagesOf(blocks, order) > 0);
    // Below its watermark a zone is short of memory as a whole: that is another trouble.
    const isShort = zones.every(({ free, min }) => free !== undefined && min !== undefined && free < min);
    if (!usable && !isShort) fragmented.push(...cites);
    else others.push(...cites);
  }
  // What was so long ago is not what is: only a look at the node's present state beside it settles that.
  if (fragmented.length > 0)
    return holds(fragmented.slice(0, CITED), isLongAgo(seen?.failures ?? []) ? { atMost: "strong" } : {});
  // Blocks may be there for others than whoever asked (CMA, reserves), so that it decides nothing.
  return others.length > 0 ? fails(others.slice(0, CITED)) : cantTell("uncovered");
}

/** A look at another time: that there are blocks again says nothing of then. */
function answerBuddyinfo({ host, seen }: About<FailedAllocations>): Answer {
  if (!seen) return cantTell();
  const found = host
    .models("buddyinfo")
    .flatMap(({ model, artifact }) =>
      model.zones
        .filter(({ zone, blocks }) => zone === "Normal" && blocks.some((count) => count > 0))
        .map((zone) => ({ zone, artifact })),
    );
  if (found.length === 0) return cantTell();
  const order = Math.min(seen.order, RARE_ORDER);
  const gone = found.filter(({ zone }) => pagesOf(zone.blocks, order) <= pagesOf(zone.blocks) * NOTHING);
  if (gone.length < found.length) return cantTell("uncovered");
  const cites = gone.slice(0, CITED).map(({ zone, artifact }) => ({
    artifact: artifact.path,
    text: zone.text,
    where: { line: zone.line },
  }));
  return holds(cites, order >= RARE_ORDER ? { atMost: "weak" } : {});
}
