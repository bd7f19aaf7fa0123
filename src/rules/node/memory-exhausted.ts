import type { Cite } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { OomCase } from "../kube/oom-case.ts";
import { LOG_OF_KILL, killsOf, limitOf } from "../kube/oom-case.ts";
import { oomKilled } from "../kube/oom-killed.ts";
import { size } from "../words.ts";
import { availableMemory } from "./available-memory.ts";

/** A share of the node's memory below which next to nothing is left. */
const LITTLE = 0.05;
const CITED = 4;

/** The node itself had no memory left, whatever each container may use. */
export const memoryExhausted = defineCause<OomCase>({
  id: "node/memory-exhausted",
  title: "the node had no memory left",
  description:
    "The kernel killed because the node as a whole had no memory left (CONSTRAINT_NONE), or because all pods together reached what the node " +
    "allows them. Whom it killed says little of who was at fault: it goes by size and by oom_score_adj.",
  explains: [oomKilled],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the kernel killed for want of memory on the node as a whole",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: LOG_OF_KILL,
      answer: answerScope,
    },
    {
      statement: "the kernel's own report shows free memory below the watermark",
      axis: "counter",
      holds: "strong",
      ask: {
        text: "the kernel's whole report of the kill, with its lines free: … min: …",
        command: "dmesg -T   # or journalctl -k",
      },
      answer: answerWatermark,
    },
    {
      statement: "next to no memory is available now",
      axis: "state",
      holds: "weak",
      ask: { text: "how much memory is available, and what holds it", command: "cat /proc/meminfo" },
      answer({ host }) {
        const share = availableMemory(host);
        if (!share.known) return cantTell(share.why);
        // What was killed has given its memory back: plenty now says nothing of then.
        return share.value <= LITTLE ? holds([share.cite]) : cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Give system and kubelet their share (kube-reserved, system-reserved) and set eviction-hard, so that the kubelet evicts before the kernel kills.",
    "Set limits where pods have none, and look at what grows: the report's table of tasks names who held most.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
    "https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/",
  ],
  summary(about) {
    const { host } = about;
    const [first] = killsOf(about);
    if (!first)
      return "A container was killed for want of memory; nothing that was collected says whether the node had none left.";
    const share = availableMemory(host);
    const now = share.known ? ` Now ${share.cite.text}.` : "";
    const [most] = first.event.tasks;
    const holder = most ? ` Most was held by ${most.comm} (pid ${most.pid}): ${size(most.rss * 1024)}.` : "";
    return limitOf(first.event) === "all pods"
      ? `All pods together were at the limit that the node allows them; ${first.event.victim.comm} was killed.${holder}${now}`
      : `The node had no memory left, and the kernel chose ${first.event.victim.comm} (pid ${first.event.victim.pid}).${holder}${now}`;
  },
});

function answerScope(about: About<OomCase>): Answer {
  const kills = killsOf(about);
  if (kills.length === 0) return cantTell();
  const ofNode = kills.filter(({ event }) => event.scope === "node" || limitOf(event) === "all pods");
  if (ofNode.length > 0) return holds(ofNode.slice(0, CITED).map(({ cite }) => cite));
  const others = kills.filter(({ event }) => event.scope !== undefined);
  return others.length === 0 ? cantTell("uncovered") : fails(others.slice(0, CITED).map(({ cite }) => cite));
}

/** A zone that still gives memory has more than its lowest watermark free; the report is of the very moment. */
function answerWatermark(about: About<OomCase>): Answer {
  const kills = killsOf(about).filter(({ event }) => event.scope === "node");
  const cites = kills.flatMap(({ event, artifact }): Cite[] => {
    // The largest zone is where programs' memory lies.
    const zones = event.zones.filter(
      ({ zone, free, min }) => zone !== "DMA" && free !== undefined && min !== undefined,
    );
    const low = zones.filter(({ free, min }) => (free ?? 0) <= (min ?? 0) * 1.25);
    if (zones.length === 0 || low.length < zones.length) return [];
    return low.map(({ node, zone, free, min, line }) => ({
      artifact: artifact.path,
      text: `Node ${node} ${zone} free:${free}kB min:${min}kB`,
      where: { line },
    }));
  });
  return cites.length > 0
    ? holds(cites.slice(0, CITED))
    : cantTell(kills.length > 0 ? "uncovered" : "absent");
}
