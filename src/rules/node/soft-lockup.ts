import type { Lockup } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import {
  adviceOn,
  cited,
  cpusText,
  nodeSubject,
  placesText,
  sinceLastBoot,
  whereText,
} from "./cpu-reports.ts";

/** A CPU that has not switched tasks for long, as the kernel's own watchdog says. */
export const softLockup = defineSymptom<readonly Lockup[]>({
  id: "node/soft-lockup",
  title: "a CPU is stuck in the kernel: soft lockup",
  description:
    "The kernel log has 'BUG: soft lockup': for more than twice kernel.watchdog_thresh seconds a CPU has run in the kernel without letting another task run. " +
    "The function that it was found at says what it was about.",
  remedy: [
    "Compare the reports: a function that comes again and again names the cause, and a search for it with the kernel's version finds whether it is known.",
    "In a virtual machine, look at steal time: a hypervisor that does not run the CPU looks the same.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/lockup-watchdogs.html",
    "https://github.com/kubernetes/kubernetes/issues/37853",
  ],
  *detect(host) {
    const found = sinceLastBoot(
      host,
      ({ lockups }) => lockups,
      ({ kind, cpu, seconds, tid }) => [kind, cpu, seconds, tid],
    ).filter(({ one }) => one.kind === "soft");
    if (found.length === 0) return;
    const lockups = found.map(({ one }) => one);
    yield {
      subject: nodeSubject(host),
      summary: summaryOf(lockups),
      evidence: cited(found, (one) => `CPU ${one.cpu} has been stuck for ${one.seconds} s${whereText(one)}`),
      data: lockups,
      weight: lockups.length,
      advice: adviceOn(lockups),
    };
  },
});

function summaryOf(lockups: readonly Lockup[]): string {
  const longest = lockups.reduce((most, { seconds = 0 }) => Math.max(most, seconds), 0);
  const cpus = cpusText(lockups.map(({ cpu }) => cpu));
  const times = lockups.length === 1 ? "once" : count(lockups.length, "time");
  return `The kernel reported ${times} that ${cpus} ran without switching tasks, for up to ${longest} s.${placesText(lockups)}`;
}
