import type { FileSystemUse } from "../node/index.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";
import type { Take } from "./takes.ts";
import { areOfOneMachine, inTime, secondsBetween, takesOf } from "./takes.ts";

/** How a file system filled over several takes. */
export interface Filling {
  /** By how much more was used in the last take than in the first, in bytes or inodes. */
  readonly more: number;
  /** Seconds between the two. */
  readonly seconds: number;
  /** Seconds from the last take until nothing is left, if it goes on so; absent where the room isn't told. */
  readonly fullIn: number | undefined;
  /** What was used before. */
  readonly cite: Cite;
}

interface Looked {
  readonly use: FileSystemUse;
  readonly take: Take;
  readonly artifact: string;
  /** Whether it is of the baseline. */
  readonly isBefore: boolean;
}

/** How a file system fills, where takes of known times show more of it in use each time; of this bundle, and the host's own baseline. */
export function fillingOf(host: HostEvidence, of: FileSystemUse): Filling | undefined {
  const { baseline } = host;
  const isOwn = baseline !== undefined && host.name !== null && baseline.name === host.name;
  const byTake = new Map<string, Looked>();
  for (const one of isOwn ? [baseline, host] : [host])
    for (const looked of looksAt(one, of, one === baseline))
      byTake.set(`${looked.artifact} ${looked.take.key}`, looked);
  const series = inTime([...byTake.values()], ({ take }) => take);
  const [first, last] = [series?.[0], series?.at(-1)];
  if (!series || !first || !last || first === last) return undefined;
  // Of two cases they may be of two machines; the baseline's is the host's own by what it was given as.
  const isOne = series.every((looked, i) => {
    const before = series[i - 1];
    return !before || before.isBefore !== looked.isBefore || areOfOneMachine(before.take, looked.take);
  });
  const grows = series.every(({ use }, i) => (use.used ?? 0) > (series[i - 1]?.use.used ?? -1));
  const seconds = secondsBetween(first.take, last.take);
  if (!isOne || !grows || seconds === undefined || seconds <= 0) return undefined;
  const more = (last.use.used ?? 0) - (first.use.used ?? 0);
  const room = last.use.available;
  const { text, line } = first.use;
  return {
    more,
    seconds,
    fullIn: room === undefined ? undefined : room / (more / seconds),
    cite: { artifact: first.artifact, text, where: { line } },
  };
}

function* looksAt(host: HostEvidence, of: FileSystemUse, isBefore: boolean): Generator<Looked> {
  for (const { model, artifact } of host.models("df")) {
    const take = takesOf(host).get(artifact)?.take;
    const use = model.fileSystems.find(
      (one) => one.mountPoint === of.mountPoint && one.device === of.device && one.of === of.of,
    );
    if (take && use?.used !== undefined) yield { use, take, artifact: artifact.path, isBefore };
  }
}
