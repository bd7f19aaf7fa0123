import type { Cite } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { percent } from "../words.ts";
import type { LockDelay } from "./lock-delays.ts";
import { lockDelays } from "./lock-delays.ts";

/** Seconds that are waited in each second: as many goroutines wait all the time. A busy server stays far below. */
const WAITING = 10;
/** Fewer waits may be a few long ones that ended in the profile's time. */
const MANY_WAITS = 100;

/** Goroutines wait for a lock, by a profile of the waits themselves. */
export const lockWait = defineSymptom<LockDelay>({
  id: "go/lock-wait",
  title: "goroutines spend much time waiting for one lock",
  description:
    "A mutex or block profile that covers a known time, in which waits for one lock add up to ten seconds a second or more: " +
    "ten goroutines wait for it all the time. What such a profile has counted since the process began is no evidence.",
  remedy: ["Look at what is done while the lock is held, and do less of it there."],
  references: [
    "https://pkg.go.dev/net/http/pprof",
    "https://pkg.go.dev/runtime#SetBlockProfileRate",
    "https://github.com/golang/go/issues/61015",
  ],
  *detect(host) {
    for (const delay of lockDelays(host)) {
      const { site, side, waits, nanoseconds, seconds } = delay;
      if (waitingOf(delay) < WAITING || waits < MANY_WAITS) continue;
      const verb = side === "asked" ? "asked for" : "released";
      yield {
        subject: { kind: "lock", name: site },
        summary:
          `In ${Math.round(seconds)} s, ${waits} waits for the lock that ${site} ${verb} took ` +
          `${Math.round(nanoseconds / 1e9)} s together: ${Math.round(waitingOf(delay))} goroutines waited all the time.`,
        evidence: [delayCite(delay)],
        data: delay,
        weight: waitingOf(delay),
      };
    }
  },
});

/** How many goroutines waited on average. */
export const waitingOf = ({ nanoseconds, seconds }: LockDelay): number => nanoseconds / 1e9 / seconds;

/** A citation of a lock's waits in a profile. */
export function delayCite(delay: LockDelay): Cite {
  const { profile, site, side, waits, seconds } = delay;
  const waiting = waitingOf(delay);
  const often =
    waiting < 1 ? `${percent(waiting, 1)} of the time somebody waited` : `${waiting.toFixed(1)} s a second`;
  return {
    artifact: profile.artifact.path,
    text: `${waits} waits in ${Math.round(seconds)} s, ${often}, for the lock ${side === "asked" ? "asked for" : "released"} in ${site}`,
    where: { stack: [site] },
  };
}
