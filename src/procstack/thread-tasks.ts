import type { Task } from "./task.ts";
import type { UserThread } from "./user-thread.ts";

/** Linux's `TASK_COMM_LEN`, less the byte that ends it. */
const COMM_LENGTH = 15;

/**
 * The task of `/proc` that a thread of a program is: by the id, which a JVM in a container takes from its own pid
 * namespace, and by the name, where that can be compared.
 *
 * @returns `undefined` where there is none, or several that could be it
 */
export function taskOfThread(thread: UserThread, tasks: readonly Task[]): Task | undefined {
  if (thread.tid === undefined) return undefined;
  const fits = tasks.filter((task) => hasId(task, thread.tid) && maybeNamed(task, thread.name));
  return fits.length === 1 ? fits[0] : undefined;
}

function hasId({ tid, nspid = [] }: Task, id: number | undefined): boolean {
  return tid === id || (nspid.length > 1 && nspid.at(-1) === id);
}

/** Java gives its threads their names as the kernel knows them, save the first, which has the program's. */
function maybeNamed({ comm, kernelThread }: Task, name: string | undefined): boolean {
  if (kernelThread === true) return false;
  if (comm === undefined || name === undefined || name === "main") return true;
  // The kernel cuts by bytes.
  const bytes = new TextEncoder().encode(name).subarray(0, COMM_LENGTH);
  return new TextDecoder().decode(bytes).startsWith(comm.replace(/\uFFFD+$/, ""));
}
