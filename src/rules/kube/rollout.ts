import { CLOCK_DOUBT } from "../../evidence/index.ts";
import type { Pod, ServingContainer, Workload } from "../../kube/index.ts";
import type { Capture } from "../../pcap/index.ts";
import { Outcome } from "../../pcap/index.ts";
import type { About } from "../engine/index.ts";
import { memo } from "../../bytes/index.ts";
import type { ListenerTraffic } from "../tcp/listener-loss.ts";
import { rowsWith } from "../tcp/listener-loss.ts";

/** The longest that a program takes from its start until it listens. */
const LONGEST_START = 120;
/** Endpoints, kube-proxy and load balancers have followed a deletion by then. */
const LONGEST_DRAIN = 60;
const DEFAULT_GRACE = 30;

/** Failed connections to one pod, and when they came. */
export interface Rollout {
  readonly pod: Pod;
  readonly workload: Workload | undefined;
  /** Attempts without a connection, as rows of the capture's handshakes. */
  readonly failed: readonly number[];
  /** Those of them between the pod's start and the first connection to it. */
  readonly atStart: readonly number[];
  /** Those of them after the pod was told to stop and the last connection to it. */
  readonly atStop: readonly number[];
  /** Those of them between two connections: the pod was listening all the time. */
  readonly between: readonly number[];
}

/** What became of the connections to a listener that is a pod; `undefined` where it is none that was listed. */
export const rolloutOf: (about: About<ListenerTraffic>) => Rollout | undefined = memo(findRollout);

function findRollout({ host, seen }: About<ListenerTraffic>): Rollout | undefined {
  const pod = seen && host.cluster.podAt(seen.listener.address);
  if (!seen || !pod) return undefined;
  const failed = rowsWith(seen, Outcome.refused, Outcome.unanswered, Outcome.answeredLate, Outcome.icmp);
  const connected = rowsWith(seen, Outcome.answered);
  const timeOf = (row: number) => timeOfRow(seen.capture.model, row);
  // A busy pod has more connections than a call takes arguments.
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const row of connected) {
    first = Math.min(first, timeOf(row));
    last = Math.max(last, timeOf(row));
  }
  const started = pod.started.reduce((latest, at) => Math.max(latest, at), pod.created ?? Number.NaN);
  const atStart = failed.filter((row) => {
    const time = timeOf(row);
    return (
      time >= (pod.created ?? Number.NaN) - CLOCK_DOUBT && time <= started + LONGEST_START && time < first
    );
  });
  const grace = pod.deletionGracePeriodSeconds ?? DEFAULT_GRACE;
  const told = (pod.deletionTimestamp ?? Number.NaN) - grace;
  const atStop = failed.filter((row) => {
    const time = timeOf(row);
    return time >= told - CLOCK_DOUBT && time <= told + grace + LONGEST_DRAIN && time > last;
  });
  const between = failed.filter((row) => timeOf(row) > first && timeOf(row) < last);
  return { pod, workload: host.cluster.workloadOf(pod), failed, atStart, atStop, between };
}

/** Seconds since 1970. */
function timeOfRow({ start, handshakes }: Capture, row: number): number {
  return (start ?? Number.NaN) + (handshakes.firstTime[row] ?? Number.NaN);
}

/** Containers that get traffic before they listen. */
export const unprobed = ({ containers }: Workload): readonly ServingContainer[] =>
  containers.filter(({ hasReadinessProbe }) => !hasReadinessProbe);

/** Containers that stop while they still get traffic. */
export const unstopped = ({ containers }: Workload): readonly ServingContainer[] =>
  containers.filter(({ hasPreStop }) => !hasPreStop);
