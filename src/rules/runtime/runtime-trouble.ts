import type { UnreadyNode } from "../kube/node-not-ready.ts";
import { nodeNotReady } from "../kube/node-not-ready.ts";
import type { Symptom } from "../engine/index.ts";
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

/** Who stands still by the symptom; `undefined` where it is over, or has another reason. */
export function whoStands(seen: RuntimeTrouble | undefined): "runtime" | "kubelet" | undefined {
  if (!seen) return undefined;
  if (!("ready" in seen)) return (secondsSince(seen) ?? 0) <= OVER_AFTER ? "runtime" : undefined;
  if (seen.ready.status === "Unknown") return "kubelet";
  return RUNTIME.test(seen.ready.message ?? "") ? "runtime" : undefined;
}
