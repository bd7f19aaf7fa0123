import { complainsOf, complaints } from "./remote-notes.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["cifs"];

/** A mount of an SMB share waits for its server. */
export const smbServerUnreachable = defineStuckCause({
  id: "proc/smb-server-unreachable",
  title: "an SMB server does not answer",
  description:
    "Tasks wait for answers of an SMB server (CIFS, Azure Files), and the kernel says that it has not responded. The client reconnects over and over; with hard mounts its users wait for as long.",
  sites: SITES,
  // A client that is stuck by itself looks the same for as long.
  lasts: "weak",
  statement: "a task waits for an answer of an SMB server",
  tests: [
    complainsOf({
      statement: "the kernel says that the server has not responded, up to the end of its log",
      about: ["cifs"],
      sites: SITES,
    }),
  ],
  remedy: [
    "Reach the server again: its health, port 445 on the way, its address; of Azure Files the account's throttling.",
    "If it is gone for good: umount -f and then umount -l on each node. Mount with soft where a hang is worse than an error.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/cifs/usage.html",
    "https://github.com/kubernetes/kubernetes/issues/80076",
  ],
  tell({ host }) {
    const servers = [...new Set(complaints(host, ["cifs"]).flatMap(({ note }) => note.peer ?? []))];
    return servers.length === 0 ? "" : `The kernel says that ${servers.join(", ")} has not responded.`;
  },
});
