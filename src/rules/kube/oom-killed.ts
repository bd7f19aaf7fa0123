import type { Cite, ClusterEvidence, HostEvidence, Logged, Moment } from "../../evidence/index.ts";
import {
  apart,
  clockOf,
  clusterEvents,
  containers,
  isAt,
  momentOf,
  oomKills,
  zoneOf,
} from "../../evidence/index.ts";
import { firstOf, groupBy } from "../../bytes/index.ts";
import type { KubeEvent } from "../../kube/index.ts";
import type { OomKill } from "../../procstack/index.ts";
import type { Missing, Sighting } from "../engine/index.ts";
import { defineSymptom, subjectName } from "../engine/index.ts";
import { agoOf, agoText } from "../node/kernel-symptom.ts";
import { count, size, timeOf } from "../words.ts";
import type { OomCase } from "./oom-case.ts";
import {
  LOG_OF_KILL,
  containerOfKill,
  containerSubject,
  limitOf,
  oomTermination,
  statusCite,
  subjectOfKill,
} from "./oom-case.ts";

const CITED = 6;
const NAMED = 3;

const ASK_PODS: Missing = {
  text: "the pod by its uid: its name, its limit, how often it was killed",
  command: "kubectl get pods -A -o yaml",
};

/** A process was killed for want of memory; an end by SIGKILL alone (exit code 137) is no sign of it. */
export const oomKilled = defineSymptom<OomCase>({
  id: "kube/oom-killed",
  title: "processes are killed for want of memory",
  description:
    "The kernel's log says that its OOM killer killed a process, an event of the node repeats it (SystemOOM of kubelet, OOMKilling of node-problem-detector), " +
    "or a container's status gives OOMKilled as the reason of its end. " +
    "The two are joined by the ids of container and pod. Exit code 137 without that reason is a SIGKILL from elsewhere, as of a failed liveness probe.",
  remedy: [
    "See who held the memory, and whether it is a leak: compare heap profiles or the working set over time.",
  ],
  references: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/mm/oom_kill.c",
  ],
  *detect(host) {
    const cases = new Map<string, { kills: Logged<OomKill>[] } & Omit<OomCase, "kills">>();
    for (const kill of oomKills(host)) {
      const container = containerOfKill(host.cluster, kill.event);
      const subject = container ? containerSubject(container) : subjectOfKill(kill.event);
      const key = JSON.stringify([subject, kill.event.scope]);
      const known = cases.get(key);
      if (known) known.kills.push(kill);
      else {
        const status = container && statusCite(host.cluster, container);
        cases.set(key, { subject, kills: [kill], container, status });
      }
    }
    for (const each of cases.values()) {
      const { subject, kills, container, status } = each;
      const hasIds = kills.some(({ event }) => event.containerId !== undefined || event.podUid !== undefined);
      yield {
        subject,
        summary: killsInWords(each) + agoText(kills) + otherEnd(host, each),
        evidence: [
          ...kills.slice(0, CITED).map(({ cite }) => cite),
          ...holders(kills),
          ...(status ? [besideLog(host, each, status)] : []),
        ],
        missing: hasIds && !container ? [ASK_PODS] : [],
        data: each,
        weight: kills.length,
        ...agoOf(kills),
      };
    }
  },
  *detectInCluster(cluster) {
    const seen = new Set<string>();
    for (const container of containers(cluster)) {
      const end = oomTermination(container);
      const status = statusCite(cluster, container);
      const subject = containerSubject(container);
      if (!end || !status || seen.has(subjectName(subject))) continue;
      seen.add(subjectName(subject));
      const limit = container.memoryLimit;
      const known = limit === undefined ? "" : ` Its limit is ${size(limit)}.`;
      const restarts =
        container.restarts === undefined ? "" : `, and has restarted ${count(container.restarts, "time")}`;
      yield {
        subject,
        node: container.node,
        summary: `The container ${container.name} of ${container.namespace}/${container.pod} was killed for want of memory (OOMKilled)${restarts}.${known}`,
        evidence: [status],
        data: { subject, kills: [], container, status },
        // What the kernel says tells more, and stands before it.
        weight: 0,
      };
    }
    yield* ofEvents(cluster);
  },
});

/** Kubelet's watch on the node's own kills, or what node-problem-detector quotes of the kernel log. */
const IN_EVENT =
  /^System OOM encountered, victim process: (?<comm>.{1,64}?), pid: (?<pid>\d{1,7})$|\bKilled process (?<quoted>\d{1,7}) \((?<name>[^()]{1,64})\)/;

/** A kill as an event tells it. */
interface ToldKill {
  readonly node: string | undefined;
  readonly victim: string;
  readonly pid: string;
  readonly scope: OomCase["scope"];
  readonly cite: Cite;
}

/** Kills that events of nodes tell of, where no kernel log does: those of one program on one node together. */
function* ofEvents(cluster: ClusterEvidence): Generator<Sighting<OomCase>> {
  const told = onePerKill(clusterEvents(cluster).flatMap((event) => toldKill(cluster, event) ?? []));
  for (const kills of groupBy(told, ({ node, victim, scope }) =>
    JSON.stringify([node, victim, scope]),
  ).values()) {
    const [first] = kills;
    if (!first) continue;
    const { node, victim, scope, cite } = first;
    const subject = { kind: "process", name: victim, ...(node !== undefined && { node }) };
    const why =
      scope === "memcg"
        ? ", for its control group was at its limit"
        : scope === "node"
          ? ", for the node had none left"
          : "";
    const one = kills.length === 1;
    const pids = firstOf(
      kills.map(({ pid }) => pid),
      CITED,
      "others",
    );
    yield {
      subject,
      ...(node !== undefined && { node }),
      summary:
        `The kernel killed ${victim} ${one ? "" : `${count(kills.length, "time")} `}(${one ? "pid" : "pids"} ${pids}) for want of memory${why}, ` +
        `as ${one ? "an event" : "events"}${node === undefined ? "" : ` of node ${node}`} ${one ? "says" : "say"}.`,
      evidence: kills.slice(0, CITED).map((kill) => kill.cite),
      missing: [LOG_OF_KILL],
      data: { subject, kills: [], container: undefined, status: cite, ...(scope && { scope }) },
      weight: 0,
      isEcho: true,
    };
  }
}

function toldKill(
  cluster: ClusterEvidence,
  { object, reason, message, about, host }: KubeEvent,
): ToldKill | undefined {
  if (reason !== "SystemOOM" && reason !== "OOMKilling") return undefined;
  const { comm, pid, name, quoted } = IN_EVENT.exec(message)?.groups ?? {};
  const victim = comm ?? name;
  const number = pid ?? quoted;
  if (victim === undefined || number === undefined) return undefined;
  const node = about.kind === "Node" ? about.name : host;
  const cite = cluster.cite(object, `${reason}: ${message}`);
  return { node, victim, pid: number, scope: scopeOf(message), cite };
}

/** Kubelet and node-problem-detector tell of the same kills, the latter with the kernel's words. */
function onePerKill(told: readonly ToldKill[]): ToldKill[] {
  const kills = groupBy(told, ({ node, victim, pid }) => JSON.stringify([node, victim, pid]));
  return [...kills.values()].flatMap(
    (same) => same.find(({ scope }) => scope !== undefined) ?? same[0] ?? [],
  );
}

/** As the kernel begins its line: `Memory cgroup out of memory: Killed process`, or without the first two words. */
function scopeOf(message: string): OomCase["scope"] {
  if (message.startsWith("Memory cgroup out of memory: ")) return "memcg";
  return message.startsWith("Out of memory: ") ? "node" : undefined;
}

/** A container has ended so long after its process was killed; `dmesg -T` is wrong by minutes on machines that slept. */
const SOON = 600;

/** Whether the end that a container's status tells of is one of the kills that the kernel logged. */
function isTheEnd(host: HostEvidence, { kills, container }: OomCase): "yes" | "no" | "cant-tell" {
  const end = container && oomTermination(container)?.finished;
  const times = kills.map(({ event }) => momentOf(clockOf(event.clock)));
  const known = times.filter((time) => time !== undefined);
  if (end === undefined || known.length === 0) return "cant-tell";
  const ended: Moment = { seconds: end, clock: "utc" };
  const answers = known.map((time) => isAt(time, ended, SOON, zoneOf(host)));
  if (answers.includes("yes")) return "yes";
  return answers.every((answer) => answer === "no") && known.length === times.length ? "no" : "cant-tell";
}

function otherEnd(host: HostEvidence, seen: OomCase): string {
  const end = seen.container && oomTermination(seen.container)?.finished;
  if (end === undefined || isTheEnd(host, seen) !== "no") return "";
  return ` The container's status tells of another kill, at ${timeOf(end)}.`;
}

/** What the container's status says, with what is doubtful about its time and the log's. */
function besideLog(host: HostEvidence, seen: OomCase, status: Cite): Cite {
  const end = seen.container && oomTermination(seen.container)?.finished;
  const [time] = seen.kills.flatMap(({ event }) => momentOf(clockOf(event.clock)) ?? []);
  const doubt = end !== undefined && time && apart(time, { seconds: end, clock: "utc" }, zoneOf(host))?.doubt;
  return doubt === undefined ? status : { ...status, text: `${status.text}; ${doubt}` };
}

function killsInWords({ subject, kills, container }: OomCase): string {
  const [first] = kills;
  if (!first) return "";
  const { victim, limit } = first.event;
  const many = kills.length === 1 ? "" : ` It is one of ${kills.length} kills there.`;
  const held = victim.rss === undefined ? "" : `, which held ${size(victim.rss * 1024)}`;
  const of = subject.kind === "process" ? "" : ` of ${subject.kind} ${subjectName(subject)}`;
  const bound = limit === undefined ? "" : ` The limit is ${size(limit * 1024)}.`;
  const whose = limitOf(first.event);
  const why =
    first.event.scope === "node"
      ? "the node had no memory left"
      : whose === "container"
        ? "its container was at its limit"
        : whose === "pod"
          ? "its pod was at its limit"
          : whose === "all pods"
            ? "all pods together were at the limit that the node allows them"
            : first.event.scope === "memcg"
              ? "its control group was at its limit"
              : "there was no memory left where it may have some";
  const image = container?.image === undefined ? "" : ` The image is ${container.image}.`;
  return `The kernel killed ${victim.comm} (pid ${victim.pid})${of}${held}: ${why}.${bound}${largest(first.event)}${many}${image}`;
}

/** Whoever held most, where it wasn't the one that was killed. */
function largest({ tasks, victim, all }: OomKill): string {
  const others = tasks.filter(({ pid }) => pid !== victim.pid).slice(0, NAMED);
  const [most] = others;
  if (!most || (victim.rss !== undefined && most.rss * 4 < victim.rss)) return "";
  const names = others.map(({ comm, pid, rss }) => `${comm} (pid ${pid}) ${size(rss * 1024)}`);
  return ` Of ${count(all.count, "process", "processes")}, others held much too: ${names.join(", ")}.`;
}

function holders(kills: readonly Logged<OomKill>[]): Cite[] {
  return kills.slice(0, 1).flatMap(({ event, artifact }) => {
    if (event.tasks.length === 0) return [];
    const names = event.tasks
      .slice(0, NAMED)
      .map(({ comm, pid, rss }) => `${comm} (pid ${pid}) ${size(rss * 1024)}`);
    const text = `${count(event.all.count, "process", "processes")} held ${size(event.all.rss * 1024)}: ${names.join(", ")}`;
    return [{ artifact: artifact.path, text, where: { line: event.line } }];
  });
}
