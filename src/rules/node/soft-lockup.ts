import type { HostEvidence } from "../../evidence/index.ts";
import type { Lockup } from "../../procstack/index.ts";
import { IPVS_ESTIMATION } from "../fixes/index.ts";
import { count } from "../words.ts";
import type { CpuReport } from "./cpu-reports.ts";
import { cpusText, cpuSymptom, placesText, sinceLastBoot, whereText } from "./cpu-reports.ts";

/** A CPU that has not switched tasks for long, as the kernel's own watchdog says. */
export const softLockup = cpuSymptom<Lockup>({
  id: "node/soft-lockup",
  title: "a CPU did not switch tasks for long: soft lockup",
  description:
    "The kernel log has 'BUG: soft lockup': for more than twice kernel.watchdog_thresh seconds a CPU has run in the kernel without letting another task run. " +
    "The function that it was found at says what it was about. A single report of more than five minutes is of a virtual machine that was paused, and doesn't count.",
  fixes: [IPVS_ESTIMATION],
  remedy: [
    "Compare the reports: a function that comes again and again names the cause, and a search for it with the kernel's version finds whether it is known.",
    "In a virtual machine, look at steal time: a hypervisor that does not run the CPU looks the same.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/lockup-watchdogs.html",
    "https://github.com/kubernetes/kubernetes/issues/37853",
  ],
  reports: softLockups,
  backtraces: (lockup) => [lockup],
  summary: summaryOf,
  text: lockupText,
});

/** The soft lockups of a host since its last boot. */
export function softLockups(host: HostEvidence): CpuReport<Lockup>[] {
  return sinceLastBoot(
    host,
    ({ lockups }) => lockups,
    ({ kind, cpu, seconds, tid }) => [kind, cpu, seconds, tid],
  ).filter(({ one }, _, all) => one.kind === "soft" && !isPause(one, all));
}

/** `CPU 3 has been stuck for 22 s in kubelet (1663) at …`. */
export function lockupText(one: Lockup): string {
  return `CPU ${one.cpu} has been stuck for ${one.seconds} s${whereText(one)}`;
}

/** The watchdog warns at twice its threshold, of which 60 s is the most. */
const LONGEST = 300;
/** A CPU that goes on being stuck is warned of again within so many seconds. */
const AGAIN = 120;

/**
 * Whether a CPU was not run at all, its timers included: who is warned of minutes at once, with no shorter warning before, was in a
 * virtual machine that was paused or moved.
 */
function isPause({ cpu, seconds = 0 }: Lockup, all: readonly { one: Lockup }[]): boolean {
  if (seconds <= LONGEST) return false;
  const steps = all.filter(({ one }) => one.cpu === cpu && Math.abs((one.seconds ?? 0) - seconds) <= AGAIN);
  return steps.length === 1;
}

function summaryOf(lockups: readonly Lockup[]): string {
  const longest = lockups.reduce((most, { seconds = 0 }) => Math.max(most, seconds), 0);
  const cpus = cpusText(lockups.map(({ cpu }) => cpu));
  const times = lockups.length === 1 ? "once" : count(lockups.length, "time");
  return `The kernel reported ${times} that ${cpus} ran without switching tasks, for up to ${longest} s.${placesText(lockups)}`;
}
