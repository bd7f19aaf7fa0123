import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count, size } from "../words.ts";
import type { OomCase } from "./oom-case.ts";
import { LOG_OF_KILL, byEvent, killsOf, limitOf } from "./oom-case.ts";
import { oomKilled } from "./oom-killed.ts";

/** The group is at its limit when the next page doesn't fit: of its last per cent the kernel keeps some in stock. */
const AT_LIMIT = 0.95;
const CITED = 4;

/** A container's or pod's own limit, however much memory the node has. */
export const memoryLimitReached = defineCause<OomCase>({
  id: "kube/memory-limit-reached",
  title: "the container was at its own memory limit",
  description:
    "The kernel killed within the control group of a container or a pod, whose limit was reached (CONSTRAINT_MEMCG), and not because the node had no memory left.",
  explains: [oomKilled],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the limit of the container's or the pod's own control group was reached",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: LOG_OF_KILL,
      answer: answerScope,
    },
    {
      statement: "the control group used as much as its limit",
      axis: "counter",
      holds: "strong",
      ask: {
        text: "the kernel's whole report of the kill, with its line memory: usage … limit …",
        command: "dmesg -T   # or journalctl -k",
      },
      answer(about) {
        const kills = killsOf(about);
        const told = kills.filter(({ event }) => event.usage !== undefined && event.limit !== undefined);
        const full = told.filter(({ event }) => (event.usage ?? 0) >= (event.limit ?? 0) * AT_LIMIT);
        if (full.length === 0) return cantTell(kills.length > 0 ? "uncovered" : "absent");
        return holds(
          full.slice(0, CITED).map(({ event, artifact }) => ({
            artifact: artifact.path,
            text: `memory: usage ${event.usage}kB, limit ${event.limit}kB, failcnt ${event.failcnt}`,
            where: { line: event.line },
          })),
        );
      },
    },
    {
      statement: "the pod sets a memory limit",
      axis: "config",
      holds: "weak",
      ask: { text: "the pod with its limits", command: "kubectl get pods -A -o yaml" },
      answer({ seen, host }) {
        const container = seen?.container;
        if (container?.memoryLimit === undefined) return cantTell(container ? "uncovered" : "absent");
        return holds([
          host.cluster.cite(
            container.object,
            `container ${container.name}: limit of ${size(container.memoryLimit)}`,
          ),
        ]);
      },
    },
  ],
  remedy: [
    "Find out what the program keeps: heap profiles some minutes apart, or the working set over time, tell a leak from a limit that is too small.",
    "Raise resources.limits.memory where the need is real; for Go programs set GOMEMLIMIT to some 90 % of it.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/cgroup-v2.html",
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  ],
  summary(about) {
    const { seen } = about;
    const kills = killsOf(about);
    const [first] = kills;
    const limit = first?.event.limit === undefined ? seen?.container?.memoryLimit : first.event.limit * 1024;
    const bound = limit === undefined ? "its limit" : `its limit of ${size(limit)}`;
    const times = kills.length > 1 ? `, ${count(kills.length, "time")}` : "";
    return first
      ? `The memory of the ${limitOf(first.event) === "pod" ? "pod" : "container"} was at ${bound}${times}; the node itself need not have been short of any.`
      : seen?.scope === "memcg"
        ? "The memory of its control group was at its limit; the node itself need not have been short of any."
        : `The container was killed for want of memory; nothing that was collected says whether it was at ${bound} or the node had none left.`;
  },
});

function answerScope(about: About<OomCase>): Answer {
  const kills = killsOf(about);
  if (kills.length === 0) return byEvent(about.seen, "memcg");
  const own = kills.filter(({ event }) => event.scope === "memcg" && limitOf(event) !== "all pods");
  if (own.length > 0) return holds(own.slice(0, CITED).map(({ cite }) => cite));
  if (kills.every(({ event }) => event.scope === undefined)) return cantTell("uncovered");
  return fails(kills.slice(0, CITED).map(({ cite }) => cite));
}
