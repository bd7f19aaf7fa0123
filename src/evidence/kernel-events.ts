import type { Artifact } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import type { AllocationFailure, EventKind, LogEvent, OomKill } from "../procstack/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** Something that the kernel logged, with where. */
export interface Logged<T> {
  readonly event: T;
  readonly artifact: Artifact;
  readonly cite: Cite;
}

/** What a host's kernel has said of one kind, in all its logs. */
export interface LoggedKind {
  /** Those that are kept. */
  readonly events: readonly Logged<LogEvent>[];
  /** How many there were; where several logs tell of the same time, the most that one has. */
  readonly count: number;
}

/** Processes that were killed for want of memory. Two logs of one time tell of one kill once. */
export const oomKills: (host: HostEvidence) => readonly Logged<OomKill>[] = memo((host) => {
  const known = new Map<string, Logged<OomKill>>();
  for (const { model, artifact } of host.kernelLogs) {
    for (const event of model.events.oomKills) {
      const { pid, comm } = event.victim;
      const cite = lineCite(artifact, { text: event.killText, line: event.killLine });
      const key = JSON.stringify([pid, comm]);
      const other = known.get(key);
      // The fuller report of the two: one that was filtered has the last line only.
      if (!other || other.event.tasks.length < event.tasks.length) known.set(key, { event, artifact, cite });
    }
  }
  return [...known.values()];
});

/** Memory that the kernel asked itself for and didn't get, since it was booted. */
export const allocationFailures: (host: HostEvidence) => readonly Logged<AllocationFailure>[] = memo((host) =>
  host.kernelLogs.flatMap(({ model, artifact }) =>
    model.events.allocationFailures
      .filter(({ line }) => line >= (model.bootLine ?? 0))
      .map((event) => ({ event, artifact, cite: lineCite(artifact, event) })),
  ),
);

const byKind: (host: HostEvidence) => ReadonlyMap<EventKind, LoggedKind> = memo((host) => {
  const kinds = new Map<EventKind, { events: Logged<LogEvent>[]; count: number }>();
  for (const { model, artifact } of host.kernelLogs) {
    const counts = new Map<EventKind, number>();
    for (const event of model.events.events) {
      // What stands before the last boot is of another life of the node.
      if (event.line < (model.bootLine ?? 0)) continue;
      const known = kinds.get(event.kind) ?? { events: [], count: 0 };
      known.events.push({ event, artifact, cite: lineCite(artifact, event) });
      kinds.set(event.kind, known);
      counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
    }
    for (const [kind, kept] of counts) {
      const known = kinds.get(kind);
      const all = model.bootLine === undefined ? (model.events.eventCounts.get(kind) ?? kept) : kept;
      if (known) known.count = Math.max(known.count, all);
    }
  }
  return kinds;
});

/** What the kernel has said of one kind since it was booted. */
export function kernelEvents(host: HostEvidence, kind: EventKind): LoggedKind {
  return byKind(host).get(kind) ?? { events: [], count: 0 };
}
