import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../src/report/index.ts";
import { analyzeFiles } from "../case.ts";
import { filesOf } from "./hang-case.ts";

/** What each incident's story demands of the causes: all others are silent or ruled out there. */
const STORIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  autofs: { "proc/autofs-daemon-stuck": "confirmed" },
  audit: { "proc/audit-backlog": "confirmed" },
  block: { "proc/block-device-stalled": "confirmed" },
  ceph: { "proc/ceph-cluster-unreachable": "confirmed" },
  // The same errors could be a cluster without a way to it.
  "ceph-netns": { "proc/ceph-truncate-netns-gone": "confirmed", "proc/ceph-cluster-unreachable": "possible" },
  // Who holds the lock nothing tells.
  "cgroup-fork": { "proc/cgroup-fork-convoy": "likely" },
  "core-dump": { "proc/core-dump-handler": "confirmed" },
  fanotify: { "proc/fanotify-listener-stuck": "confirmed" },
  "kill-timeout": { "proc/nfs-server-unreachable": "confirmed" },
  "memory-map": { "proc/memory-map-held": "confirmed" },
  "netns-convoy": { "proc/netns-creation-convoy": "confirmed" },
  "netns-teardown": { "proc/netns-teardown-stuck": "confirmed" },
  nfs: { "proc/nfs-server-unreachable": "confirmed" },
  rcu: { "proc/rcu-stall-convoy": "confirmed" },
  rtnl: { "proc/rtnl-convoy": "confirmed" },
  smb: { "proc/smb-server-unreachable": "confirmed" },
  "usermode-helper": { "proc/usermode-helper-stuck": "confirmed" },
  zfs: { "proc/zfs-pool-suspended": "confirmed" },
};

const SAMPLES: typeof STORIES = {
  "cni-version": { "cni/version-reads-stdin": "confirmed" },
  "frozen-cgroup": { "proc/frozen-cgroup": "confirmed" },
  "memcg-oom-disabled": { "proc/memcg-oom-disabled": "confirmed" },
  // The sync waits for what is frozen: the one started the wait, the other holds it.
  "s6-sync": { "proc/s6-sync": "confirmed", "proc/frozen-filesystem": "confirmed" },
  "stopped-init": { "proc/zombie-not-reaped": "confirmed" },
  "xtables-lock": { "proc/xtables-lock": "confirmed" },
  "zap-frozen": { "proc/frozen-filesystem": "confirmed" },
  "zap-fuse": { "proc/fuse-server-stuck": "confirmed" },
  healthy: {},
};

const causesOf = ({ findings }: Report): Record<string, string> =>
  Object.fromEntries(
    findings.flatMap(({ kind, rule, verdict }) =>
      kind === "cause" && verdict !== "ruled-out" ? [[rule, verdict]] : [],
    ),
  );

describe("the causes of hangs among each other", () => {
  it.each(Object.entries(STORIES))("%s is what its story says, and nothing else", async (name, expected) => {
    expect(causesOf(await analyzeFiles(filesOf(`test/fixtures/hangs/${name}`)))).toEqual(expected);
  });

  it.each(Object.entries(SAMPLES))("%s is what its story says, and nothing else", async (name, expected) => {
    expect(causesOf(await analyzeFiles(filesOf(`samples/${name}/bundle`)))).toEqual(expected);
  });

  it("have a story for each case", () => {
    const folders = readdirSync("test/fixtures/hangs", { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(STORIES).sort());
  });

  it("don't mix two nodes' evidence", async () => {
    const nfs = Object.entries(filesOf("test/fixtures/hangs/nfs"));
    const ceph = Object.entries(filesOf("test/fixtures/hangs/ceph"));
    const both = Object.fromEntries([
      ...nfs.map(([path, text]) => [path.replace("b/", "b/node-a/"), text] as const),
      ...ceph
        .filter(([path]) => path.endsWith("dmesg"))
        .map(([path, text]) => [path.replace("b/", "b/node-z/"), text] as const),
    ]);
    expect(causesOf(await analyzeFiles(both))).toEqual(STORIES["nfs"]);
  });
});
