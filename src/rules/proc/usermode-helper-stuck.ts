import { memo } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { cantAnswer, type Party, partyText } from "./answering-party.ts";
import { defineStuckCause } from "./stuck-cause.ts";

/** What loads modules: the kernel starts it, or a script that stands in for it. */
const LOADER = /^(?:modprobe|insmod|kmod)$/;

/** Functions through which the kernel asks for a module, or waits for another load of the same. */
const LOADS = /^(?:__request_module|request_module|idempotent_wait_for_completion)(?:\.|$)/;

/** Programs that the kernel itself started to load modules: children of kthreadd, or of one of its workers. */
const helpers: (host: HostEvidence) => readonly Party[] = memo((host) => {
  const threads = new Set(
    host.tasks.flatMap(({ tid, kernelThread }) => (kernelThread === true && tid !== undefined ? [tid] : [])),
  );
  return host.tasks
    .filter(
      ({ tid, pid, ppid, comm, kernelThread }) =>
        tid === pid &&
        kernelThread !== true &&
        LOADER.test(comm ?? "") &&
        ppid !== undefined &&
        (ppid === 2 || threads.has(ppid)),
    )
    .map((task) => ({ task, cites: [] }));
});

/** The kernel starts a program to load a module and waits for its end. */
export const usermodeHelperStuck = defineStuckCause({
  id: "proc/usermode-helper-stuck",
  title: "the program that the kernel started to load a module does not end",
  description:
    "A task needs a module (a file system to mount, an iptables match, a network family) and waits for modprobe, which the kernel started and which is stuck: in the module's own start, or in the disk that it lies on.",
  sites: ["usermode-helper"],
  // It starts others as well: for keys, for core dumps, for what drivers ask of user space.
  accepts: ({ task }) =>
    task.stack === undefined || task.stack.frames.some(({ symbol }) => LOADS.test(symbol)),
  isVague: ({ task }) => task.stack === undefined,
  statement: "a task waits for a program that the kernel started to load a module",
  tests: [
    cantAnswer({
      statement: "the program that loads modules is stuck or stopped",
      ask: {
        text: "the tasks named modprobe with their parents, states and stacks",
        command: "tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack > tasks.txt   # as root",
      },
      parties: helpers,
    }),
  ],
  remedy: [
    "Look at the stack of modprobe: the module's start that it hangs in, or the disk that it reads. sysctl kernel.modprobe says which program it is.",
    "Load what nodes need when they boot (/etc/modules-load.d), and not on the first use.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/sysctl/kernel.html#modprobe",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/kernel/umh.c",
  ],
  tell: ({ host }) => partyText(helpers(host), host, "loads a module for the kernel"),
});
