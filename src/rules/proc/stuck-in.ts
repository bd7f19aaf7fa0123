import type { HostEvidence } from "../../evidence/index.ts";
import { stuckGroupsOf } from "../../evidence/index.ts";
import type { BlockingChain, Root, Task } from "../../procstack/index.ts";
import { rootsOf } from "../../procstack/index.ts";
import type { Stuck } from "./stuck.ts";

/**
 * Where the chains of a container's or a pod's tasks end, and the pid namespace that can't end where it is known to be theirs.
 *
 * @param isIts whether a task is of it; `undefined` where nothing tells
 */
export function stuckIn(host: HostEvidence, isIts: (task: Task) => boolean | undefined): Stuck {
  const roots: Root[] = [];
  let own: BlockingChain | undefined;
  for (const chain of host.blockingChains) {
    const told = [chain.init, ...chain.members.map(({ task }) => task)].flatMap((task) => isIts(task) ?? []);
    const isOwn = told.includes(true);
    // An init that has exited may show no control group any more: then it may be this one's.
    if (!isOwn && told.length > 0) continue;
    if (isOwn) own ??= chain;
    const ends = rootsOf(chain).filter(({ path }) => path.length > 0);
    roots.push(...(isOwn ? ends : ends.map(asCandidate)));
  }
  for (const { stuck } of stuckGroupsOf(host))
    for (const { task, roots: ends } of stuck) if (isIts(task) === true) roots.push(...ends);
  return { roots, ...(own && { chain: own }) };
}

/** The same end, of a chain that may be another's. */
const asCandidate = (root: Root): Root => ({
  ...root,
  certainty: "candidate",
  path: root.path.map((link) => ({ ...link, certainty: "candidate" })),
});
