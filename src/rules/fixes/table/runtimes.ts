import { defineFix } from "../fix.ts";

/** Probes that leave a process in the background. The line 2.1 has no fix. */
export const CONTAINERD_EXEC_SYNC = defineFix({
  id: "containerd/exec-sync-goroutines",
  component: "containerd",
  defect: "a probe or hook whose child keeps its output open leaves goroutines behind (CVE-2026-53495)",
  affected: { fixedIn: ["1.7.35", "2.0.12", "2.2.8", "2.3.5"] },
  upgrade: "Upgrade containerd to 1.7.35, 2.0.12, 2.2.8, 2.3.5 or later (CVE-2026-53495).",
  workaround: ["Have no probe leave a process in the background."],
  references: [
    "https://github.com/containerd/containerd/issues/9668",
    "https://github.com/advisories/GHSA-7jxh-36q5-gcqv",
    "https://github.com/golang/vulndb/issues/6444",
  ],
});

/** Several requests of one client of a shim at once. ttrpc 1.1.0 came to containerd with 1.5.8; 1.4 never got it. */
export const CONTAINERD_TTRPC = defineFix({
  id: "containerd/ttrpc-deadlock",
  component: "containerd",
  defect:
    "requests of one client to a shim block each other for ever, and those of kubelet pile up behind them",
  affected: { fixedIn: ["1.5.8"] },
  upgrade: "Where kubelet waits for containerd: 1.5.8 and later have a ttrpc without the deadlock behind it.",
  workaround: [],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/106919",
    "https://github.com/containerd/ttrpc/pull/94",
    "https://github.com/containerd/containerd/pull/6229",
  ],
});

/** sync(2) at the end of a container. */
export const S6_SYNC = defineFix({
  id: "s6-overlay/sync-on-exit",
  component: "s6-overlay",
  defect: "a container that exits syncs every file system of the host",
  affected: { fixedIn: ["1.22.0.0"] },
  upgrade:
    "Build the image with s6-overlay 1.22.0.0 or later, which doesn't sync on exit unless S6_SYNC_DISKS=1 asks for it.",
  workaround: ["To free this container, free what the sync waits for: the task at the end of the chain."],
  references: [
    "https://github.com/just-containers/s6-overlay/issues/244",
    "https://github.com/just-containers/s6-overlay/releases/tag/v1.22.0.0",
  ],
});
