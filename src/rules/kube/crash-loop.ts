import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import { eventsAbout } from "../../evidence/index.ts";
import type { ContainerStatus, KubeEvent, Pod, Termination } from "../../kube/index.ts";
import { containerStatusesOf, waitingOf } from "../../kube/index.ts";
import type { Missing, Subject } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count, sentence } from "../words.ts";
import { nameOf } from "./named.ts";

/** A container that ends again and again. */
export interface CrashLoop {
  readonly pod: Pod;
  /** `undefined` where a table tells it of the pod as a whole. */
  readonly container: string | undefined;
  readonly restarts: number | undefined;
  /** How it ended last. */
  readonly last: Termination | undefined;
  /** About this container, or about the pod as a whole. */
  readonly events: readonly KubeEvent[];
}

/** What tells how a container ended. */
export const ASK_END: Missing = {
  text: "how the container ended last",
  command: "kubectl -n NAMESPACE get pod POD -o yaml",
};

/** A container that the kubelet waits to start again, for it ended too often. */
export const crashLoop = defineSymptom<CrashLoop>({
  id: "kube/crash-loop",
  title: "a container ends again and again",
  description:
    "A container waits with CrashLoopBackOff: it has ended several times, each time soon after it was started, and the kubelet waits longer each time.",
  remedy: ["Read what it wrote before it ended: kubectl logs POD -c CONTAINER --previous."],
  references: [
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
    "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",
  ],
  *detectInCluster(cluster) {
    for (const pod of cluster.pods) {
      for (const loop of loopsOf(cluster, pod)) {
        const { restarts, last } = loop;
        const who = whoOf(loop);
        const often = restarts === undefined ? "" : ` It was restarted ${count(restarts, "time")}.`;
        yield {
          subject: subjectOf(loop),
          summary: `${sentence(who)} is in CrashLoopBackOff.${often}${last ? ` It last ended ${endText(last)}.` : ""}`,
          evidence: evidenceOf(cluster, loop),
          data: loop,
          weight: restarts ?? 1,
          missing: last
            ? []
            : [
                {
                  text: "how the container ended last",
                  command: `kubectl ${pod.namespace === "" ? "" : `-n ${pod.namespace} `}get pod ${pod.name} -o yaml`,
                },
              ],
          node: pod.node,
        };
      }
    }
  },
});

function subjectOf({ pod, container }: CrashLoop): Subject {
  const { namespace, name } = pod;
  if (container === undefined) return { kind: "pod", name: nameOf(pod), namespace, pod: name };
  return { kind: "container", name: `${nameOf(pod)}/${container}`, namespace, pod: name, container };
}

/** `container main of pod shop/web`. */
export const whoOf = ({ pod, container }: Pick<CrashLoop, "pod" | "container">): string =>
  container === undefined
    ? `a container of pod ${nameOf(pod)}`
    : `container ${container} of pod ${nameOf(pod)}`;

/** `with exit status 1 (Error)`. */
export function endText({ exitCode, reason }: Termination): string {
  const why = reason === undefined ? "" : ` (${reason})`;
  return exitCode === undefined ? `for a reason of its own${why}` : `with exit status ${exitCode}${why}`;
}

function loopsOf(cluster: ClusterEvidence, pod: Pod): CrashLoop[] {
  const waiting = waitingOf(pod.object).filter(({ reason }) => reason === "CrashLoopBackOff");
  if (waiting.length === 0) return [];
  const statuses = containerStatusesOf(pod.object);
  const events = eventsAbout(cluster, pod);
  return waiting.map(({ container }) => {
    const status = statuses.find(({ name }) => name === container);
    return {
      pod,
      container,
      restarts: status?.restarts ?? shownRestarts(pod),
      last: lastOf(status),
      events: events.filter((event) => isAbout(event, container)),
    };
  });
}

const lastOf = (status: ContainerStatus | undefined): Termination | undefined =>
  status?.terminations.reduce<Termination | undefined>(
    (latest, each) => ((each.finished ?? 0) >= (latest?.finished ?? 0) ? each : latest),
    undefined,
  );

/** `14 (16m ago)`, of all containers together. */
function shownRestarts({ object }: Pod): number | undefined {
  const [, times] = /^(\d{1,9})(?: |$)/.exec(object.shown.get("RESTARTS") ?? "") ?? [];
  return times === undefined ? undefined : Number(times);
}

/** An event names its container in its fieldPath, which a description leaves out, or in its message. */
function isAbout({ about, message }: KubeEvent, container: string | undefined): boolean {
  const named = /\{([^}]+)\}$/.exec(about.fieldPath ?? "")?.[1];
  if (container === undefined || named === container) return true;
  if (named !== undefined) return false;
  const said = /\b[Cc]ontainer (\S+) failed /.exec(message)?.[1];
  return said === undefined || said === container;
}

function evidenceOf(cluster: ClusterEvidence, loop: CrashLoop): Cite[] {
  const { pod, restarts, last } = loop;
  const often = restarts === undefined ? "" : `, restarted ${count(restarts, "time")}`;
  const ended = last ? `, ended last ${endText(last)}` : "";
  return [cluster.cite(pod.object, `${whoOf(loop)}: CrashLoopBackOff${often}${ended}`)];
}
