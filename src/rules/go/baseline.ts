import type { Located } from "../../bundle/index.ts";
import type { HostEvidence, Process } from "../../evidence/index.ts";
import type { Frame, GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { binaryName } from "../../pprof/index.ts";
import { stackKey } from "./goroutine-text.ts";

/** How many goroutines stood in a stack in the bundle that the case is compared with. */
export interface Before {
  readonly snapshot: Located<GoroutineSet>;
  /** The stack there; `undefined` where nothing stood in it. */
  readonly group: GoroutineGroup | undefined;
  /** Whether it is the same process at another time, as far as anything tells; a healthy peer if not. */
  readonly same: boolean;
  /** Nanoseconds since then, where profiles of the same process tell their times. */
  readonly apart: bigint | undefined;
}

/**
 * The same stack of the same program in the baseline. Of several snapshots the one with the most, so that growth is never
 * overstated.
 */
export function stackBefore(
  host: HostEvidence,
  snapshots: readonly Located<GoroutineSet>[],
  key: string,
): Before | undefined {
  const { baseline } = host;
  if (!baseline) return undefined;
  const processes = new Set(snapshots.flatMap((snapshot) => processOf(host, snapshot)));
  const before = baseline.goroutines
    .map((snapshot) => {
      const [other] = processOf(baseline, snapshot);
      const same = [...processes].find(
        (process) => other && isOneProcess(process, other, host.name, baseline.name),
      );
      return {
        snapshot,
        group: snapshot.model.groups.find((group) => stackKey(group) === key),
        same: same !== undefined,
        apart: same && other && apartFrom(other, same),
      };
    })
    .filter(({ snapshot, group }) =>
      snapshots.some(
        (other) => isOneProgram(other, snapshot) && (group !== undefined || isOneBuild(other, snapshot)),
      ),
    );
  return before.toSorted((a, b) => (b.group?.count ?? 0) - (a.group?.count ?? 0))[0];
}

const processOf = (host: HostEvidence, snapshot: Located<GoroutineSet>): Process[] =>
  host.processes.filter(({ goroutines }) => goroutines.includes(snapshot));

/** Nanoseconds by which the last profile of one was taken later than that of the other; `undefined` where they don't tell. */
export function apartFrom(earlier: Process, later: Process): bigint | undefined {
  const [then, now] = [lastTime(earlier), lastTime(later)];
  return then === 0n || now === 0n ? undefined : now - then;
}

const lastTime = ({ profiles }: Process): bigint =>
  profiles.reduce((last, { model }) => (model.timeNanos > last ? model.timeNanos : last), 0n);

/** A process of the bundle that the case is compared with. */
export interface ProcessBefore {
  readonly process: Process;
  /** Whether it is the same process at another time; a healthy peer if not. */
  readonly same: boolean;
}

/** The baseline's processes of the same program. */
export function processesBefore(host: HostEvidence, process: Process): ProcessBefore[] {
  const { baseline } = host;
  if (!baseline) return [];
  return baseline.processes
    .filter((other) => runsOneProgram(process, other))
    .map((other) => ({ process: other, same: isOneProcess(process, other, host.name, baseline.name) }));
}

function runsOneProgram(a: Process, b: Process): boolean {
  if (a.binary !== undefined && b.binary !== undefined) return a.binary === b.binary;
  return a.goroutines.some((one) => b.goroutines.some((other) => isOneProgram(one, other)));
}

/** The address of the vDSO tells a process from one that was started anew; without it the folder and the pid must do. */
function isOneProcess(a: Process, b: Process, host: string | null, baseHost: string | null): boolean {
  if (a.vdso !== undefined && b.vdso !== undefined)
    return a.vdso === b.vdso && (host === baseHost || host === null || baseHost === null);
  const [pid, other] = [a.task?.pid, b.task?.pid];
  if (pid !== undefined && other !== undefined && pid !== other) return false;
  return host !== null && host === baseHost && isOneFolder(`${a.folder}/`, `${b.folder}/`, host);
}

/**
 * Whether two snapshots are of one program: by the source file of its main function where both show it, else by the
 * binary, else by the folder and name that both were collected under.
 */
export function isOneProgram(a: Located<GoroutineSet>, b: Located<GoroutineSet>): boolean {
  for (const of of [mainFile, binary, place]) {
    const [one, other] = [of(a), of(b)];
    if (one !== undefined && other !== undefined) return one === other;
  }
  return false;
}

/**
 * Whether their main functions stand at one line. Many programs are built as `/app/main.go`: where the stack itself isn't
 * in both, another line may mean another program, in which nothing could stand there.
 */
export function isOneBuild(a: Located<GoroutineSet>, b: Located<GoroutineSet>): boolean {
  return mainFrame(a)?.line === mainFrame(b)?.line;
}

const mainFile = (snapshot: Located<GoroutineSet>): string | undefined => mainFrame(snapshot)?.file;

function mainFrame({ model }: Located<GoroutineSet>): Frame | undefined {
  for (const { frames } of model.groups) {
    const main = frames.find((frame) => frame.func === "main.main" && frame.file !== undefined);
    if (main) return main;
  }
  return undefined;
}

function binary({ artifact }: Located<GoroutineSet>): string | undefined {
  if (artifact.content?.kind !== "pprof") return undefined;
  return binaryName(artifact.content.model) || undefined;
}

/**
 * Whether both lie in folders of one name, which is their process's, as that of a pod: another replica on the same host is a
 * peer. The bundle's own folder, and the host's, tell no process from another.
 */
function isOneFolder(a: string, b: string, host: string | null): boolean {
  const [one, other] = [a, b].map((path) => path.split("/").slice(1, -1).at(-1) ?? host);
  return one === other || one === host || other === host;
}

/** Folder and name, without what only says how the artifact is written. */
function place({ artifact }: Located<GoroutineSet>): string {
  const [name = "", folder = ""] = artifact.path.split("/").toReversed();
  return `${folder}/${name.replace(/\.(?:gz|pb|pprof|txt|out|debug[12])/g, "")}`;
}
