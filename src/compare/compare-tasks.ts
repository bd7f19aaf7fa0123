import type { HostEvidence } from "../evidence/index.ts";
import { citeOfTask } from "../evidence/index.ts";
import { blockedTasks } from "../procstack/index.ts";
import type { Section } from "./change.ts";
import { section } from "./change.ts";
import type { Counted } from "./keyed.ts";
import { growthOf, sizeOf } from "./keyed.ts";

/** Compares which tasks are stuck, by program and place, and what the kernel's log reported of such. */
export function compareTasks(before: HostEvidence, after: HostEvidence): Section[] {
  const sections: Section[] = [];
  if (before.tasks.length > 0 && after.tasks.length > 0) {
    const [then, now] = [blocked(before), blocked(after)];
    sections.push(section("blocked tasks", sizeOf(then, now), growthOf(then, now)));
  }
  if (before.kernelLogs.length > 0 && after.kernelLogs.length > 0) {
    const [then, now] = [reported(before), reported(after)];
    sections.push(section("hung tasks in the kernel's log", sizeOf(then, now), growthOf(then, now)));
  }
  return sections;
}

/** Process ids differ from one bundle to the next. */
function blocked({ tasks }: HostEvidence): Map<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const { site, key, tasks: members } of blockedTasks(tasks)) {
    for (const task of members) {
      const { comm = "a task", stack, cites } = task;
      const what = `${comm} waits ${site ? `for ${site.waitsFor}` : `in ${key}`}`;
      const known = counts.get(what);
      const [frame] = stack?.frames ?? [];
      const cite = known?.cite ?? (cites.stack && citeOfTask(cites.stack, frame?.symbol ?? key, task));
      counts.set(what, { n: (known?.n ?? 0) + 1, cite });
    }
  }
  return counts;
}

function reported({ kernelLogs }: HostEvidence): Map<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const { model, artifact } of kernelLogs) {
    for (const { comm, tid, seconds, line } of model.hung) {
      const text = `${comm} (${tid}) blocked for more than ${seconds} seconds`;
      const cite = { artifact: artifact.path, text, where: { line } };
      counts.set(comm, { n: (counts.get(comm)?.n ?? 0) + 1, cite });
    }
  }
  return counts;
}
