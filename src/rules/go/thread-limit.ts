import { defineLogSymptom } from "../log-symptom.ts";

/** Go's runtime ends a program that has 10,000 threads (or what debug.SetMaxThreads says), or that the system gives no further one. */
export const threadLimit = defineLogSymptom({
  id: "go/thread-limit",
  title: "a Go program died of too many threads",
  description:
    "Go's runtime ends a program that has 10,000 threads (or what debug.SetMaxThreads says), or that the system gives no further one.",
  remedy: [
    "Each thread was in a system call or in C that did not return: look for blocked tasks of the program (state D, /proc/PID/task/*/stack), and at its goroutines' stacks in the crash.",
    "Where a thread was refused (errno 11), raise pids.max of the cgroup, TasksMax of the unit, or ulimit -u; or set GOMAXPROCS to what the container may use.",
  ],
  references: [
    "https://pkg.go.dev/runtime/debug#SetMaxThreads",
    "https://github.com/containerd/containerd/issues/13952",
  ],
  missing: [
    {
      text: "the threads of the program while it runs",
      command: "ls /proc/PID/task | wc -l; cat /proc/PID/task/*/stack; cat /sys/fs/cgroup/\u2026/pids.max",
    },
  ],
  signatures: ["thread-limit"],
  least: { lines: 1 },
  says: ({ fields }) =>
    fields["limit"] === undefined
      ? `A program could not make a thread (errno ${fields["errno"]}), and ended.`
      : `A program came to ${fields["limit"]} threads, and ended.`,
});
