import type { HeapSite } from "../../pprof/index.ts";
import type { Subject } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count, percent, size } from "../words.ts";
import type { HeapHistory, HeldHeap } from "./heap-history.ts";
import { heapCite, heapHistory } from "./heap-history.ts";

/** A site dominates when it holds so much, and such a share of the heap. */
const LARGE = 256 * 2 ** 20;
const SHARE = 0.5;

/** Code without symbols: `[binary]`, `<unknown>`, an address. That it allocates says nothing. */
const NAMELESS = /^(?:\[|<unknown>|0x)/;

/** One function that holds most of a large heap: a fact, harmless or not. */
export const heapDominator = defineSymptom<HeldHeap>({
  id: "go/heap-dominator",
  title: "most of the heap was allocated at one place",
  description:
    "A heap profile in which one function holds at least 256 MB that are in use, and at least half of the heap. Named is the " +
    "function nearest the allocation that isn't a library's. A cache, or a table that is read at start, may be meant to be as large.",
  remedy: [
    "Look at what the function keeps, and whether anything ever lets go of it. Two profiles of the process, some time apart, tell " +
      "whether it grows.",
  ],
  references: ["https://pkg.go.dev/runtime/pprof#Profile", "https://go.dev/blog/pprof"],
  *detect(host) {
    for (const process of host.processes) {
      const history = heapHistory(host, process);
      const [site] = history?.now.sites ?? [];
      if (!history || !site || NAMELESS.test(site.owner)) continue;
      const { now } = history;
      if (site.bytes < LARGE || site.bytes < now.bytes * SHARE) continue;
      yield {
        subject: heapOf(history),
        summary:
          `${size(site.bytes)} of the ${size(now.bytes)} that ${process.name} has in use (${percent(site.bytes, now.bytes)}) were ` +
          `allocated in ${siteName(site)}: ${count(Math.round(site.objects), "object")}.`,
        evidence: [heapCite(now, site, "")],
        data: { ...history, site },
        weight: site.bytes,
      };
    }
  },
});

/** The heap of a process, as a finding's subject. */
export function heapOf({ process: { name, task } }: HeapHistory): Subject {
  return { kind: "heap", name, ...(task?.pid !== undefined && { pid: task.pid }) };
}

/** A site for people: the function, and what it allocates through. */
export const siteName = ({ owner, leaf }: HeapSite): string =>
  owner === leaf ? owner : `${owner} (through ${leaf})`;
