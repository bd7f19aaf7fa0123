import type { Cite, HostEvidence, Lasting, StuckGroup, StuckTask } from "../../evidence/index.ts";
import { stuckGroupsOf } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { nameOf } from "../../procstack/index.ts";
import type { Missing } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { pathText } from "./blocked-namespace.ts";
import type { Stuck } from "./stuck.ts";
import { citeWait, namesOf } from "./stuck.ts";
import { waitAdvice } from "./wait-advice.ts";

/** Tasks whose evidence a finding cites. */
const CITED = 6;

const COLLECT: readonly Missing[] = [
  {
    text: "who holds what they wait for: the stacks of all tasks, those of kernel threads too",
    command: "tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack > stacks.txt 2>&1   # as root",
  },
];

/** Tasks that wait in the kernel where no signal reaches them, for longer than a moment. */
export const uninterruptible = defineSymptom<Stuck>({
  id: "proc/uninterruptible",
  title: "tasks are stuck in the kernel",
  description:
    "Tasks wait at a place of the kernel where a wait should be short, and it lasts: the kernel reported them as hung, they were " +
    "killed and did not die, a container's end waits for them, two readings show them at one place, or what they wait for is stopped.",
  remedy: ["Look at what they wait for: killing them changes nothing while it lasts."],
  references: [
    "https://docs.kernel.org/filesystems/proc.html",
    "https://docs.kernel.org/admin-guide/sysctl/kernel.html#hung-task-timeout-secs",
  ],
  *detect(host) {
    for (const group of stuckGroupsOf(host)) {
      const lasting = group.stuck.filter((one) => one.lasting !== undefined);
      const [first] = lasting;
      if (!first) continue;
      const site = first.task.site;
      yield {
        subject: {
          kind: `${site?.subsystem ?? "kernel"}-wait`,
          name: group.key,
          tasks: lasting.slice(0, 20).map(({ task }) => nameOf(task)),
        },
        summary: summaryOf(group, lasting),
        evidence: lasting.slice(0, CITED).flatMap(evidenceOf),
        data: { roots: lasting.flatMap(({ roots }) => roots), group },
        weight: lasting.length,
        missing: hasStacks(host) ? [] : COLLECT,
        advice: site && waitAdvice(site.subsystem),
        ...(lasting.every(({ task }) => task.logged === true) && { when: "when the log was written" }),
      };
    }
  },
});

function summaryOf({ key, stuck }: StuckGroup, lasting: readonly StuckTask[]): string {
  const tasks = lasting.map(({ task }) => task);
  const [first] = lasting;
  const site = first?.task.site;
  // A log tells what was when it was written, and no more.
  const isPast = tasks.every(({ logged }) => logged === true);
  const verb = isPast ? "waited" : tasks.length === 1 ? "waits" : "wait";
  const what = site
    ? `for ${site.waitsFor}, in ${site.frame.symbol} (${site.subsystem})`
    : `in ${key === "unreadable" ? "a place that could not be read" : key}`;
  const others = stuck.length - lasting.length;
  const more = others > 0 ? ` ${count(others, "more task")} seen there may be passing.` : "";
  const [root] = first?.roots ?? [];
  const chain =
    root && root.path.length > 0 ? ` The chain: ${pathText(root)}${endOf(root.task, root.missing)}.` : "";
  const past = isPast
    ? " That is the log's last word of it; no file of /proc shows whether it is still so."
    : "";
  return `${namesOf(tasks)} ${verb} ${what}. ${first ? howInWords(first) : ""}${past}${chain}${more}`;
}

function endOf({ site, state }: Task, missing: string | undefined): string {
  if (missing !== undefined) return `; ${missing}`;
  if (/^[tT]$/.test(state?.letter ?? "")) return ", which is stopped";
  if (state?.letter === "Z") return ", which is a zombie";
  return site?.effect === "blocks" ? `, which waits for ${site.waitsFor}` : "";
}

/** How the wait of a task is known to last, in a sentence about it. */
const HOW: Readonly<Record<Lasting["how"], (name: string) => string>> = {
  reported: (name) => `The kernel reported ${name} as hung.`,
  killed: (name) => `${name} was killed and can't die.`,
  outlived: (name) => `Its runtime says that the container of ${name} outlived its SIGKILL.`,
  "read-twice": (name) => `Each reading shows ${name} at the same place.`,
  awaited: (name) => `The end of a pid namespace waits for ${name}.`,
  stopped: (name) => `What ${name} waits for is stopped.`,
  logged: () => "The kernel's log complains of what is waited for.",
  stated: () => "Its control group says that nothing ends this wait by itself.",
  queue: () => "They queue for one lock.",
};

const howInWords = ({ task, lasting }: StuckTask): string => (lasting ? HOW[lasting.how](nameOf(task)) : "");

function evidenceOf({ task, lasting }: StuckTask): Cite[] {
  return [...citeWait(task), ...(lasting?.cites ?? [])];
}

const hasStacks = (host: HostEvidence): boolean => host.tasks.some(({ stack }) => stack !== undefined);
