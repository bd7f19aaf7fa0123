import type { KubeEvent } from "../../kube/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { nameOf } from "./named.ts";
import { podTerminating } from "./pod-terminating.ts";
import type { TerminatingPod } from "./terminating.ts";
import { triesText } from "./terminating.ts";

/** A runtime that was slow for once tells it less often, and for a shorter time. */
const MANY = 10;
const LONG = 600;

/** `error determining status: rpc error: code = DeadlineExceeded`, and what else of a pod the runtime leaves unanswered. */
const isDeadline = ({ message }: KubeEvent): boolean => /rpc error: code = DeadlineExceeded/.test(message);

/** The runtime doesn't answer the kubelet's questions about the pod in time. */
export const runtimeDeadline = defineCause<TerminatingPod>({
  id: "kube/runtime-deadline",
  title: "the container runtime doesn't answer the kubelet in time",
  description:
    "Events of the pod tell that calls of the kubelet to the container runtime ended with DeadlineExceeded, over and over: it can't learn the pod's status, and " +
    "so neither kill it nor let it go.",
  explains: [podTerminating],
  of: "cluster",
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "calls to the runtime about the pod end with DeadlineExceeded, again and again",
      axis: "state",
      holds: "decisive",
      ask: {
        text: "the pod's events, with how often they came; they are kept for an hour",
        command: "kubectl -n NAMESPACE describe pod POD",
      },
      answer({ seen, host }) {
        const told = seen?.events.filter(isDeadline) ?? [];
        if (!seen || told.length === 0) return cantTell(seen?.events.length === 0 ? "absent" : "uncovered");
        const cites = told
          .slice(0, 4)
          .map((event) =>
            host.cluster.cite(event.object, `${event.reason} ${triesText(event)}: ${event.message}`),
          );
        const times = Math.max(...told.map(({ count = 1 }) => count));
        const lasted = Math.max(...told.map(({ lasted = 0 }) => lasted));
        if (times >= MANY && lasted >= LONG) return holds(cites);
        return holds(cites, { atMost: times > 1 ? "strong" : "weak" });
      },
    },
  ],
  remedy: [
    "On the node, see whether the runtime answers at all (crictl ps, docker ps) and what it waits for: SIGUSR1 has dockerd and containerd write their goroutines.",
    "A call that hangs for one container only is as a rule a task in the kernel that can't be killed: look at its stack. Else restart the runtime.",
  ],
  references: [
    "https://docs.docker.com/engine/daemon/logs/#force-a-stack-trace-to-be-logged",
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/crictl/",
  ],
  summary({ seen }) {
    const told = seen?.events.find(isDeadline);
    if (!seen || !told)
      return seen ? `Nothing tells whether the runtime answers about pod ${nameOf(seen)}.` : "";
    return `The kubelet could not learn the status of pod ${nameOf(seen)} from the runtime, ${triesText(told)}: ${told.message}.`;
  },
});
