import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import type { Missing, Subject } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { nameOf } from "./named.ts";
import type { TerminatingPod } from "./terminating.ts";
import { isKill, terminatingPods, triesText } from "./terminating.ts";

/** A pod that was deleted and doesn't go. */
export const podTerminating = defineSymptom<TerminatingPod>({
  id: "kube/pod-terminating",
  title: "a pod stays Terminating",
  description:
    "A pod was deleted, and is still there more than five minutes after its grace period: by the latest time in what lists it, by kills that its kubelet " +
    "repeats, by two tables, or because it terminates on a node that is not ready.",
  remedy: [
    "Don't force the deletion (--force --grace-period=0) before the cause is known: its containers may still run, and hold their volumes and addresses.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    "https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/",
  ],
  *detectInCluster(cluster) {
    for (const stuck of terminatingPods(cluster)) {
      yield {
        subject: subjectOf(stuck),
        summary: `Pod ${nameOf(stuck)}${stuck.node === undefined ? "" : ` on node ${stuck.node}`} was deleted and stays: ${stuck.because}.`,
        evidence: evidenceOf(cluster, stuck),
        data: stuck,
        weight: stuck.overdue ?? 1,
        missing: missingOf(stuck),
        node: stuck.node,
      };
    }
  },
});

function subjectOf(stuck: TerminatingPod): Subject {
  return {
    kind: "pod",
    name: nameOf(stuck),
    namespace: stuck.namespace,
    pod: stuck.name,
    ...(stuck.uid !== undefined && { uid: stuck.uid }),
  };
}

function evidenceOf(cluster: ClusterEvidence, stuck: TerminatingPod): Cite[] {
  const { pod, because, events } = stuck;
  const listed = pod ? [cluster.cite(pod.object, `pod ${nameOf(stuck)}: ${because}`)] : [];
  const kills = events
    .filter((event) => isKill(event) && (event.count ?? 0) > 1)
    .map((event) =>
      cluster.cite(event.object, `the kubelet told of killing it ${triesText(event)}: ${event.message}`),
    );
  return [...listed, ...kills];
}

function missingOf({ namespace, name, pod, events, node }: TerminatingPod): Missing[] {
  const where = namespace === "" ? "" : `-n ${namespace} `;
  const missing: Missing[] = [];
  if (!pod?.object.isWhole)
    missing.push({
      text: "the pod itself, with its finalizers and the time by which it was to be gone",
      command: `kubectl ${where}get pod ${name} -o yaml`,
    });
  if (events.length === 0)
    missing.push({
      text: "what the kubelet tells of the pod",
      command: `kubectl ${where}get events --field-selector involvedObject.name=${name} -o yaml`,
    });
  missing.push({
    text: `the tasks of ${node === undefined ? "its node" : `node ${node}`}, where its containers may hang`,
    command:
      "(tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack; ls -l /proc/[0-9]*/ns) > tasks.txt 2>&1   # as root, on the node",
  });
  return missing;
}
