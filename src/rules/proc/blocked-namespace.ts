import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { BlockingChain, Link, Member, Root } from "../../procstack/index.ts";
import { nameOf, rootsOf } from "../../procstack/index.ts";
import type { Test } from "../engine/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import type { Stuck } from "./stuck.ts";

/** A pid namespace that can't end, and where its chains of waiting tasks do. */
export interface BlockedNamespace extends Stuck {
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

/** A citation of one link, by the first place that shows it. */
export function citeLink({ from, why, cites }: Link): Cite[] {
  const [first] = cites;
  return first ? [citeOfTask(first, `${nameOf(from)}: ${why}`, from)] : [];
}

/** The tasks of a path, in order: `init (1) → sync (2) → umount (3)`. */
export function pathText({ path, task }: Root): string {
  const [first] = path;
  const tasks = first ? [first.from, ...path.flatMap(({ to }) => to ?? [])] : [task];
  return tasks.map(nameOf).join(" → ");
}

/** A gate of the causes: what a task does counts little while nothing tells that it is of the namespace. */
export const KNOWN_MEMBER: Test<Stuck> = {
  statement: "the task that the init waits for is known to be of its namespace",
  axis: "identity",
  ask: {
    text: "which pid namespace each task is of",
    command: "(tail -n +1 /proc/[0-9]*/status; ls -l /proc/[0-9]*/ns) > ns.txt 2>&1   # as root",
  },
  answer({ seen }) {
    const [member] = seen?.chain?.members ?? [];
    if (!member || !isKnown(member)) return cantTell("uncovered");
    const [where] = member.cites;
    return where
      ? holds([citeOfTask(where, `${nameOf(member.task)} is of the namespace`, member.task)])
      : cantTell();
  },
};

/** Whether a task is of the namespace by more than a guess. */
export function isKnown({ membership }: Member): boolean {
  return membership === "ns-inode" || membership === "nspid-parent";
}
