import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { RuntimeTrouble } from "../runtime/runtime-trouble.ts";
import { isDuring, RUNTIME_TROUBLES, whoStands } from "../runtime/runtime-trouble.ts";
import { count } from "../words.ts";
import { citedReports, cpusText, placesText } from "./cpu-reports.ts";
import { lockupText, softLockups } from "./soft-lockup.ts";
import type { HostEvidence } from "../../evidence/index.ts";

/** While a CPU is stuck the kernel says so again every half minute: after so long a silence it has gone on. */
const OVER_AFTER = 300;
/** A single report may be of a moment in which the hypervisor didn't run the CPU. */
const AGAIN = 3;

/** The lockups that the kernel's log ends with. */
const lastingLockups = (host: HostEvidence) =>
  softLockups(host).filter(({ ago }) => ago !== undefined && ago <= OVER_AFTER);

/** CPUs that are stuck in the kernel keep whoever they were to run, and whoever waits for them. */
export const cpusStuck = defineCause<RuntimeTrouble>({
  id: "node/cpus-stuck",
  title: "CPUs of the node are stuck in the kernel",
  description:
    "The kernel's watchdog reports, up to the end of its log, that CPUs run in the kernel without switching tasks (BUG: soft lockup). Tasks of these CPUs stand, and those of the others as soon as " +
    "they need an answer of all CPUs. Lockups that ended before explain nothing.",
  explains: RUNTIME_TROUBLES,
  concerns: (about) => whoStands(about) !== undefined && softLockups(about.host).length > 0,
  tests: [
    {
      statement: "the kernel reports soft lockups again and again, up to the end of its log",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: { text: "the kernel's log up to now", command: "dmesg -T   # or journalctl -k" },
      answer({ host, seen }) {
        const all = softLockups(host);
        const lasting = lastingLockups(host);
        const isOfIt = lasting.some(({ one }) => isDuring(seen, one.clock));
        if (lasting.length > 0)
          return holds(
            citedReports(lasting, lockupText),
            isOfIt && lasting.length >= AGAIN ? {} : { atMost: "weak" },
          );
        // Where the log ends with the lockups, or doesn't tell, they may go on.
        return all.every(({ ago = 0 }) => ago > OVER_AFTER)
          ? fails(citedReports(all, lockupText))
          : cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Read the function that the reports name again and again, and look for it with the kernel's version: see node/soft-lockup.",
    "In a virtual machine look at steal time: a hypervisor that does not run the CPU looks the same. Else reboot the node, and upgrade its kernel.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/lockup-watchdogs.html",
    "https://github.com/kubernetes/kubernetes/issues/65142",
  ],
  summary({ host }) {
    const lockups = lastingLockups(host).map(({ one }) => one);
    if (lockups.length === 0) return "The kernel reported soft lockups; whether they go on is not known.";
    return `The kernel's log ends with ${count(lockups.length, "report")} of ${cpusText(lockups.map(({ cpu }) => cpu))} that ran without switching tasks.${placesText(lockups)}`;
  },
});
