import type { Logged } from "../../evidence/index.ts";
import { kernelEvents } from "../../evidence/index.ts";
import type { EventKind, LogEvent } from "../../procstack/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import { isLongAgo } from "../node/kernel-symptom.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

const CITED = 4;

/** What the listener's kernel logged of packets that it didn't take; a log that is silent tells nothing, for these lines are rare or off. */
export function answerLogged(
  { host, seen }: About<ListenerLoss>,
  kind: EventKind,
  isAbout: (event: LogEvent) => boolean,
): Answer {
  if (!seen) return cantTell();
  if (seen.atClient) return cantTell("uncovered");
  const events: readonly Logged<LogEvent>[] = kernelEvents(host, kind).events.filter(({ event }) =>
    isAbout(event),
  );
  if (events.length === 0) return cantTell(host.kernelLogs.length > 0 ? "uncovered" : "absent");
  // When that was, beside the time of the capture, the log doesn't tell.
  return holds(
    events.slice(0, CITED).map(({ cite }) => cite),
    isLongAgo(events) ? { atMost: "weak" } : {},
  );
}
