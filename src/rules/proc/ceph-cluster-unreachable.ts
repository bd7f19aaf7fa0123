import { citeNote } from "../../evidence/index.ts";
import { cantTell, fails } from "../engine/index.ts";
import { complainsOf, complaints, hasNoNetwork } from "./remote-notes.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["ceph", "ceph-truncate"];

/** The kernel's Ceph client waits for its cluster for as long as it takes. */
export const cephClusterUnreachable = defineStuckCause({
  id: "proc/ceph-cluster-unreachable",
  title: "the Ceph cluster does not answer",
  description:
    "A task waits in the kernel's Ceph client (CephFS or RBD) for a monitor, an OSD or the MDS, and the kernel's log says that " +
    "the client can't reach one of them. The client tries again without end.",
  sites: SITES,
  lasts: "weak",
  statement: "a task waits for the Ceph cluster",
  tests: [
    complainsOf({
      statement: "the kernel's last word about a server of the cluster is an error",
      about: ["libceph", "ceph"],
      sites: SITES,
    }),
    {
      statement: "the client has a network to reach it by",
      axis: "config",
      fails: "strong",
      answer({ host }) {
        const found = complaints(host, ["libceph"]);
        if (found.length === 0 || !found.every(hasNoNetwork)) return cantTell("uncovered");
        return fails(found.map(citeNote));
      },
    },
  ],
  remedy: [
    "See ceph -s and ceph health detail; reach from this node the addresses that the kernel's log names.",
    "Where the client was evicted or its cluster is gone: umount -f; for RBD rbd unmap -o force. A reboot ends the rest.",
  ],
  references: [
    "https://docs.ceph.com/en/latest/cephfs/troubleshooting/",
    "https://github.com/rook/rook/issues/13778",
  ],
  tell({ host }) {
    const peers = complaints(host, ["libceph", "ceph"]).map(({ note }) => note.address ?? note.peer);
    return peers.length === 0 ? "" : `The kernel can't reach ${[...new Set(peers)].join(", ")}.`;
  },
});
