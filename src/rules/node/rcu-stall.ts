import { firstOf } from "../../bytes/index.ts";
import type { RcuStall } from "../../procstack/index.ts";
import { IPVS_ESTIMATION } from "../fixes/index.ts";
import { count } from "../words.ts";
import { cpusText, cpuSymptom, placesText, sinceLastBoot, whereText } from "./cpu-reports.ts";

/** An RCU grace period that does not end, as the kernel says. */
export const rcuStall = cpuSymptom<RcuStall>({
  id: "node/rcu-stall",
  title: "an RCU grace period does not end: a CPU or task holds it up",
  description:
    "The kernel log has 'INFO: rcu_… detected stalls' or 'self-detected stall', or says that RCU's own thread starves. All that waits for a grace period waits: " +
    "changes of network devices, network namespaces, mounts and cgroups, and with them containers that start and stop.",
  fixes: [IPVS_ESTIMATION],
  remedy: [
    "Look at the CPUs and tasks that the report names: at what they are, and whether they run with a real-time priority, which keeps RCU's own thread from running.",
    "In a virtual machine, look at steal time, live migrations and snapshots at that moment: a CPU that is not run looks the same.",
  ],
  references: ["https://docs.kernel.org/RCU/stallwarn.html"],
  reports: (host) =>
    sinceLastBoot(
      host,
      ({ stalls }) => stalls,
      ({ flavour, how, cpus, tids, jiffies }) => [flavour, how, cpus, tids, jiffies],
    ),
  backtraces: (stall) => stall.backtraces,
  summary: summaryOf,
  text: textOf,
});

function summaryOf(stalls: readonly RcuStall[]): string {
  const flavours = [...new Set(stalls.map(({ flavour }) => flavour))].join(", ");
  const cpus = stalls.flatMap((stall) => stall.cpus);
  const tids = [...new Set(stalls.flatMap((stall) => stall.tids))];
  const who = [
    ...(cpus.length > 0 ? [cpusText(cpus)] : []),
    ...(tids.length > 0 ? [`tasks ${firstOf(tids, 10)}`] : []),
  ];
  const held = who.length === 0 ? "" : `, held up by ${who.join(" and ")}`;
  const starved = stalls.some(({ starvedJiffies }) => starvedJiffies !== undefined)
    ? " RCU's own thread got no CPU."
    : "";
  const times = stalls.length === 1 ? "once" : count(stalls.length, "time");
  const idle = stalls.some(({ backtraces }) => backtraces.some((one) => one.idle))
    ? " A CPU that it names had nothing to do, and so was most likely not run by a hypervisor, or missed its timer."
    : "";
  return `The kernel reported ${times} that a grace period of ${flavours} did not end${held}.${starved}${placesText(
    stalls.flatMap((stall) => stall.backtraces),
  )}${idle}`;
}

function textOf({ flavour, how, cpus, tids, jiffies, starvedJiffies, backtraces }: RcuStall): string {
  const since = jiffies === undefined ? "" : ` after ${jiffies} jiffies`;
  if (how === "kthread-starved")
    return `the thread of ${flavour} has had no CPU for ${starvedJiffies} jiffies`;
  const tasks = tids.length === 0 ? "" : `, tasks ${firstOf(tids, 10)}`;
  const [first] = backtraces;
  const where = first ? `;${whereText(first).replace(/^,/, "") || " its place is not known"}` : "";
  return `a grace period of ${flavour} has not ended${since}: ${cpusText(cpus)}${tasks}${where}`;
}
