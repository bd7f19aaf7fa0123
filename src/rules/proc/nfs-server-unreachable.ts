import { firstOf } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { complainsOf, complaints } from "./remote-notes.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["nfs", "nfs-lock"];

/** A hard mount waits for its server for as long as it takes. */
export const nfsServerUnreachable = defineStuckCause({
  id: "proc/nfs-server-unreachable",
  title: "an NFS server does not answer",
  description:
    "Tasks wait for answers of an NFS server, and the kernel says that it does not respond. A hard mount, the default, waits for ever; " +
    "df, the kubelet and everything that looks at all mounts hangs with it.",
  sites: SITES,
  // A client that is stuck by itself looks the same for as long.
  lasts: "weak",
  statement: "a task waits for an answer of an NFS server",
  tests: [
    complainsOf({
      statement: "the kernel's last word about the server is that it does not respond",
      about: ["nfs"],
      sites: SITES,
      accepts: ({ note }) => note.what === "not-responding",
    }),
  ],
  remedy: [
    "Reach the server again: its health, the network and the firewall on the way, its address.",
    "If it is gone for good: umount -f and then umount -l on each node. Mount with softerr or soft where a hang is worse than an error.",
  ],
  references: [
    "https://man7.org/linux/man-pages/man5/nfs.5.html",
    "https://github.com/kubernetes/kubernetes/issues/90593",
    "https://github.com/kubernetes/kubernetes/issues/72048",
  ],
  tell: ({ host }) => [serverText(host), mountText(host)].filter((text) => text !== "").join(" "),
});

function serverText(host: HostEvidence): string {
  const servers = complaints(host, ["nfs"]).flatMap(({ note }) => note.peer ?? []);
  return servers.length === 0 ? "" : `The kernel says that ${servers.join(", ")} does not respond.`;
}

/** Mounts that a finding names. */
const NAMED = 3;

function mountText(host: HostEvidence): string {
  const mounts = host
    .models("mounts")
    .flatMap(({ model }) => model.mounts)
    .filter(({ type }) => type === "nfs" || type === "nfs4");
  const named = [...new Set(mounts.map(({ source, point }) => `${source} on ${point}`))];
  if (named.length === 0) return "";
  return `Mounted by NFS: ${firstOf(named, NAMED)}.`;
}
