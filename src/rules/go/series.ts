import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { areLooks, areOfOneMachine, takesOf } from "../../evidence/index.ts";
import type { GoroutineSet } from "../../pprof/index.ts";
import { isOneBuild, isOneProgram } from "./baseline.ts";
import { stackKey } from "./goroutine-text.ts";
import { isOneProcess } from "./vdso.ts";

/** How many goroutines stood in a stack at one time. */
export interface Point {
  readonly snapshot: Located<GoroutineSet>;
  /** Milliseconds; only their difference means something. */
  readonly at: number;
  readonly count: number;
}

/**
 * One stack in the snapshots that were taken of its process one after another, the earliest first: those that tell their time, or
 * lie in bundles that do, and are of one process by themselves, or lie at the same place with a name that differs only in its numbers.
 * Empty where there are no two.
 */
export function seriesOf(host: HostEvidence, of: Located<GoroutineSet>, key: string): readonly Point[] {
  const place = placeOf(host, of);
  const isOnly = isOnlyOne(host, of);
  const beside = host.goroutines.filter(
    (other) =>
      isWhole(other) &&
      isBeside(other, of, (isOnly || placeOf(host, other) === place) && isOfOneMachine(host, other, of)),
  );
  for (const timeOf of [profileTime, nameTime, clockTime(host), pathTime(host)]) {
    const points = beside.flatMap((snapshot) => {
      const at = timeOf(snapshot);
      return at === undefined ? [] : [{ snapshot, at, count: countIn(snapshot, key) }];
    });
    points.sort((a, b) => a.at - b.at);
    const distinct = points.filter((point, i) => point.at !== points[i - 1]?.at);
    if (distinct.length >= 2) return distinct;
  }
  return [];
}

/**
 * Whether a snapshot is of the same process: their address spaces tell, however the files are called; where they don't, replicas
 * and others lie elsewhere or have other names.
 */
function isBeside(other: Located<GoroutineSet>, of: Located<GoroutineSet>, isThere: boolean): boolean {
  const isOne = isOneProcess(other.artifact, of.artifact) ?? isThere;
  return isOne && isOneProgram(other, of) && isOneBuild(other, of);
}

/** Whether two snapshots lie in one bundle, or in two of one machine: those of two cases have their files at one place too. */
function isOfOneMachine(
  host: HostEvidence,
  other: Located<GoroutineSet>,
  of: Located<GoroutineSet>,
): boolean {
  const takes = takesOf(host);
  const [one, another] = [takes.get(other.artifact)?.take, takes.get(of.artifact)?.take];
  return one !== undefined && another !== undefined && areOfOneMachine(one, another);
}

/** Whether each of several takes has but one snapshot of the program. */
function isOnlyOne(host: HostEvidence, of: Located<GoroutineSet>): boolean {
  const all = host.goroutines.filter((other) => isOneProgram(other, of));
  return all.length > 1 && areLooks(all.flatMap(({ artifact }) => takesOf(host).get(artifact) ?? []));
}

/** Whether its counts are those of one moment: nothing is missing, and it isn't several dumps in one text. */
const isWhole = ({ artifact, model }: Located<GoroutineSet>): boolean =>
  artifact.status === "read" && !model.diagnostics.some(({ code }) => code === "repeated-goroutines");

const countIn = ({ model }: Located<GoroutineSet>, key: string): number =>
  model.groups.filter((group) => stackKey(group) === key).reduce((sum, { count }) => sum + count, 0);

/** What only numbers, or the bundles and times in the path, tell apart is the same thing again. */
function placeOf(host: HostEvidence, { artifact }: Located<GoroutineSet>): string {
  const path = takesOf(host).get(artifact)?.thing ?? artifact.path;
  const name = path.lastIndexOf("/") + 1;
  return path.slice(0, name) + path.slice(name).replace(/\d+/g, "#");
}

/** When a profile was taken, as it says itself. */
function profileTime({ artifact }: Located<GoroutineSet>): number | undefined {
  if (artifact.content?.kind !== "pprof") return undefined;
  const { timeNanos } = artifact.content.model;
  return timeNanos > 0n ? Number(timeNanos / 1_000_000n) : undefined;
}

/** A time in a file's name, such as `goroutine-stacks-2024-03-01T101500Z.log`. */
const NAMED_TIME = /(\d{4})-?(\d\d)-?(\d\d)[T_-](\d\d)[:.-]?(\d\d)[:.-]?(\d\d)/;

/** When a text was taken, where its name tells: in whatever zone, which is the same for all of a series. */
function nameTime({ artifact }: Located<GoroutineSet>): number | undefined {
  const parts = NAMED_TIME.exec(artifact.path.slice(artifact.path.lastIndexOf("/") + 1));
  if (!parts) return undefined;
  const [year = 0, month = 0, day, hour, minute, second] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** When a text was taken, where its bundle tells. */
const clockTime =
  (host: HostEvidence) =>
  ({ artifact }: Located<GoroutineSet>): number | undefined =>
    milliseconds(takesOf(host).get(artifact)?.take.clock);

/** When it was taken, where the folders that it lies in or its bundle's name tell. */
const pathTime =
  (host: HostEvidence) =>
  ({ artifact }: Located<GoroutineSet>): number | undefined =>
    milliseconds(takesOf(host).get(artifact)?.take.named);

const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;
