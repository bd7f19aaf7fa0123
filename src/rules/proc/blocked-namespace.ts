import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { BlockingChain, Cite as ProcCite, Link, Root, Task } from "../../procstack/index.ts";
import { nameOf, rootsOf } from "../../procstack/index.ts";

/** A pid namespace that can't end, and where its chains of waiting tasks do. */
export interface BlockedNamespace {
  readonly chain: BlockingChain;
  /** The ends of the chain, the surest first; empty where the evidence holds no other task of the namespace. */
  readonly roots: readonly Root[];
}

/** Every pid namespace of a host whose init waits for its other tasks. */
export function blockedNamespaces(host: HostEvidence): BlockedNamespace[] {
  return host.blockingChains.map((chain) => ({
    chain,
    roots: rootsOf(chain).filter((root) => root.path.length > 0),
  }));
}

/** A citation of a place in the artifacts of a task. */
export function citeTask(where: ProcCite, text: string, task: Task): Cite {
  return {
    artifact: where.path,
    text,
    where: {
      ...(where.line !== undefined && { line: where.line }),
      ...(task.tid !== undefined && { pid: task.tid }),
    },
  };
}

/** A citation of one link, by the first place that shows it. */
export function citeLink({ from, why, cites }: Link): Cite[] {
  const [first] = cites;
  return first ? [citeTask(first, `${nameOf(from)}: ${why}`, from)] : [];
}

/** The tasks of a path, in order: `init (1) → sync (2) → umount (3)`. */
export function pathText({ path, task }: Root): string {
  const [first] = path;
  const tasks = first ? [first.from, ...path.flatMap(({ to }) => to ?? [])] : [task];
  return tasks.map(nameOf).join(" → ");
}
