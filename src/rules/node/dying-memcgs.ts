import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { MEMCG_IDS } from "../fixes/index.ts";
import type { LogSighting } from "../log-symptom.ts";
import { memcgIdExhaustion } from "./memcg-id-exhaustion.ts";

/** 65,535 is where the ids end; near it is enough. */
const NEAR_THE_END = 60_000;
/** With so few groups ids can't be what is lacking. */
const FEW = 20_000;

/** Control groups that were removed live on while any page is charged to them. */
export const dyingMemcgs = defineCause<LogSighting>({
  id: "node/dying-memcgs",
  title: "removed memory control groups live on and keep their ids",
  description:
    "A memory control group that was removed stays while a page of a file's cache is charged to it. /proc/cgroups counts them: tens of thousands, where containers are some hundreds.",
  explains: [memcgIdExhaustion],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "there are nearly as many memory control groups as ids",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: { text: "how many memory control groups the kernel counts", command: "cat /proc/cgroups" },
      answer({ host }) {
        const counts = memoryGroups(host);
        const [most] = counts;
        if (!most) return cantTell();
        if (most.value >= NEAR_THE_END) return holds([most.cite]);
        return most.value < FEW ? fails([most.cite]) : cantTell("uncovered");
      },
    },
    {
      statement: "a program was refused a memory control group for want of an id",
      axis: "time",
      holds: "strong",
      answer: ({ seen }) =>
        seen
          ? holds([{ artifact: seen.artifact.path, text: seen.last.text, where: { line: seen.last.line } }])
          : cantTell(),
    },
  ],
  fixes: [MEMCG_IDS],
  remedy: [...MEMCG_IDS.workaround, MEMCG_IDS.upgrade],
  references: [
    "https://github.com/google/cadvisor/issues/1774",
    ...MEMCG_IDS.references,
    "https://docs.kernel.org/admin-guide/cgroup-v1/memory.html",
  ],
  summary({ host }) {
    const [most] = memoryGroups(host);
    return most
      ? `The kernel counts ${most.value} memory control groups; it has 65,535 ids.`
      : "How many memory control groups the kernel counts was not collected.";
  },
});

function memoryGroups(host: HostEvidence): { value: number; cite: Cite }[] {
  return host
    .models("cgroups")
    .flatMap(({ model, artifact }) => {
      const fact = model.counts.get("memory");
      return fact
        ? [
            {
              value: fact.value,
              cite: { artifact: artifact.path, text: fact.text, where: { line: fact.line } },
            },
          ]
        : [];
    })
    .sort((a, b) => b.value - a.value);
}
