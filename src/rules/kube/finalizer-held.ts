import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import { nameOf } from "./named.ts";
import { podTerminating } from "./pod-terminating.ts";
import type { TerminatingPod } from "./terminating.ts";

/** Its controller takes it off once the pod has ended, and not before. */
const WAITS_FOR_END = new Set(["batch.kubernetes.io/job-tracking"]);

/** Nobody takes a finalizer off an object that was deleted. */
export const finalizerHeld = defineCause<TerminatingPod>({
  id: "kube/finalizer-held",
  title: "a finalizer holds the deleted object",
  description:
    "The API server keeps an object that was deleted until metadata.finalizers is empty. Whoever put a finalizer there has to clean up and take it off; where " +
    "that controller is gone, or fails, the object stays.",
  explains: [podTerminating],
  of: "cluster",
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "metadata.finalizers is not empty",
      axis: "state",
      holds: "decisive",
      fails: "decisive",
      ask: {
        text: "the pod's metadata.finalizers",
        command: "kubectl -n NAMESPACE get pod POD -o jsonpath='{.metadata.finalizers}'",
      },
      answer({ seen, host }) {
        const { pod, finalizers } = seen ?? {};
        if (!seen || !pod || finalizers === undefined) return cantTell("absent");
        if (finalizers.length === 0)
          return fails([host.cluster.cite(pod.object, `pod ${nameOf(seen)} has no finalizers`)]);
        const cites = [
          host.cluster.cite(pod.object, `pod ${nameOf(seen)} has the finalizers ${finalizers.join(", ")}`),
        ];
        const waits = finalizers.every((each) => WAITS_FOR_END.has(each)) && seen.isEnded !== true;
        return holds(cites, waits ? { atMost: "weak" } : {});
      },
    },
  ],
  remedy: [
    "Find the controller that the finalizer is called after; see whether it runs, and what it logs about the pod.",
    'Where that controller is gone for good, take the finalizer off by hand, knowing that its clean-up is then left undone: kubectl -n NAMESPACE patch pod POD --type=merge -p \'{"metadata":{"finalizers":null}}\'.',
  ],
  references: [
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
    "https://kubernetes.io/blog/2021/05/14/using-finalizers-to-control-deletion/",
  ],
  summary({ seen }) {
    if (!seen) return "";
    const { finalizers = [], isEnded } = seen;
    const ended = isEnded === true ? " Its containers have ended: nothing else holds it." : "";
    return `Pod ${nameOf(seen)} was deleted and keeps ${count(finalizers.length, "finalizer")}: ${finalizers.join(", ")}.${ended}`;
  },
});
