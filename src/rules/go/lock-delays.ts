import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Profile } from "../../pprof/index.ts";
import { isPlumbing } from "../../pprof/index.ts";
import { stacksOf } from "./stacks.ts";
import { isOneProcess } from "./vdso.ts";

/** How long goroutines waited for one lock while a profile was taken. */
export interface LockDelay {
  readonly profile: Located<Profile>;
  /** The function that asked for it or, in a mutex profile, gave it back. */
  readonly site: string;
  readonly side: "asked" | "released";
  readonly nanoseconds: number;
  readonly waits: number;
  /** How long the profile covers. */
  readonly seconds: number;
}

/**
 * The delays by locks in mutex and block profiles of a host: those that cover a time of their own, and those since an
 * earlier one of the same process, in the bundle or in the baseline. A profile since the process began proves nothing.
 */
export function lockDelays(host: HostEvidence): LockDelay[] {
  const { baseline } = host;
  const before = baseline?.name === host.name ? baseline.profiles : [];
  return host.profiles.flatMap((profile) => {
    const sums = sumsOf(profile.model);
    if (!sums) return [];
    const seconds = Number(profile.model.durationNanos) / 1e9;
    if (seconds > 0) return delaysOf(profile, sums, seconds);
    const earlier = [...host.profiles, ...before].filter((other) => isEarlier(other, profile, host.name));
    const latest = earlier.sort((a, b) => timeOf(b) - timeOf(a))[0];
    const then = latest && sumsOf(latest.model);
    const since = then && difference(sums, then);
    return latest && since ? delaysOf(profile, since, timeOf(profile) - timeOf(latest)) : [];
  });
}

interface Sum {
  readonly site: string;
  readonly side: LockDelay["side"];
  nanoseconds: number;
  waits: number;
}

const LOCK = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\.(?:R?Lock|lockSlow|(r?[Uu]nlockSlow|R?Unlock))$/;

/** What a profile adds up by lock; `undefined` for profiles of anything else. */
function sumsOf(profile: Profile): Map<string, Sum> | undefined {
  const [waits, delay] = ["contentions", "delay"].map((name) =>
    profile.sampleTypes.findIndex(({ type }) => profile.string(type) === name),
  );
  if (waits === undefined || waits === -1 || delay === undefined || delay === -1) return undefined;
  const sums = new Map<string, Sum>();
  for (const { functions, values } of stacksOf(profile, describe)) {
    const asks = functions.findIndex(({ isPlumbing: is }) => !is);
    const site = functions[asks]?.name;
    // Only the innermost frames tell what was waited for; a lock further out is one that is held meanwhile.
    const side = functions.slice(0, Math.max(asks, 0)).find(({ side: known }) => known)?.side;
    if (site === undefined || side === undefined) continue;
    const sum = sums.get(`${side} ${site}`) ?? { site, side, nanoseconds: 0, waits: 0 };
    sum.nanoseconds += values[delay] ?? 0;
    sum.waits += values[waits] ?? 0;
    sums.set(`${side} ${site}`, sum);
  }
  return sums;
}

/** What is to know of a function, found once for all stacks. */
function describe(name: string): {
  readonly name: string;
  readonly isPlumbing: boolean;
  readonly side: LockDelay["side"] | undefined;
} {
  const method = LOCK.exec(name);
  return {
    name,
    isPlumbing: isPlumbing(name),
    side: method ? (method[1] === undefined ? "asked" : "released") : undefined,
  };
}

const delaysOf = (profile: Located<Profile>, sums: ReadonlyMap<string, Sum>, seconds: number): LockDelay[] =>
  [...sums.values()].map((sum) => ({ ...sum, profile, seconds }));

const timeOf = ({ model }: Located<Profile>): number => Number(model.timeNanos) / 1e9;

/**
 * What lies together is of one process, unless it was taken one right after the other: then it may be of two replicas. So
 * may be what lies in the baseline of a host without a name.
 */
const APART = 30_000_000_000n;

/** Whether one is an earlier profile of the same process, and one since it began as well. */
function isEarlier(other: Located<Profile>, profile: Located<Profile>, host: string | null): boolean {
  const { timeNanos, durationNanos } = other.model;
  const before = profile.model.timeNanos - timeNanos;
  if (durationNanos !== 0n || timeNanos === 0n || before <= 0n) return false;
  const isOneHost = host !== null || !other.artifact.baseline;
  const isOne = isOneProcess(other.artifact, profile.artifact) ?? (isOneHost && before >= APART);
  return isOne && placeOf(other) === placeOf(profile);
}

const placeOf = ({ artifact }: Located<Profile>): string => {
  const [name = "", folder = ""] = artifact.path.split("/").toReversed();
  return `${folder}/${name.replace(/\d+/g, "#")}`;
};

/** What was added since; `undefined` where anything became less, as in a process that was started anew. */
function difference(
  now: ReadonlyMap<string, Sum>,
  then: ReadonlyMap<string, Sum>,
): Map<string, Sum> | undefined {
  for (const [key, { waits }] of then) if ((now.get(key)?.waits ?? 0) < waits) return undefined;
  return new Map(
    [...now].map(([key, sum]) => {
      const before = then.get(key);
      const nanoseconds = sum.nanoseconds - (before?.nanoseconds ?? 0);
      return [key, { ...sum, nanoseconds, waits: sum.waits - (before?.waits ?? 0) }];
    }),
  );
}
