import type { Cite as ProcCite, Task } from "../procstack/index.ts";
import type { Cite } from "./cite.ts";

/** A citation of a place in the artifacts of a task. */
export function citeOfTask(where: ProcCite, text: string, task: Task): Cite {
  return {
    artifact: where.path,
    text,
    where: {
      ...(where.line !== undefined && { line: where.line }),
      ...(task.tid !== undefined && { pid: task.tid }),
    },
  };
}
