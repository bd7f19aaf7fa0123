import type { Cite, Logged } from "../../evidence/index.ts";
import type { OomKill } from "../../procstack/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { Leak } from "../go/leaks.ts";
import { leaksOf } from "../go/leaks.ts";
import type { OomCase } from "./oom-case.ts";
import { killsOf } from "./oom-case.ts";
import { oomKilled } from "./oom-killed.ts";

/** Linux's `TASK_COMM_LEN`, less the byte that ends it. */
const COMM_LENGTH = 15;
const CITED = 4;

/** A Go program whose profiles show that it leaks, and that was killed for want of memory. */
export const oomByLeak = defineCause<OomCase>({
  id: "kube/oom-by-leak",
  title: "the program that was killed leaks",
  description:
    "Profiles of a Go program show that it leaks goroutines, heap or threads, and that program is the one that was killed for want of memory: " +
    "by its container, by the pod whose folder the profiles lie in, or by its name.",
  explains: [oomKilled],
  concerns: ({ seen, host }) => seen !== undefined && leaksOf(host).length > 0,
  tests: [
    {
      statement: "a Go program of the node leaks goroutines, heap or threads",
      axis: "time",
      holds: "strong",
      answer(about) {
        const leaks = candidates(about).map(({ leak }) => leak);
        const [surest] = leaks;
        if (!surest) return cantTell("uncovered");
        const cites = leaks.flatMap(({ cites }) => cites.slice(0, CITED)).slice(0, CITED);
        return holds(cites, surest.verdict === "confirmed" ? {} : { atMost: "weak" });
      },
    },
    {
      statement: "the program that leaks is the one that was killed",
      axis: "identity",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "profiles in a folder with the pod's name, and the cgroup of their process",
        command: "cat /proc/PID/cgroup",
      },
      answer: answerIdentity,
    },
  ],
  remedy: [
    "Stop the leak; more memory only puts the next kill off. The finding about the leak says where it is.",
    "Until then, restart the program before it comes near its limit.",
  ],
  references: [
    "https://go.dev/doc/diagnostics",
    "https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",
  ],
  summary(about) {
    const [best] = candidates(about);
    if (!best) return "";
    const { leak, by } = best;
    const same =
      by === undefined
        ? "Nothing tells whether it is the program that was killed."
        : `It ${by.isSure ? "is" : "may be"} the program that was killed: ${by.text}.`;
    return `${leak.process.name} leaks (${leak.rule}, ${leak.verdict}): ${leak.summary} ${same}`;
  },
});

/** A leak, and what ties its process to the one that was killed. */
interface Candidate {
  readonly leak: Leak;
  readonly by: { readonly text: string; readonly isSure: boolean; readonly cite?: Cite } | undefined;
  /** What shows that it is another process. */
  readonly other: Cite | undefined;
}

/** The leaks that may be of the killed program; those that surely are stand first. */
function candidates(about: About<OomCase>): Candidate[] {
  const all = leaksOf(about.host).map((leak) => candidateOf(leak, about));
  const rank = ({ by }: Candidate): number => (by === undefined ? 2 : by.isSure ? 0 : 1);
  return all.filter(({ other }) => other === undefined).sort((a, b) => rank(a) - rank(b));
}

function candidateOf(leak: Leak, about: About<OomCase>): Candidate {
  const { seen } = about;
  const kills = killsOf(about);
  const { process } = leak;
  const { task } = process;
  const container = seen?.container;
  const ids = new Set([
    ...kills.flatMap(({ event }) => event.containerId ?? []),
    ...(container?.terminations ?? []).flatMap((end) => end.containerId ?? []),
  ]);
  const cite = task?.cites.cgroup && {
    artifact: task.cites.cgroup.path,
    text: `${process.name} (${task.pid}) is in container ${task.containerId?.slice(0, 12)}`,
  };
  if (task?.containerId !== undefined && ids.size > 0 && cite) {
    if (ids.has(task.containerId))
      return { leak, by: { text: cite.text, isSure: true, cite }, other: undefined };
    return { leak, by: undefined, other: cite };
  }
  const folders = new Set(process.folder.split("/"));
  if (container !== undefined && folders.has(container.pod)) {
    const text = `its profiles lie in a folder of pod ${container.pod}`;
    return { leak, by: { text, isSure: true }, other: undefined };
  }
  return { leak, ...byName(leak, kills) };
}

/** A command has its first fifteen letters for a name; the same name is no proof, another one is of another program. */
function byName({ process }: Leak, kills: readonly Logged<OomKill>[]): Pick<Candidate, "by" | "other"> {
  const [first] = kills;
  const name = process.binary ?? process.task?.comm;
  if (!first || name === undefined) return { by: undefined, other: undefined };
  const same = kills.find(({ event }) => event.victim.comm === name.slice(0, COMM_LENGTH));
  if (!same) return { by: undefined, other: first.cite };
  const isSure = process.task?.pid !== undefined && process.task.pid === same.event.victim.pid;
  const text = `${same.event.victim.comm} (pid ${same.event.victim.pid}) was killed`;
  return { by: { text, isSure, cite: same.cite }, other: undefined };
}

function answerIdentity(about: About<OomCase>): Answer {
  const all = leaksOf(about.host).map((leak) => candidateOf(leak, about));
  const [best] = candidates(about);
  if (!best) {
    const others = all.flatMap(({ other }) => other ?? []);
    return others.length === all.length && others.length > 0 ? fails(others.slice(0, CITED)) : cantTell();
  }
  if (!best.by) return cantTell("absent");
  const [own] = best.leak.cites;
  const cites = best.by.cite ? [best.by.cite] : own ? [{ artifact: own.artifact, text: best.by.text }] : [];
  return holds(cites, best.by.isSure ? {} : { atMost: "weak" });
}
