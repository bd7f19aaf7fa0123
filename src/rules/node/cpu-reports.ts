import { firstOf } from "../../bytes/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { isOfLivesBefore, secondsAfter } from "../../evidence/index.ts";
import { type CpuBacktrace, type Lockup, type RcuStall, sinceBoot } from "../../procstack/index.ts";
import type { Advice, Subject, Symptom } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import type { Fix } from "../fixes/index.ts";
import { count } from "../words.ts";
import { cpuSite } from "./cpu-sites.ts";
import { agoOf, agoText } from "./kernel-symptom.ts";

/** Reports, names and functions that a text has of each. */
const MOST = 5;

/** A report of the kernel about CPUs, and where it stands. */
export interface CpuReport<T> {
  readonly one: T;
  readonly artifact: string;
  /** Seconds for which the log goes on after it; absent where it doesn't tell. */
  readonly ago?: number;
}

/** What makes a symptom of the kernel's reports about CPUs. */
interface CpuSymptom<T> {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly remedy: readonly string[];
  readonly references: readonly string[];
  readonly fixes?: readonly Fix[];
  readonly reports: (host: HostEvidence) => readonly CpuReport<T>[];
  readonly backtraces: (one: T) => readonly CpuBacktrace[];
  readonly summary: (all: readonly T[]) => string;
  /** One report, as a citation. */
  readonly text: (one: T) => string;
}

/** Makes a symptom of a kind of reports: all since the last boot are one. */
export function cpuSymptom<T extends Lockup | RcuStall>(symptom: CpuSymptom<T>): Symptom<readonly T[]> {
  const { reports, backtraces, summary, text, ...rest } = symptom;
  return defineSymptom<readonly T[]>({
    ...rest,
    *detect(host) {
      const found = reports(host);
      if (found.length === 0) return;
      const all = found.map(({ one }) => one);
      yield {
        subject: nodeSubject(host),
        summary: summary(all) + agoText(found),
        evidence: citedReports(found, text),
        data: all,
        weight: all.length,
        ...agoOf(found),
        advice: adviceOn(all.flatMap(backtraces)),
      };
    },
  });
}

/** What kernel logs of a host say since its last boot, each with its artifact. */
export function sinceLastBoot<T extends Lockup | RcuStall>(
  host: HostEvidence,
  of: (log: ReturnType<typeof sinceBoot>) => readonly T[],
  keyOf: (one: T) => unknown,
): CpuReport<T>[] {
  const logs = host.kernelLogs.filter(({ model }) => !isOfLivesBefore(model, host));
  const found = logs.flatMap(({ model, artifact }) =>
    of(sinceBoot(model)).map((one) => {
      const ago = secondsAfter(one, model);
      const key = JSON.stringify(keyOf(one));
      return { one, artifact: artifact.path, key, ...(ago !== undefined && { ago }) };
    }),
  );
  // dmesg and the journal tell of one report each: of those that are alike, the log with most of them has all.
  const best = new Map<string, { artifact: string; times: number }>();
  const times = new Map<string, number>();
  for (const { key, artifact } of found) {
    const both = `${artifact}\n${key}`;
    const now = (times.get(both) ?? 0) + 1;
    times.set(both, now);
    if (now > (best.get(key)?.times ?? 0)) best.set(key, { artifact, times: now });
  }
  return found.filter(({ key, artifact }) => best.get(key)?.artifact === artifact);
}

const nodeSubject = ({ name }: HostEvidence): Subject => ({
  kind: "node",
  name: name ?? "without a name",
});

/** `kubelet (1663) at smp_call_function_many`; empty where nothing is known. */
export function whereText({ comm, tid, at, idle }: CpuBacktrace): string {
  const who = comm === undefined ? "" : ` in ${comm}${tid === undefined ? "" : ` (${tid})`}`;
  return `${who}${at === undefined ? (idle ? ", which had nothing to do" : "") : ` at ${at}`}`;
}

const citeLine = (artifact: string, line: number, text: string): Cite => ({
  artifact,
  text,
  where: { line },
});

/** The functions that CPUs were found at, each with what that means, in a sentence or two; empty where none is known. */
export function placesText(backtraces: readonly CpuBacktrace[]): string {
  const named = new Map<string, { times: number; means: string | undefined }>();
  for (const backtrace of backtraces) {
    const known = cpuSite(backtrace);
    const name = known?.function ?? backtrace.at;
    if (name === undefined) continue;
    const before = named.get(name);
    if (before) before.times++;
    else named.set(name, { times: 1, means: known?.site.means });
  }
  const places = [...named].sort(([, a], [, b]) => b.times - a.times).slice(0, MOST);
  return places
    .map(
      ([name, { times, means }]) =>
        ` In ${name}${times > 1 ? ` (${count(times, "time")})` : ""}${means === undefined ? "." : `: ${means}.`}`,
    )
    .join("");
}

/** What to do about the functions that CPUs were found at. */
function adviceOn(backtraces: readonly CpuBacktrace[]): Advice {
  const sites = backtraces.flatMap((one) => cpuSite(one)?.site ?? []);
  const unique = <T>(list: readonly T[]): T[] => [...new Set(list)].slice(0, MOST);
  return {
    remedy: unique(sites.flatMap(({ remedy }) => remedy ?? [])),
    references: unique(sites.flatMap(({ reference }) => reference ?? [])),
  };
}

/** `CPU 6`, `CPUs 3, 6`. */
export function cpusText(cpus: readonly number[]): string {
  const list = [...new Set(cpus)].sort((a, b) => a - b);
  if (list.length === 0) return "CPUs that it does not name";
  return `${list.length === 1 ? "CPU" : "CPUs"} ${firstOf(list, 2 * MOST)}`;
}

/** The first reports as citations. */
export function citedReports<T extends Lockup | RcuStall>(
  reports: readonly { one: T; artifact: string }[],
  text: (one: T) => string,
): Cite[] {
  return reports.slice(0, MOST).map(({ one, artifact }) => citeLine(artifact, one.line, text(one)));
}
