import type { ClusterEvidence } from "../../evidence/index.ts";
import type { Pod } from "../../kube/index.ts";
import { list } from "../../kube/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count, sentence } from "../words.ts";
import { nameOf } from "./named.ts";
import { podTerminating } from "./pod-terminating.ts";
import type { TerminatingPod } from "./terminating.ts";
import { heldPods } from "./terminating.ts";

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
  concerns: ({ seen, host }) => seen !== undefined || heldAlone(host.cluster).length > 0,
  culprit({ seen, host }) {
    const [pod, another] = seen ? [] : heldAlone(host.cluster);
    return pod && !another
      ? { kind: "pod", name: nameOf(pod), namespace: pod.namespace, pod: pod.name }
      : undefined;
  },
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
        if (!seen)
          return holds(
            heldAlone(host.cluster).map((each) =>
              host.cluster.cite(
                each.object,
                `pod ${nameOf(each)} was deleted, and has ${finalizersOf(each).join(", ")}`,
              ),
            ),
          );
        const { pod, finalizers } = seen;
        if (!pod || finalizers === undefined) return cantTell("absent");
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
  summary({ seen, host }) {
    if (!seen) {
      const held = heldAlone(host.cluster);
      return `${sentence(held.map((each) => `pod ${nameOf(each)}`).join(", "))} ${held.length === 1 ? "was" : "were"} deleted with finalizers left. Nothing that was collected tells for how long.`;
    }
    const { finalizers = [], isEnded } = seen;
    // By the API's definition it can't go while it has them; that it would go without is another matter.
    const ended =
      isEnded === undefined
        ? ""
        : isEnded
          ? " Its containers have ended: nothing else holds it."
          : " Its containers run on as well: without its finalizers it would still wait for them.";
    return `Pod ${nameOf(seen)} was deleted and keeps ${count(finalizers.length, "finalizer")}: ${finalizers.join(", ")}.${ended}`;
  },
});

const finalizersOf = ({ object }: Pod): readonly string[] =>
  list(object.value, "metadata", "finalizers").filter((each) => typeof each === "string");

/** One pod alone was looked at, most likely because it stays: without the finalizers that each pod of a job has. */
const heldAlone = (cluster: ClusterEvidence): readonly Pod[] =>
  heldPods(cluster).filter((pod) => finalizersOf(pod).some((each) => !WAITS_FOR_END.has(each)));
