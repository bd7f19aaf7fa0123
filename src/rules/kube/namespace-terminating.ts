import { latestTimes } from "../../evidence/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import type { Condition, KubeObject } from "../../kube/index.ts";
import { conditionsOf, text, time } from "../../kube/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { seconds, timeOf } from "../words.ts";
import type { Reason } from "./reasons.ts";
import { adviceOn, quoted, reasonsIn } from "./reasons.ts";

/** A namespace with much in it takes some minutes. */
const LONG = 600;

/** Conditions that are True while something holds the namespace; before 1.16 there are none. */
const HOLDING =
  /^Namespace(?:Deletion(?:Discovery|GroupVersionParsing|Content)Failure|(?:Content|Finalizers)Remaining)$/;

const REASONS: readonly Reason[] = [
  {
    pattern: /^NamespaceDeletionDiscoveryFailure/,
    says: "the API server can't list all kinds of objects, for an aggregated API does not answer",
    remedy:
      "Find the APIService that is not available (kubectl get apiservices | grep False), and bring its service back or delete it.",
    reference: "https://github.com/kubernetes/kubernetes/issues/60807",
  },
  {
    pattern: /^NamespaceDeletionGroupVersionParsingFailure/,
    says: "the name of an API group can't be parsed",
    remedy: "Look at the names of the APIServices and custom resource definitions.",
  },
  {
    pattern: /^NamespaceDeletionContentFailure/,
    says: "objects in it can't be deleted",
    remedy: "Look at what the API server answered: a webhook that fails forbids deletions, too.",
  },
  {
    pattern: /^NamespaceFinalizersRemaining/,
    says: "objects in it keep their finalizers",
    remedy:
      "Find the controllers that the finalizers are called after: where one was deleted together with the namespace, nobody takes its finalizers off.",
    reference: "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
  },
  {
    pattern: /^NamespaceContentRemaining/,
    says: "objects are left in it",
    remedy:
      "List what is left: kubectl api-resources --verbs=list --namespaced -o name | xargs -n 1 kubectl get --ignore-not-found -n NAMESPACE.",
  },
];

/** A namespace that was deleted and doesn't go. */
export const namespaceTerminating = defineSymptom<readonly Condition[]>({
  id: "kube/namespace-terminating",
  title: "a namespace stays Terminating",
  description:
    "A namespace was deleted more than ten minutes before the latest time in its listing, and its conditions say what holds it: an API that can't be listed, objects that are left, " +
    "finalizers that nobody takes off.",
  remedy: [
    "Don't empty spec.finalizers of the namespace before that is cleared: what is left in it stays behind, and comes back with a namespace of its name.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/pull/82189",
    "https://github.com/kubernetes/kubernetes/issues/70916",
  ],
  *detectInCluster(cluster) {
    for (const object of cluster.objects) {
      if (object.kind !== "Namespace") continue;
      const deleted = time(object.value, "metadata", "deletionTimestamp");
      const name = text(object.value, "metadata", "name");
      if (deleted === undefined || name === undefined) continue;
      const holding = conditionsOf(object.value).filter(
        ({ type, status }) => status === "True" && HOLDING.test(type),
      );
      const lasted = latestOf(cluster, object, holding) - deleted;
      if (lasted < LONG) continue;
      const reasons = reasonsIn(
        holding.map(({ type }) => type),
        REASONS,
      );
      const why =
        reasons.length === 0
          ? "Nothing in its status says what holds it"
          : `What holds it: ${reasons.map(({ says }) => says).join("; ")}`;
      yield {
        subject: { kind: "namespace", name },
        summary: `Namespace ${name} was deleted at ${timeOf(deleted)} and was still there ${seconds(lasted)} later. ${why}.`,
        evidence: [
          cluster.cite(object, `namespace ${name}: deleted at ${timeOf(deleted)}`),
          ...holding.map(({ type, message = "" }) => cluster.cite(object, `${type}: ${quoted(message)}`)),
        ],
        data: holding,
        weight: lasted,
        missing:
          reasons.length > 0
            ? []
            : [{ text: "the API services", command: "kubectl get apiservices -o yaml" }],
        advice: adviceOn(reasons),
        namesItsCause: reasons.length > 0,
      };
    }
  },
});

/** The latest time by which it was there: its conditions change while it is tried again. */
function latestOf(cluster: ClusterEvidence, object: KubeObject, conditions: readonly Condition[]): number {
  const artifact = cluster.artifactOf(object);
  const listed = artifact && latestTimes(cluster).get(artifact);
  return conditions.reduce(
    (latest, { since }) => Math.max(latest, since ?? latest),
    listed ?? Number.NEGATIVE_INFINITY,
  );
}
