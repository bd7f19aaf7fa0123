import { defineLogSymptom } from "../log-symptom.ts";

/** Instances and watches of inotify are counted by user, over all containers whose root is the node's. */
export const inotifyExhausted = defineLogSymptom({
  id: "node/inotify-exhausted",
  title: "programs can't watch files: inotify's instances or watches are used up",
  description:
    "A program says that it can't make an inotify instance (`too many open files`) or a watch (`no space left on device`): fs.inotify.max_user_instances (128) and max_user_watches are limits of a user, " +
    "whose containers share them.",
  remedy: [
    "Raise fs.inotify.max_user_instances (8192) and fs.inotify.max_user_watches (524288) on the node, in /etc/sysctl.d.",
    "Find out who holds them: find /proc/*/fd -lname anon_inode:inotify, by process.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/7815",
    "https://man7.org/linux/man-pages/man7/inotify.7.html",
  ],
  missing: [{ text: "the limits in force", command: "sysctl fs.inotify" }],
  signatures: ["inotify-exhausted"],
  least: { lines: 1 },
  says: () => "Files can't be watched: inotify's instances or watches of a user are used up.",
});
