import type { HeapSite } from "../../pprof/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { percent, size } from "../words.ts";
import { heapOf, siteName } from "./heap-dominator.ts";
import type { HeldHeap } from "./heap-history.ts";
import { hasGrown, heapCite, heapHistory, held, howLongBefore } from "./heap-history.ts";
import { mayBeWarmingUp, measureOf } from "./heap-trend.ts";

/** The heap has grown when it is so many times larger. What a site must have grown by, its history says. */
const TIMES = 1.25;

/** A heap that holds more than it did in an earlier profile of the same process. */
export const heapIncrease = defineSymptom<HeldHeap>({
  id: "go/heap-increase",
  title: "the heap in use has grown since an earlier profile of the process",
  description:
    "Two heap profiles of one process, from two bundles or from one, of which the later has at least a quarter more in use, and one " +
    "function at least 64 MB more. A process that had just been started grows anyhow: a profile of its first minutes alone is no " +
    "measure.",
  remedy: ["Look at the function that holds more: what it keeps, and whether anything ever lets go of it."],
  references: ["https://pkg.go.dev/runtime/pprof#Profile"],
  *detect(host) {
    for (const process of host.processes) {
      const history = heapHistory(host, process);
      if (!history) continue;
      const { now } = history;
      const before = measureOf(history);
      if (!before || now.bytes < before.bytes * TIMES) continue;
      if (mayBeWarmingUp(before, history, ({ bytes }) => bytes)) continue;
      const grown = now.sites.filter((one) => hasGrown(one, before, now));
      const more = (site: HeapSite): number => site.bytes - held(before, site).bytes;
      const [site] = grown.toSorted((a, b) => more(b) - more(a));
      if (!site) continue;
      const all = now.bytes - before.bytes;
      yield {
        subject: heapOf(history),
        summary:
          `${process.name} has ${size(now.bytes)} in use, ${size(all)} more than ${howLongBefore(before, now)}. ` +
          `${size(more(site))} of them (${percent(more(site), all)}) were allocated in ${siteName(site)}.`,
        evidence: [heapCite(before, site, `, ${howLongBefore(before, now)}`), heapCite(now, site, "")],
        data: { ...history, site },
        weight: all,
      };
    }
  },
});
