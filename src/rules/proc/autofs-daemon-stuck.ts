import { memo } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { cantAnswer, type Party, partyText } from "./answering-party.ts";
import { defineStuckCause } from "./stuck-cause.ts";

/** Automount points, and the process group of the daemon of each. */
const automounts = (host: HostEvidence) =>
  host.models("mounts").flatMap(({ model, artifact }) =>
    model.mounts
      .filter(({ type }) => type === "autofs")
      .map(({ point, options, line }) => ({
        point,
        group: Number(/^pgrp=(\d+)$/.exec(options.find((option) => option.startsWith("pgrp=")) ?? "")?.[1]),
        cite: {
          artifact: artifact.path,
          text: `${point} is mounted by the process group ${options.find((option) => option.startsWith("pgrp="))}`,
          where: { line },
        },
      })),
  );

/** The leaders of these groups. Several mounts have one daemon. */
const daemons: (host: HostEvidence) => readonly Party[] = memo((host) => {
  const found = new Map<number, Party>();
  for (const { group, cite } of automounts(host)) {
    const task = host.tasks.find(({ tid, pid }) => tid === group && pid === group);
    if (task && !found.has(group)) found.set(group, { task, cites: [cite] });
  }
  return [...found.values()];
});

/** Points that are named. */
const NAMED = 3;

/** Whoever walks into an automount point waits until its daemon has mounted what belongs there. */
export const autofsDaemonStuck = defineStuckCause({
  id: "proc/autofs-daemon-stuck",
  title: "the automount daemon does not answer",
  description:
    "A task walks into an automount point and waits for the daemon (automount, or systemd for .automount units) to mount it, and that is stopped, was killed, or hangs in a mount of its own, of a server that is gone mostly. " +
    "Such a wait goes on when the daemon has ended.",
  sites: ["autofs"],
  statement: "a task waits for the automount daemon",
  tests: [
    cantAnswer({
      statement: "the daemon of an automount point can't answer",
      ask: {
        text: "which process group mounts (pgrp= of the autofs mounts), and what that process is doing",
        command:
          "cat /proc/mounts; tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack > tasks.txt   # as root",
      },
      parties: daemons,
    }),
  ],
  remedy: [
    "See what the daemon tries to mount (its children mount.nfs and the like, journalctl -u autofs) and whether that server answers.",
    "Restart the daemon; where a pod mounts such a path of the host, mount the file system itself by a volume instead.",
  ],
  references: [
    "https://docs.kernel.org/filesystems/autofs.html",
    "https://man7.org/linux/man-pages/man5/autofs.5.html",
  ],
  tell({ host }) {
    const points = [...new Set(automounts(host).map(({ point }) => point))];
    const named =
      points.length === 0
        ? ""
        : ` Automount points: ${points.slice(0, NAMED).join(", ")}${points.length > NAMED ? ` and ${points.length - NAMED} more` : ""}.`;
    return `${partyText(daemons(host), host, "mounts them")}${named}`.trim();
  },
});
