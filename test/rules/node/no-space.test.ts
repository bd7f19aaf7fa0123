import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, objects, podEvent } from "./files.ts";

const RULE = "node/no-space";
const df = (...rows: readonly string[]) =>
  `Filesystem     Type     1K-blocks     Used Available Use% Mounted on\n${rows.join("\n")}\n`;
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);
const full = "/dev/vdb       ext4      20511356 20511356         0 100% /var/lib/docker";

describe(RULE, () => {
  it("is seen in df of the containers' disk, by bytes or by inodes", async () => {
    const finding = findingOf(await analyzeFiles({ "b/df.txt": df(full) }), RULE);
    expect(finding.summary).toBe("/dev/vdb on /var/lib/docker is 100 % full: 0 kB of 19.6 GB are left.");
    const inodes =
      "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/vdb 1000000 996000 4000 100% /var/lib/containerd\n";
    expect(await verdicts({ "b/df-i.txt": inodes })).toEqual(["confirmed"]);
    expect(await verdicts({ "b/df.txt": file("samples/disk-full/bundle/node-h/df.txt") })).toEqual([
      "confirmed",
    ]);
  });

  it("says how fast the disk fills, where takes of known times show it", async () => {
    const take = (bundle: string, minute: string, used: number): Record<string, string> => ({
      [`${bundle}/hostname`]: "node-h\n",
      [`${bundle}/date`]: `2026-11-22T10:${minute}:00Z\n`,
      [`${bundle}/df.txt`]: df(
        `/dev/vdb ext4 20000000 ${used} ${20_000_000 - used} ${Math.ceil(used / 200_000)}% /var/lib/docker`,
      ),
    });
    const [one, two] = [take("x", "00", 19_200_000), take("a", "10", 19_800_000)];
    for (const files of [
      { ...one, ...two },
      { ...two, ...one },
    ])
      expect(findingOf(await analyzeFiles(files), RULE).summary).toBe(
        "/dev/vdb on /var/lib/docker is 99 % full: 195 MB of 19.1 GB are left. It took 586 MB more within 10 minutes. If it goes on so, nothing is left in 3 minutes.",
      );
    const baseline = findingOf(await analyzeFiles(two, one), RULE);
    expect(baseline.summary).toContain("It took 586 MB more within 10 minutes.");
    const emptier = { ...take("x", "00", 19_900_000), ...two };
    expect(findingOf(await analyzeFiles(emptier), RULE).summary).not.toContain("more within");
  });

  it("is over where a later take of the machine shows room again", async () => {
    const take = (bundle: string, minute: string, used: number, mount = "/var/lib/docker") => ({
      [`${bundle}/hostname`]: "node-h\n",
      [`${bundle}/date`]: `2026-11-22T10:${minute}:00Z\n`,
      [`${bundle}/df.txt`]: df(
        `/dev/vdb ext4 20000000 ${used} ${20_000_000 - used} ${Math.ceil(used / 200_000)}% ${mount}`,
      ),
    });
    const wasFull = take("x", "00", 20_000_000);
    expect(await verdicts({ ...wasFull, ...take("a", "30", 9_000_000) })).toEqual([]);
    expect(await verdicts({ ...take("a", "30", 20_000_000), ...take("x", "00", 9_000_000) })).toEqual([
      "confirmed",
    ]);
    // Of another disk the later one says nothing, nor does another machine's of that name.
    expect(await verdicts({ ...wasFull, ...take("a", "30", 9_000_000, "/var/lib/kubelet") })).toEqual([
      "confirmed",
    ]);
    expect(
      await verdicts({ ...take("case-4711", "00", 20_000_000), ...take("case-4712", "30", 9_000_000) }),
    ).toEqual(["confirmed"]);
  });

  it("is seen in events and conditions of the cluster", async () => {
    const event = podEvent(
      "node-h",
      "FailedCreatePodSandBox",
      "mkdir /var/lib/docker/overlay2/x: no space left on device",
    );
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-h" },
      status: {
        conditions: [{ type: "DiskPressure", status: "True", message: "kubelet has disk pressure" }],
      },
    };
    expect(findingOf(await analyzeFiles({ "events.json": objects(event) }), RULE).summary).toContain(
      "on node-h",
    );
    expect(await verdicts({ "nodes.json": objects(node) })).toEqual(["confirmed"]);
  });

  it.each([
    ["a snap", "/dev/loop3     squashfs    56832    56832         0 100% /snap/core18/2066"],
    ["an image on a loop device", "/dev/loop3     ext4    56832    56832         0 100% /var/lib/docker/x"],
    ["a disc", "/dev/sr0       iso9660    56832    56832         0 100% /media/cdrom0"],
    [
      "memory",
      "tmpfs          tmpfs      56832    56832         0 100% /var/lib/kubelet/pods/7/volumes/kubernetes.io~empty-dir/shm",
    ],
    [
      "a pod's own volume",
      "/dev/vdc       ext4       56832    56832         0 100% /var/lib/kubelet/pods/7/volumes/kubernetes.io~csi/pvc-1/mount",
    ],
    ["another disk", "/dev/vdd       ext4       56832    56832         0 100% /mnt/backup"],
    ["a disk in good use", "/dev/vdb       ext4      20511356 18460220   2051136  90% /var/lib/docker"],
  ])("is no finding for %s", async (_, row) => {
    expect(await verdicts({ "b/df.txt": df(row, "/dev/vda1 ext4 51474044 4619112 44233548 10% /") })).toEqual(
      [],
    );
  });

  it("is seen in logs about the runtime's files, and confirms with df that the disk is full", async () => {
    const log = (path: string) =>
      `time="2024-04-12T10:00:00Z" level=error msg="CreateContainer failed" error="mkdir ${path}: no space left on device"\n`;
    const snapshot = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/new-1";
    const finding = findingOf(await analyzeFiles({ "containerd.log": log(snapshot).repeat(3) }), RULE);
    expect(finding.summary).toContain(
      "no room left below /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs.",
    );
    expect(finding.evidence[0]).toMatchObject({ where: { line: 1 } });
    expect(await verdicts({ "containerd.log": log(snapshot) })).toEqual([]);
    expect(await verdicts({ "containerd.log": log("/var/lib/kubelet/pods/7/volumes/a").repeat(3) })).toEqual(
      [],
    );
    expect(await verdicts({ "containerd.log": log("/data/db").repeat(3) })).toEqual([]);
    const both = await analyzeFiles({ "b/df.txt": df(full), "b/containerd.log": log(snapshot).repeat(3) });
    expect(verdictsOf(both, RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(both, "node/disk-full")).toEqual(["confirmed"]);
    expect(verdictsOf(await analyzeFiles({ "b/df.txt": df(full) }), "node/disk-full")).toEqual(["likely"]);
  });

  it("is no finding where the same error means something else", async () => {
    const messages = [
      "mkdir /sys/fs/cgroup/memory/kubepods/burstable/pod7: no space left on device",
      "failed to create fsnotify watcher: no space left on device",
    ];
    for (const message of messages)
      expect(
        await verdicts({ "events.json": objects(podEvent("n", "FailedCreatePodContainer", message)) }),
      ).toEqual([]);
  });

  it("is over where the log goes on without it, or df shows room", async () => {
    const line = (time: string, what: string) =>
      `${time} node-h kubelet[812]: E0412 10:00:00.000001     812 kuberuntime_manager.go:1] ${what}\n`;
    const gone = "open /var/lib/docker/containers/7/7-json.log: no space left on device";
    const then = line("Apr 12 10:00:00", gone) + line("Apr 12 10:00:05", gone);
    expect(await verdicts({ "b/kubelet.log": then })).toEqual(["confirmed"]);
    expect(await verdicts({ "b/kubelet.log": then + line("Apr 13 10:00:00", "SyncLoop UPDATE") })).toEqual(
      [],
    );
    const room = df("/dev/vdb       ext4      20511356 8460220   12051136  42% /var/lib/docker");
    const inodes =
      "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/vdb 1000000 96000 904000 10% /var/lib/docker\n";
    expect(await verdicts({ "b/kubelet.log": then, "b/df.txt": room, "b/df-i.txt": inodes })).toEqual([]);
    // Of inodes nothing is known.
    expect(await verdicts({ "b/kubelet.log": then, "b/df.txt": room })).toEqual(["confirmed"]);
  });
});
