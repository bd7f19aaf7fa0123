import type { KubeEvent } from "../../kube/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { nameOf } from "./named.ts";
import { podTerminating } from "./pod-terminating.ts";
import type { TerminatingPod } from "./terminating.ts";
import { VERY_LONG_TRIES, VERY_MANY_TRIES, isKill, triesText } from "./terminating.ts";

/** The kubelet asks again and again, and the runtime can't kill the container. */
export const needToKill = defineCause<TerminatingPod>({
  id: "kube/need-to-kill",
  title: "the container runtime can't kill the pod's containers",
  description:
    "The kubelet tells of killing the pod dozens of times over an hour or more: each time the runtime takes the order and the container does not end, as a " +
    "task of it that can't be killed makes it.",
  explains: [podTerminating],
  of: "cluster",
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the kubelet has tried to kill the pod again and again for an hour or more",
      axis: "time",
      holds: "decisive",
      fails: "strong",
      ask: {
        text: "the pod's events, with how often they came; they are kept for an hour",
        command: "kubectl -n NAMESPACE describe pod POD",
      },
      answer({ seen, host }) {
        const kills = seen?.events.filter(isKill) ?? [];
        const most = kills.reduce<KubeEvent | undefined>(
          (best, each) => ((each.count ?? 0) > (best?.count ?? -1) ? each : best),
          undefined,
        );
        if (seen?.pod && !most && seen.isEnded === true)
          return fails([
            host.cluster.cite(seen.pod.object, `the containers of pod ${nameOf(seen)} have ended`),
          ]);
        // Events expire: that there is none says nothing.
        if (!seen || !most) return cantTell(seen?.events.length === 0 ? "absent" : "uncovered");
        const times = most.count ?? 1;
        const lasted = most.lasted ?? 0;
        const cites = [host.cluster.cite(most.object, `${most.reason} ${triesText(most)}: ${most.message}`)];
        if (times >= VERY_MANY_TRIES && lasted >= VERY_LONG_TRIES) return holds(cites);
        if (times >= 10 && lasted >= 600) return holds(cites, { atMost: "strong" });
        // Each pod that is deleted is killed once.
        return times > 1 ? holds(cites, { atMost: "weak" }) : cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "On the node, look for a task of the container that can't be killed: state D, or an init that waits in zap_pid_ns_processes; its kernel stack names what it waits for.",
    "Look at the runtime's log for `failed to exit within 10 seconds of kill`; where nothing of the kernel hangs, restart the runtime.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/blob/v1.14.0/pkg/kubelet/kuberuntime/kuberuntime_container.go",
    "https://github.com/moby/moby/issues/41676",
  ],
  summary({ seen }) {
    const kill = seen?.events.find(isKill);
    if (!seen || !kill)
      return seen ? `Nothing tells whether pod ${nameOf(seen)} is killed again and again.` : "";
    return `The kubelet has told the runtime to kill pod ${nameOf(seen)} ${triesText(kill)}, and it is still there.`;
  },
});
