import { defineLogSymptom, writersOf } from "../log-symptom.ts";

/** The kernel calls it "no space left on device", and no disk is meant. */
export const inotifyExhausted = defineLogSymptom({
  id: "node/inotify-exhausted",
  title: "there are no more inotify watches",
  description:
    "A user may have so many inotify watches and instances. At least twice a program got no further one: kubelet and containerd can't follow " +
    "their files, kubectl logs -f ends at once, and programs that read their configuration anew don't.",
  remedy: [
    "Raise fs.inotify.max_user_watches (524288) and fs.inotify.max_user_instances (8192) on the node, in /etc/sysctl.d.",
    "See who has so many: find /proc/[0-9]*/fd -lname anon_inode:inotify. A program that makes one for each file, and a leak of cgroups, end in the same.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/10421",
    "https://github.com/google/cadvisor/issues/1581",
    "https://man7.org/linux/man-pages/man7/inotify.7.html",
  ],
  missing: [
    {
      text: "the limits, and who uses them up",
      command:
        "sysctl fs.inotify; find /proc/[0-9]*/fd -lname anon_inode:inotify | cut -d/ -f3 | sort | uniq -c | sort -rn | head",
    },
  ],
  signatures: ["inotify-exhausted"],
  inEvents: {},
  least: { lines: 2 },
  says: (seen) => `${writersOf(seen)} got no further inotify watch or instance.`,
});
