import { horizontalAutoscalers, latestTimes } from "../../evidence/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import type { HorizontalAutoscaler } from "../../kube/index.ts";
import { ageOf } from "../../kube/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { seconds } from "../words.ts";
import { nameOf } from "./named.ts";
import type { Reason } from "./reasons.ts";
import { adviceOn, quoted, reasonsIn } from "./reasons.ts";

/** New pods have no metrics for a minute or two. */
const LONG = 300;
const LONG_SHOWN = 600;
/** `FailedGetResourceMetric`, `FailedGetExternalMetric` and the like; an autoscaler that is switched off is `ScalingDisabled`. */
const FAILED = /^(?:FailedGet\w+|FailedComputeMetricsReplicas|InvalidMetricSourceType)$/;

const REASONS: readonly Reason[] = [
  {
    pattern: /missing request for/,
    says: "containers lack the request that the share is of",
    remedy:
      "Give each container of its pods, sidecars too, a request of the resource that the autoscaler watches.",
    reference: "https://github.com/kubernetes/kubernetes/issues/79365",
  },
  {
    pattern:
      /could not find the requested resource|currently unable to handle the request|no matches for kind/,
    says: "the metrics API is not there, or its server does not answer",
    remedy:
      "See whether the API is available: kubectl get apiservices | grep metrics; install metrics-server or the adapter, or look at its logs.",
    reference: "https://github.com/kubernetes/kubernetes/issues/56165",
  },
  {
    pattern: /(?:custom|external) metrics API/,
    says: "the adapter for custom or external metrics does not give them",
    remedy: "Ask the adapter for the metric itself: kubectl get --raw /apis/external.metrics.k8s.io/v1beta1.",
  },
  {
    pattern: /no metrics returned|did not receive metrics|no metrics known/,
    says: "the metrics API answers, and has nothing of these pods",
    remedy:
      "See whether metrics-server reaches the kubelets of their nodes, and whether the autoscaler's selector finds pods that run.",
  },
];

/** An autoscaler that can't tell how busy its pods are. */
export const hpaNoMetrics = defineSymptom<HorizontalAutoscaler>({
  id: "kube/hpa-no-metrics",
  title: "an autoscaler can't read its metrics",
  description:
    "The condition ScalingActive of a HorizontalPodAutoscaler has been False for want of metrics for five minutes or more, or a table shows <unknown> of one that is older than ten: " +
    "it neither adds pods nor takes any away.",
  remedy: [],
  references: ["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
  *detectInCluster(cluster) {
    for (const scaler of horizontalAutoscalers(cluster)) {
      const told = scaler.object.isWhole ? toldOf(cluster, scaler) : shownOf(scaler);
      if (!told) continue;
      const { message, lasted } = told;
      const reasons = reasonsIn([message], REASONS).slice(0, 1);
      const name = nameOf(scaler);
      const of = scaler.target ? ` of ${scaler.target.kind} ${scaler.target.name}` : "";
      const why = reasons[0] ? `: ${reasons[0].says}` : "";
      const since = lasted === undefined ? "" : ` for ${seconds(lasted)}`;
      yield {
        subject: { kind: "autoscaler", name, namespace: scaler.namespace },
        summary: `Autoscaler ${name}${of} has had no metrics${since}${why}.`,
        evidence: [cluster.cite(scaler.object, quoted(message))],
        data: scaler,
        weight: lasted ?? 1,
        missing: scaler.object.isWhole
          ? []
          : [{ text: "why it has none", command: "kubectl get horizontalpodautoscalers -A -o yaml" }],
        advice: adviceOn(reasons),
        namesItsCause: reasons.length > 0,
      };
    }
  },
});

interface Told {
  readonly message: string;
  readonly lasted: number | undefined;
}

function toldOf(cluster: ClusterEvidence, { object, conditions }: HorizontalAutoscaler): Told | undefined {
  const active = conditions.find(({ type }) => type === "ScalingActive");
  if (active?.status !== "False" || !FAILED.test(active.reason ?? "")) return undefined;
  const artifact = cluster.artifactOf(object);
  const latest = artifact && latestTimes(cluster).get(artifact);
  const lasted = latest === undefined || active.since === undefined ? undefined : latest - active.since;
  if (lasted !== undefined && lasted < LONG) return undefined;
  return { message: `${active.reason ?? ""}: ${active.message ?? "no metrics"}`, lasted };
}

/** `<unknown>/80%` and `cpu: <unknown>/80%`; without pods there is nothing to measure. */
function shownOf({ object, currentReplicas }: HorizontalAutoscaler): Told | undefined {
  const targets = object.shown.get("TARGETS") ?? "";
  const age = ageOf(object.shown.get("AGE"));
  if (!targets.includes("<unknown>/") || currentReplicas === 0 || (age ?? 0) < LONG_SHOWN) return undefined;
  return { message: `TARGETS ${targets}`, lasted: undefined };
}
