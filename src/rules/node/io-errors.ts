import { count } from "../words.ts";
import { subjectName } from "../engine/index.ts";
import { kernelSymptom } from "./kernel-symptom.ts";

const WORDS: Readonly<Record<string, string>> = {
  "io-error": "failed reads or writes",
  "nvme-timeout": "commands that timed out",
  "filesystem-error": "errors of the file system",
  "filesystem-shutdown": "the file system shut down or made read-only",
};

/** A flush without data, which fails where a loop device is detached below whoever had it mounted: a snap that is updated. */
const FLUSH = /op 0x1:\(WRITE\) flags 0x800 phys_seg 0\b/;

/** A disk, or the file system on it, has failed. */
export const ioErrors = kernelSymptom({
  id: "node/io-errors",
  title: "a disk fails",
  description:
    "The kernel's log says that reads or writes of a disk failed or timed out, or that a file system was shut down or made read-only for errors. Floppy and CD drives, flushes of loop devices, and discards " +
    "that a disk doesn't know, don't count.",
  kinds: ["io-error", "nvme-timeout", "filesystem-error", "filesystem-shutdown"],
  subjectOf({ kind, details, text }) {
    const device = details["device"] ?? "";
    // Virtual machines have drives without a medium, which somebody asks all the same.
    if (kind === "io-error" && (/^(?:fd|sr)\d/.test(device) || /DISCARD/.test(details["op"] ?? "")))
      return "nothing";
    if (/^loop\d/.test(device) && FLUSH.test(text)) return "nothing";
    return { kind: "device", name: device };
  },
  summary({ events, count: lines }, subject) {
    const kinds = new Map<string, number>();
    for (const { event } of events)
      kinds.set(WORDS[event.kind] ?? event.kind, (kinds.get(WORDS[event.kind] ?? event.kind) ?? 0) + 1);
    const parts = [...kinds].map(([words, n]) => `${words} (${n})`);
    return `The kernel has logged ${count(lines, "line")} of trouble with ${subjectName(subject)}: ${parts.join(", ")}.`;
  },
  remedy: [
    "Look at the disk: smartctl -a, nvme smart-log, or the cloud's own figures of the volume. Drain the node; a file system that was shut down needs a check after an unmount (xfs_repair, e2fsck).",
    "For network volumes (EBS) raise nvme_core.io_timeout to its maximum, so that a slow volume is waited for.",
  ],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/block/blk-core.c",
    "https://docs.aws.amazon.com/ebs/latest/userguide/nvme-ebs-volumes.html",
  ],
});
