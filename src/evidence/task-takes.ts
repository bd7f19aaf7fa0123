import { groupBy, memo } from "../bytes/index.ts";
import type { TaskPart } from "../procstack/index.ts";
import { sameName } from "../procstack/index.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { areOfOneLife, isRebooted, orderOf, type Take, takesOf } from "./takes.ts";

/** A part of what `/proc` says of a task, with when it was read. */
export interface TakenPart {
  readonly part: TaskPart;
  readonly path: string;
  readonly take: Take;
}

/** Folders by which collectors tell two readings apart: `stacks-1`, `stacks-2`; not those of two nodes or pods. */
const COUNTED =
  /(?:^|[-_.])(?:proc|ps|tasks?|threads?|stacks?|kstacks?|wchans?|hung|d-?state|dumps?|looks?|readings?)[-_.]?([12])$/i;

function* partsIn(host: HostEvidence): Generator<TakenPart> {
  const takes = takesOf(host);
  for (const artifact of host.artifacts) {
    const { content, path } = artifact;
    const placed = takes.get(artifact);
    if (content === undefined || !placed?.take) continue;
    const folder = path
      .split("/")
      .slice(1, -1)
      .find((one) => COUNTED.test(one));
    const take = folder === undefined ? placed.take : counted(placed.take, folder);
    if (content.kind === "proc-files" || content.kind === "proc-ps")
      for (const part of content.model.parts) yield { part, path, take };
    else if (content.kind.startsWith("proc-")) yield { part: content.model, path, take };
  }
}

const counted = (take: Take, folder: string): Take => ({
  ...take,
  key: `${take.key}\0${folder}`,
  rank: take.rank ?? Number(COUNTED.exec(folder)?.[1]),
  ranked: "",
  isOfBundle: false,
});

/**
 * What was read of a host's tasks, the latest first where the order is known. Of a number that was another process's before, as after a
 * restart of the machine, only what is of the last one.
 */
export const taskParts: (host: HostEvidence) => readonly TakenPart[] = memo((host) => {
  const all = [...partsIn(host)];
  const takes = [...new Map(all.map(({ take }) => [take.key, take])).values()];
  if (takes.length < 2) return all;
  // Those that tell no time keep their places.
  const order = new Map([...takes].sort((a, b) => orderOf(b, a) ?? 0).map(({ key }, i) => [key, i] as const));
  all.sort((a, b) => (order.get(a.take.key) ?? 0) - (order.get(b.take.key) ?? 0));
  return [...groupBy(all, ({ part }) => part.tid)].flatMap(([tid, parts]) =>
    tid === undefined ? parts : ofLast(parts),
  );
});

/** By thread id. */
export const readingsOf: (host: HostEvidence) => ReadonlyMap<number, readonly TakenPart[]> = memo((host) => {
  const named = taskParts(host).filter(({ part }) => part.tid !== undefined);
  return groupBy(named, ({ part }) => part.tid ?? 0);
});

/** The parts that are of the same process as the first ones, for all that they say. */
function ofLast(parts: readonly TakenPart[]): TakenPart[] {
  const byTake = [...groupBy(parts, ({ take }) => take.key).values()];
  const [last] = byTake;
  const [now] = last ?? [];
  if (!last || !now || byTake.length === 1) return [...parts];
  const who = identityOf(last);
  return byTake
    .filter((earlier) => {
      const [then] = earlier;
      if (earlier === last || !then) return true;
      if (isRebooted(then.take, now.take) === true || areOfOneLife(then.take, now.take) === false)
        return false;
      return isOne(identityOf(earlier), who);
    })
    .flat();
}

interface Identity {
  readonly comm: string | undefined;
  /** Clock ticks from the machine's start to the task's. */
  readonly started: number | undefined;
}

function identityOf(parts: readonly TakenPart[]): Identity {
  const comms = parts.map(
    ({ part }) => part.status?.name ?? part.stat?.comm ?? part.comm ?? part.listed?.comm,
  );
  return {
    comm: comms.find((comm) => comm !== undefined),
    started: parts.map(({ part }) => part.stat?.startTime).find((time) => time !== undefined),
  };
}

function isOne(a: Identity, b: Identity): boolean {
  if (a.started !== undefined && b.started !== undefined) return a.started === b.started;
  return a.comm === undefined || b.comm === undefined || sameName(a.comm, b.comm);
}
