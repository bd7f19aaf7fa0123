import { memo } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { processFilesOf } from "../../evidence/index.ts";
import { cantAnswer, type Party, partyText } from "./answering-party.ts";
import { defineStuckCause } from "./stuck-cause.ts";

/** Processes that have a fanotify group open; whether they allow accesses or are only told of them, the link doesn't say. */
const listeners: (host: HostEvidence) => readonly Party[] = memo((host) =>
  host.tasks.flatMap((task) => {
    if (task.tid !== task.pid || task.pid === undefined) return [];
    const open = processFilesOf(host)
      .get(task.pid)
      ?.descriptors?.find(({ value }) => value.target === "anon_inode:[fanotify]");
    return open ? [{ task, cites: [open.cite] }] : [];
  }),
);

/** Whoever opens or runs a file that is watched waits until the watcher allows it. */
export const fanotifyListenerStuck = defineStuckCause({
  id: "proc/fanotify-listener-stuck",
  title: "the program that must allow each access to files does not answer",
  description:
    "A task that opens or runs a file waits for the listener of a fanotify group with permission events (an antivirus or security agent, mostly), which is stopped, stuck or too slow. " +
    "All that opens files on the watched mounts hangs.",
  sites: ["fanotify"],
  statement: "a task waits for a fanotify listener to allow its access",
  tests: [
    cantAnswer({
      statement: "the listener can't answer",
      ask: {
        text: "who has a fanotify group open, and what that one is doing",
        command:
          "ls -l /proc/[0-9]*/fd/* 2>/dev/null | grep fanotify > fd.txt; tail -n +1 /proc/[0-9]*/status > status.txt",
      },
      parties: listeners,
    }),
  ],
  remedy: [
    "Have the listener run again (kill -CONT), or end it: when its descriptor is closed, all that waits is allowed.",
    "Leave the container runtime's and the kubelet's directories out of what the agent watches.",
  ],
  references: [
    "https://man7.org/linux/man-pages/man7/fanotify.7.html",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/notify/fanotify/fanotify.c",
  ],
  tell: ({ host }) => partyText(listeners(host), host, "has a fanotify group open"),
});
