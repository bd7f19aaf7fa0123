import type { Artifact } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import type {
  AllocationFailure,
  EventKind,
  KernelLog,
  LogEvent,
  LogPlace,
  OomKill,
} from "../procstack/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { secondsAfter } from "./log-age.ts";
import { isOfLivesBefore } from "./present-logs.ts";

/** Something that the kernel logged, with where. */
export interface Logged<T> {
  readonly event: T;
  readonly artifact: Artifact;
  readonly cite: Cite;
  /** Seconds for which the log goes on after it; absent where it doesn't tell. */
  readonly ago?: number;
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
      const ago = secondsAfter(event, model);
      const key = JSON.stringify([pid, comm]);
      const other = known.get(key);
      // The fuller report of the two: one that was filtered has the last line only.
      if (!other || other.event.tasks.length < event.tasks.length)
        known.set(key, { event, artifact, cite, ...(ago !== undefined && { ago }) });
    }
  }
  return [...known.values()];
});

/** Memory that the kernel asked itself for and didn't get, since it was booted. */
export const allocationFailures: (host: HostEvidence) => readonly Logged<AllocationFailure>[] = memo((host) =>
  host.kernelLogs.flatMap(({ model, artifact }) =>
    model.events.allocationFailures
      .filter((event) => isOfThisLife(event, model, host))
      .map((event) => loggedOf(event, model, artifact)),
  ),
);

const byKind: (host: HostEvidence) => ReadonlyMap<EventKind, LoggedKind> = memo((host) => {
  const kinds = new Map<EventKind, { events: Logged<LogEvent>[]; count: number }>();
  const tells = tellsItMost(host);
  for (const { model, artifact } of host.kernelLogs) {
    const counts = new Map<EventKind, number>();
    for (const event of model.events.events) {
      if (!isOfThisLife(event, model, host)) continue;
      counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
      if (tells(event) !== model) continue;
      const known = kinds.get(event.kind) ?? { events: [], count: 0 };
      known.events.push(loggedOf(event, model, artifact));
      kinds.set(event.kind, known);
    }
    for (const [kind, kept] of counts) {
      const known = kinds.get(kind);
      const all = model.bootLine === undefined ? (model.events.eventCounts.get(kind) ?? kept) : kept;
      if (known) known.count = Math.max(known.count, known.events.length, all);
      else kinds.set(kind, { events: [], count: all });
    }
  }
  return kinds;
});

/** What stands before the last boot, or in a file that is older than it, is of another life of the node. */
const isOfThisLife = ({ line }: { readonly line: number }, model: KernelLog, host: HostEvidence): boolean =>
  line >= (model.bootLine ?? 0) && !isOfLivesBefore(model, host);

function loggedOf<T extends LogPlace>(event: T, model: KernelLog, artifact: Artifact): Logged<T> {
  const ago = secondsAfter(event, model);
  return { event, artifact, cite: lineCite(artifact, event), ...(ago !== undefined && { ago }) };
}

/** dmesg and the journal tell of one event each: of those that are alike, the log with most of them has all. */
function tellsItMost(host: HostEvidence): (event: LogEvent) => KernelLog | undefined {
  const most = new Map<string, { log: KernelLog; times: number }>();
  for (const { model } of host.kernelLogs) {
    const times = new Map<string, number>();
    for (const event of model.events.events) {
      if (!isOfThisLife(event, model, host)) continue;
      const now = (times.get(event.text) ?? 0) + 1;
      times.set(event.text, now);
      if (now > (most.get(event.text)?.times ?? 0)) most.set(event.text, { log: model, times: now });
    }
  }
  return ({ text }) => most.get(text)?.log;
}

/** What the kernel has said of one kind since it was booted. */
export function kernelEvents(host: HostEvidence, kind: EventKind): LoggedKind {
  return byKind(host).get(kind) ?? { events: [], count: 0 };
}
