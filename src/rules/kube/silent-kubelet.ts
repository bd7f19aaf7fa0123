import type { HostEvidence } from "../../evidence/index.ts";
import { isAt, momentOf, zoneOf } from "../../evidence/index.ts";
import type { About } from "../engine/index.ts";
import { type LogSighting, isEnough, logSightings, secondsSince } from "../log-symptom.ts";
import type { LeastSeen } from "../log-symptom.ts";
import type { SignatureId } from "../../logs/index.ts";
import type { UnreadyNode } from "./node-not-ready.ts";

/** A kubelet that can't tell its state tries again every few seconds: after so long a silence it can. */
const OVER_AFTER = 300;

/** Whether a node is one of whose kubelet nothing is heard any more. */
export const isSilent = (seen: UnreadyNode | undefined): boolean => seen?.ready.status === "Unknown";

/** Half of the longest time for which a node is lost and still looked into, in seconds. */
const HALF_OF_LONGEST = 45 * 86_400;

/** What the kubelet of a host goes on writing up to the end of its log, and after the node was lost; the most of it first. */
export function kubeletSays(
  { host, seen: lost }: About<UnreadyNode>,
  signature: SignatureId,
  least: LeastSeen,
  field?: string,
): LogSighting[] {
  return [...logSightings(host, [signature], field).values()]
    .filter(
      (seen) =>
        isEnough(seen, least) &&
        !endsBefore(seen, lost?.ready.since, host) &&
        (secondsSince(seen) ?? 0) <= OVER_AFTER &&
        seen.events.some(({ component }) => component === "kubelet" || component === "all-in-one"),
    )
    .sort((a, b) => b.count - a.count);
}

/** Whether a log surely ended before a moment of the API server's: what it says is then of another time. Its lines need not name their year or zone. */
function endsBefore({ log, last }: LogSighting, since: number | undefined, host: HostEvidence): boolean {
  const end = momentOf(log.to ?? last.time);
  if (since === undefined || !end) return false;
  const middle = { ...end, seconds: end.seconds - HALF_OF_LONGEST };
  return isAt(middle, { seconds: since, clock: "utc" }, HALF_OF_LONGEST + OVER_AFTER, zoneOf(host)) === "no";
}
