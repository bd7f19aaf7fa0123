import { memo } from "../../bytes/index.ts";
import type { Cite, HostEvidence, Process } from "../../evidence/index.ts";
import type { Cause, Symptom, Verdict } from "../engine/index.ts";
import { evaluateCause, sightingsOf } from "../engine/index.ts";
import { goroutineLeak } from "./goroutine-leak.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { heapGrowth } from "./heap-growth.ts";
import { heapIncrease } from "./heap-increase.ts";
import { threadLeak } from "./thread-leak.ts";
import { threadPileup } from "./thread-pileup.ts";

/** A leak that one of the rules about Go programs finds. */
export interface Leak {
  readonly rule: string;
  readonly verdict: Exclude<Verdict, "ruled-out" | "possible">;
  readonly process: Process;
  readonly summary: string;
  /** What speaks for it. */
  readonly cites: readonly Cite[];
}

/** The leaks of a host's Go programs that are at least likely, the surest first. */
export const leaksOf: (host: HostEvidence) => readonly Leak[] = memo((host) =>
  [
    ...found(host, goroutinePileup, goroutineLeak),
    ...found(host, heapIncrease, heapGrowth),
    ...found(host, threadPileup, threadLeak),
  ].sort((a, b) => Number(b.verdict === "confirmed") - Number(a.verdict === "confirmed")),
);

function found<Data>(host: HostEvidence, symptom: Symptom<Data>, cause: Cause<Data>): Leak[] {
  return sightingsOf(symptom, host).flatMap(({ subject, weight, data }) => {
    const about = { subject, weight, symptom: symptom.id };
    const finding = evaluateCause(cause, { host, seen: data }, about)?.finding;
    if (finding?.verdict !== "confirmed" && finding?.verdict !== "likely") return [];
    const cites = finding.evidence.filter(({ effect }) => effect === "supports");
    const artifacts = new Set(cites.map(({ artifact }) => artifact));
    const process = host.processes.find(({ profiles, goroutines }) =>
      [...profiles, ...goroutines].some(({ artifact }) => artifacts.has(artifact.path)),
    );
    const { verdict, summary } = finding;
    return process ? [{ rule: cause.id, verdict, process, summary, cites }] : [];
  });
}
