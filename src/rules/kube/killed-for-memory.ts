import { containers } from "../../evidence/index.ts";
import type { About } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { sentence, size } from "../words.ts";
import type { CrashLoop } from "./crash-loop.ts";
import { ASK_END, crashLoop, endText, whoOf } from "./crash-loop.ts";

/** Each time the container fills its memory, and the kernel ends it. */
export const killedForMemory = defineCause<CrashLoop>({
  id: "kube/killed-for-memory",
  title: "the container is killed for want of memory, each time",
  description:
    "The last end of a container that is in CrashLoopBackOff has the reason OOMKilled. An exit status of 137 without that reason is a SIGKILL from elsewhere.",
  explains: [crashLoop],
  of: "cluster",
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "it ended with the reason OOMKilled",
      axis: "state",
      holds: "decisive",
      fails: "decisive",
      ask: ASK_END,
      answer({ seen, host }) {
        const { last } = seen ?? {};
        if (!seen || last?.reason === undefined) return cantTell("absent");
        const cites = [host.cluster.cite(seen.pod.object, `${whoOf(seen)} ended ${endText(last)}`)];
        return last.reason === "OOMKilled" ? holds(cites) : fails(cites);
      },
    },
  ],
  remedy: [
    "See whether it needs more than its limit from the start, or fills it by a leak: kubectl top pod, heap profiles some minutes apart; kube/oom-killed tells whose limit was reached.",
    "Raise resources.limits.memory where the need is real.",
  ],
  references: ["https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/"],
  summary(about) {
    const { seen } = about;
    if (!seen) return "";
    if (!seen.last) return `Nothing tells how ${whoOf(seen)} ended.`;
    const limit = limitOf(about);
    const bound = limit === undefined ? "" : ` Its limit is ${size(limit)}.`;
    return `${sentence(whoOf(seen))} ended ${endText(seen.last)}.${bound}`;
  },
});

function limitOf({ seen, host }: About<CrashLoop>): number | undefined {
  return containers(host.cluster).find(
    ({ namespace, pod, name }) =>
      namespace === seen?.pod.namespace && pod === seen.pod.name && name === seen.container,
  )?.memoryLimit;
}
