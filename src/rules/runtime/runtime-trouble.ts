import type { HostEvidence, Moment } from "../../evidence/index.ts";
import { clockOf, isAt, momentOf, takesOf, zoneOf } from "../../evidence/index.ts";
import { secondsBetween } from "../../logs/index.ts";
import type { UnreadyNode } from "../kube/node-not-ready.ts";
import { nodeNotReady } from "../kube/node-not-ready.ts";
import type { About, Symptom } from "../engine/index.ts";
import type { LogSighting } from "../log-symptom.ts";
import { secondsSince } from "../log-symptom.ts";
import { deadlineExceeded } from "./deadline-exceeded.ts";
import { nameReserved } from "./name-reserved.ts";
import { plegUnhealthy } from "./pleg-unhealthy.ts";

/** What shows that the container runtime or the kubelet of a node stands still: lines of a log, or the node's own condition. */
export type RuntimeTrouble = LogSighting | UnreadyNode;

/** What is seen where the container runtime or the kubelet of a node stands still. */
export const RUNTIME_TROUBLES: readonly Symptom<RuntimeTrouble>[] = [
  deadlineExceeded,
  nameReserved,
  nodeNotReady,
  plegUnhealthy,
];

/** The kubelet tries again every few minutes: after so long a silence it is over, and what the node shows now is of another time. */
const OVER_AFTER = 900;
const RUNTIME = /PLEG is not healthy|container runtime is down|container runtime status check may not/;

/** Who stands still by the symptom when the host's evidence was collected; `undefined` where it is over, or has another reason. */
export function whoStands({ seen, host }: About<RuntimeTrouble>): "runtime" | "kubelet" | undefined {
  if (!seen) return undefined;
  if (!("ready" in seen)) return isOver(seen, host) ? undefined : "runtime";
  if (seen.ready.status === "Unknown") return "kubelet";
  return RUNTIME.test(seen.ready.message ?? "") ? "runtime" : undefined;
}

/** Whether the log goes on for long after it, or ends with it and is old itself: rotated, or of a service that was stopped. */
function isOver(seen: LogSighting, host: HostEvidence): boolean {
  if ((secondsSince(seen) ?? 0) > OVER_AFTER) return true;
  const take = takesOf(host).get(seen.artifact)?.take;
  const last = momentOf(seen.last.time);
  if (!last || take?.clock === undefined) return false;
  const collected: Moment = { seconds: take.clock, clock: take.isZoned ? "utc" : "local" };
  return isAt(last, collected, OVER_AFTER, zoneOf(host)) === "no";
}

/** What began so long before a trouble's first line may be of it: a log of a slow start begins late. */
const BEFORE = 1800;
const AFTER = 300;

/**
 * Whether something that the kernel logged was of a trouble's time. A log's last line may be of last week, where nothing was logged
 * since: only where both logs have clocks that can be compared does anything tell.
 */
export function isDuring(seen: RuntimeTrouble | undefined, clock: string | undefined): boolean {
  if (!seen || "ready" in seen) return false;
  const at = clockOf(clock);
  const since = secondsBetween(seen.run.first.time, at);
  const until = secondsBetween(at, seen.last.time);
  return since !== undefined && until !== undefined && since >= -BEFORE && until >= -AFTER;
}
