import { groupBy, memo } from "../bytes/index.ts";
import type { ClusterEvidence } from "../evidence/index.ts";
import { clusterEvents } from "../evidence/index.ts";
import type { KubeEvent, Pod } from "../kube/index.ts";
import { list, member, text } from "../kube/index.ts";
import type { LogEvent, LoggedLine, Signature, SignatureId } from "../logs/index.ts";
import { SIGNATURES } from "../logs/index.ts";
import type { LogSighting } from "./log-symptom.ts";

/** How a symptom of logs is found in events, whose messages are the lines of kubelet and of controllers over again. */
export interface InEvents {
  /** Other words than the log's, with the same fields. */
  readonly pattern?: RegExp;
  /** The field that an event's own pod or container tells where its message doesn't. */
  readonly about?: string;
}

/** What events say of one thing on one node. */
interface EventSighting {
  readonly node: string | undefined;
  /** The field's value; empty where there is none to tell by. */
  readonly name: string;
  readonly seen: LogSighting;
}

/** One event that means what a line of a log would. */
interface Told {
  readonly event: KubeEvent;
  readonly node: string | undefined;
  readonly signature: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What the events of a cluster say with the words of some signatures, by node and by a field's value. */
export function eventSightings(
  cluster: ClusterEvidence,
  ids: readonly SignatureId[],
  form: InEvents,
  field?: string,
): EventSighting[] {
  const wanted: ReadonlySet<string> = new Set(ids);
  const signatures = SIGNATURES.filter(({ id }) => wanted.has(id));
  const told = clusterEvents(cluster).flatMap((event) => {
    const one = toldBy(event, signatures, form, ids[0]);
    return one && !hasPassed(cluster, event) ? [one] : [];
  });
  const named = field === undefined ? told : told.filter(({ fields }) => fields[field] !== undefined);
  const groups = groupBy(named, ({ node, fields }) =>
    JSON.stringify([node, field === undefined ? "" : fields[field]]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const seen = sightingOf(cluster, group);
    if (!first || !seen) return [];
    return [{ node: first.node, name: field === undefined ? "" : (first.fields[field] ?? ""), seen }];
  });
}

function toldBy(
  event: KubeEvent,
  signatures: readonly Signature[],
  { pattern, about }: InEvents,
  id = "",
): Told | undefined {
  const { message } = event;
  const node = event.host ?? (event.about.kind === "Node" ? event.about.name : undefined);
  const own = about === undefined ? undefined : nameOf(event);
  const known = own === undefined || about === undefined ? {} : { [about]: own };
  for (const { literals, pattern: words, except, fixed, id: signature } of signatures) {
    if (!literals.some((literal) => message.includes(literal)) || except?.test(message)) continue;
    const match = words?.exec(message);
    if (words && !match) continue;
    return { event, node, signature, fields: { ...known, ...fixed, ...defined(match?.groups) } };
  }
  const match = pattern?.exec(message);
  return match ? { event, node, signature: id, fields: { ...known, ...defined(match.groups) } } : undefined;
}

/** A pod that runs, or has done its work, has its volumes, its network and its containers by now. */
function hasPassed(cluster: ClusterEvidence, { about }: KubeEvent): boolean {
  if (about.kind !== "Pod" || about.name === undefined) return false;
  const { name, namespace = "" } = about;
  return settled(cluster).has(JSON.stringify([namespace, name]));
}

const settled: (cluster: ClusterEvidence) => ReadonlySet<string> = memo(
  (cluster) =>
    new Set(cluster.pods.filter(isSettled).map(({ namespace, name }) => JSON.stringify([namespace, name]))),
);

/** A pod whose other containers run is in the phase Running while one can't be made, and while it can't be ended. */
function isSettled({ phase, object: { value }, deletionTimestamp }: Pod): boolean {
  if (phase === "Succeeded") return true;
  if (phase !== "Running" || deletionTimestamp !== undefined) return false;
  return list(value, "status", "containerStatuses").every((status) => {
    const waits = member(status, "state", "waiting");
    return waits === undefined || text(waits, "reason") === "CrashLoopBackOff";
  });
}

function nameOf({ about: { namespace, name } }: KubeEvent): string | undefined {
  return name === undefined || namespace === undefined ? name : `${namespace}/${name}`;
}

function defined(groups: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Kubelet tells of some failures in two events, with one message for two reasons. */
function timesOf(group: readonly Told[]): number {
  const byMessage = [...groupBy(group, ({ event: { message } }) => message).values()].map((same) => {
    const byReason = [...groupBy(same, ({ event: { reason } }) => reason).values()];
    return Math.max(...byReason.map((each) => each.reduce((sum, { event }) => sum + (event.count ?? 1), 0)));
  });
  return byMessage.reduce((sum, times) => sum + times, 0);
}

/** As if the events were lines of a log: an event is one as often as it counts. */
function sightingOf(cluster: ClusterEvidence, group: readonly Told[]): LogSighting | undefined {
  const lines = group.map(({ event: { message, object }, fields }): LoggedLine => ({
    text: message,
    line: object.line,
    time: undefined,
    fields,
  }));
  const [told] = group;
  const [first, last] = [lines[0], lines.at(-1)];
  const artifact = told && cluster.artifactOf(told.event.object);
  if (!told || !artifact || !first || !last) return undefined;
  const count = timesOf(group);
  const lasted = group.reduce((most, { event }) => Math.max(most, event.lasted ?? 0), 0);
  const run = { count, first, last };
  const event: LogEvent = {
    signature: told.signature,
    component: undefined,
    fields: told.fields,
    count,
    first,
    last,
    run,
    samples: lines.slice(0, 4),
  };
  return {
    artifact,
    log: {
      events: [event],
      components: [],
      hostname: told.node,
      from: undefined,
      to: undefined,
      lines: lines.length,
      bytes: 0,
      dropped: {},
      diagnostics: [],
    },
    events: [event],
    count,
    run,
    seconds: lasted > 0 ? lasted : undefined,
    last,
    most: undefined,
    fields: last.fields,
  };
}
