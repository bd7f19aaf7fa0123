import type { HostEvidence } from "../../evidence/index.ts";
import { type LogSighting, isEnough, logSightings, secondsSince } from "../log-symptom.ts";
import type { LeastSeen } from "../log-symptom.ts";
import type { SignatureId } from "../../logs/index.ts";
import type { UnreadyNode } from "./node-not-ready.ts";

/** A kubelet that can't tell its state tries again every few seconds: after so long a silence it can. */
const OVER_AFTER = 300;

/** Whether a node is one of whose kubelet nothing is heard any more. */
export const isSilent = (seen: UnreadyNode | undefined): boolean => seen?.ready.status === "Unknown";

/** What the kubelet of a host goes on writing up to the end of its log; the most of it first. */
export function kubeletSays(
  host: HostEvidence,
  signature: SignatureId,
  least: LeastSeen,
  field?: string,
): LogSighting[] {
  return [...logSightings(host, [signature], field).values()]
    .filter(
      (seen) =>
        isEnough(seen, least) &&
        (secondsSince(seen) ?? 0) <= OVER_AFTER &&
        seen.events.some(({ component }) => component === "kubelet" || component === "all-in-one"),
    )
    .sort((a, b) => b.count - a.count);
}
