import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { type JavaDeadlock, taskOfThread, type UserStacks } from "../../procstack/index.ts";
import type { Subject } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";

/** A ring of Java threads that a JVM found itself. */
export const javaDeadlock = defineSymptom<JavaDeadlock>({
  id: "proc/java-deadlock",
  title: "Java threads wait for each other: a deadlock that the JVM found",
  description:
    "A thread dump says 'Found one Java-level deadlock': each of some threads waits for a lock that the next one holds. They wait for ever, and with them all that comes to need one of the locks.",
  remedy: [
    "Restart the process: nothing else ends a deadlock of monitors. Keep the thread dump.",
    "Have the program take these locks in one order everywhere, or with a time limit (tryLock).",
  ],
  references: [
    "https://docs.oracle.com/en/java/javase/17/docs/specs/man/jstack.html",
    "https://docs.oracle.com/en/java/javase/17/docs/api/java.management/java/lang/management/ThreadMXBean.html#findDeadlockedThreads()",
  ],
  *detect(host) {
    const seen = new Set<string>();
    for (const { model, artifact } of host.models("user-stacks")) {
      for (const deadlock of model.deadlocks) {
        const subject = subjectOf(deadlock, model, host);
        // Dumps of one process, one after the other, tell of it again.
        const locks = deadlock.threads.map(({ lockAddress }) => lockAddress ?? "");
        const key = JSON.stringify([subject, locks.sort()]);
        if (seen.has(key)) continue;
        seen.add(key);
        yield {
          subject,
          summary: `${waits(deadlock).join("; ")}.`,
          evidence: evidenceOf(deadlock, model, artifact.path),
          data: deadlock,
          weight: deadlock.threads.length,
        };
      }
    }
  },
});

function subjectOf({ threads }: JavaDeadlock, model: UserStacks, host: HostEvidence): Subject {
  const pids = threads.flatMap(({ name }) => {
    const thread = model.threads.find((one) => one.name === name);
    return (thread && taskOfThread(thread, host.tasks)?.pid) ?? [];
  });
  const [pid] = new Set(pids).size === 1 ? pids : [];
  return {
    kind: "java-threads",
    name: threads
      .map(({ name }) => name)
      .sort()
      .join(", "),
    ...(pid !== undefined && { pid }),
  };
}

function waits({ threads }: JavaDeadlock): string[] {
  return threads.map(({ name, lockType, lockAddress, heldBy }) => {
    const lock = [lockType ?? "a lock", lockAddress].filter((word) => word !== undefined).join(" ");
    return `${name} waits for ${lock}${heldBy === undefined ? "" : `, which ${heldBy} holds`}`;
  });
}

function evidenceOf(deadlock: JavaDeadlock, model: UserStacks, artifact: string): Cite[] {
  const texts = waits(deadlock);
  return deadlock.threads.map(({ name, line }, index) => {
    const thread = model.threads.find((one) => one.name === name);
    // The frames of the lock's own classes say nothing of the program.
    const frame = thread?.frames.find(({ function: called }) => !/^(?:java|jdk|sun)\./.test(called));
    const at =
      frame === undefined
        ? ""
        : `, in ${frame.function}${frame.source === undefined ? "" : ` (${frame.source})`}`;
    const where = thread?.tid === undefined ? { line } : { line, tid: thread.tid };
    return { artifact, text: `${texts[index] ?? name}${at}`, where };
  });
}
