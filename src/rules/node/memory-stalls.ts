import type { HostEvidence } from "../../evidence/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import type { RuntimeTrouble } from "../runtime/runtime-trouble.ts";
import { RUNTIME_TROUBLES } from "../runtime/runtime-trouble.ts";
import { availableMemory } from "./available-memory.ts";
import { isNow, stallOf, stallTest, stallText } from "./stall-cause.ts";

/** A node that is at work has next to none of it; so much is one that fetches its own programs from disk again and again. */
const MUCH = 20;
/** A share of the node's memory below which next to nothing is left. */
const LITTLE = 0.05;

/** The node's tasks wait for memory, those of the runtime among them. */
export const memoryStalls = defineCause<RuntimeTrouble>({
  id: "node/memory-stalls",
  title: "everything on the node waits for memory",
  description:
    "The kernel's measure of pressure (/proc/pressure/memory) shows that for a great part of the last five minutes no task of the node could go on, as all that had work waited " +
    "for memory to be reclaimed or for pages that had just been dropped. The kernel need not have killed anything. A symptom that is over is not explained by it.",
  explains: RUNTIME_TROUBLES,
  concerns: (about) => isNow(about) && stallOf(about.host, "memory") !== undefined,
  tests: [
    stallTest(
      "memory",
      MUCH,
      "nothing on the node could go on for a great part of the last minutes, for want of memory",
    ),
    {
      statement: "next to no memory is available",
      // It is so at the same time, as the stalls are, and no more ties it to the runtime.
      axis: "time",
      holds: "strong",
      ask: { text: "how much memory is available", command: "cat /proc/meminfo" },
      answer({ host }) {
        const share = availableMemory(host);
        if (!share.known) return cantTell(share.why);
        // A limit below the node's memory holds its tasks up as well.
        return share.value <= LITTLE ? holds([share.cite], worthOf(host)) : cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Give system and kubelet their share (kube-reserved, system-reserved) and set eviction-hard, so that the kubelet evicts before the node thrashes.",
    "Find who holds the memory: ps by RSS, memory.current of the pods' control groups; set limits where pods have none.",
  ],
  references: [
    "https://docs.kernel.org/accounting/psi.html",
    "https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/",
  ],
  summary({ host }) {
    const share = availableMemory(host);
    return `${stallText(stallOf(host, "memory"), "for want of memory")}${share.known ? ` ${share.cite.text}.` : ""}`;
  },
});

/** Little memory is no trouble where nothing waits for it. */
const worthOf = (host: HostEvidence): { atMost?: "weak" } =>
  (stallOf(host, "memory")?.share.avg300 ?? 0) >= MUCH ? {} : { atMost: "weak" };
