import { memo } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { citeOfTask, presentLogs } from "../../evidence/index.ts";
import type { Root, Task } from "../../procstack/index.ts";
import { nameOf, rootsOf, waitsFor } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";
import type { Stuck } from "./stuck.ts";

/** So many dead children at once are no race between a death and its wait. */
const MANY = 20;
/** Zombies whose evidence a finding cites. */
const CITED = 3;

/** A parent that leaves its dead children. */
interface Orphanage {
  /** Absent where the evidence does not hold it. */
  readonly parent: Task | undefined;
  readonly zombies: readonly Task[];
}

const orphanagesOf: (host: HostEvidence) => readonly Orphanage[] = memo((host) => {
  const byParent = new Map<number, Task[]>();
  for (const task of host.tasks) {
    if (task.state?.letter !== "Z" || task.ppid === undefined || task.ppid === 0 || task.tid !== task.pid)
      continue;
    const siblings = byParent.get(task.ppid) ?? [];
    siblings.push(task);
    byParent.set(task.ppid, siblings);
  }
  return [...byParent]
    .filter(([, zombies]) => zombies.length >= MANY)
    .map(([ppid, zombies]) => ({ parent: host.tasks.find(({ tid }) => tid === ppid), zombies }));
});

/** Dead processes that pile up because their parent does not ask for their end. */
export const zombies = defineSymptom<Stuck>({
  id: "proc/zombies",
  title: "dead processes pile up: their parent does not reap them",
  description:
    `${MANY} or more zombies have one parent. Each keeps its pid, and in a container they count against its pids limit. A zombie or two ` +
    "between a death and the parent's wait is normal.",
  remedy: [
    "Have the parent wait for its children, or run an init that does (docker run --init, tini) as pid 1 of the container.",
  ],
  references: [
    "https://man7.org/linux/man-pages/man2/wait.2.html",
    "https://github.com/moby/moby/issues/41323",
  ],
  *detect(host) {
    for (const { parent, zombies: dead } of orphanagesOf(host)) {
      const [first] = dead;
      if (!first) continue;
      const who = parent ? nameOf(parent) : `pid ${first.ppid}`;
      yield {
        subject: { kind: "process", name: who, ...(first.ppid !== undefined && { pid: first.ppid }) },
        summary: `${dead.length} children of ${who} are zombies: it has not waited for them.`,
        evidence: dead.slice(0, CITED).flatMap((task) => {
          const where = task.cites.state;
          return where ? [citeOfTask(where, `${nameOf(task)} is a zombie, child of ${who}`, task)] : [];
        }),
        data: { roots: rootsFrom(first, host) },
        weight: dead.length,
      };
    }
  },
});

function rootsFrom(zombie: Task, host: HostEvidence): readonly Root[] {
  const chain = waitsFor(zombie, host.tasks, presentLogs(host));
  return rootsOf({ init: chain.links[0]?.from ?? zombie, ...chain });
}
