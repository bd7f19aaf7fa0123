import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Model } from "../../src/bytes/index.ts";
import {
  parseDescriptors,
  parseEnviron,
  parseFileLocks,
  parseGoBuilds,
  parseKernelFiles,
  parseLimits,
  parseMaps,
  parseMounts,
  parseSyscall,
  readDescriptor,
} from "../../src/procstack/index.ts";

describe("/proc/PID/environ", () => {
  it("is read as the kernel ends variables, and as collectors do", () => {
    for (const text of [
      "CNI_COMMAND=VERSION\0PATH=/bin\0",
      "CNI_COMMAND=VERSION\nPATH=/bin\n",
      "CNI_COMMAND=VERSION\r\nPATH=/bin\r\n",
    ])
      expect([...parseEnviron(text).values]).toEqual([
        ["CNI_COMMAND", "VERSION"],
        ["PATH", "/bin"],
      ]);
    expect(parseEnviron("A=1\nB=x=y\n").lines.get("B")).toBe(2);
  });

  it("keeps what was blanked out as unknown, and the first of one name twice", () => {
    const { values } = parseEnviron("TOKEN=***HIDDEN***\0TOKEN=abc\0EMPTY=\0");
    expect(values.has("TOKEN")).toBe(true);
    expect(values.get("TOKEN")).toBeUndefined();
    expect(values.get("EMPTY")).toBe("");
  });

  it("says why it can't be read", () => {
    const refused = parseEnviron("cat: /proc/7/environ: Permission denied\n");
    expect(refused.diagnostics).toMatchObject([{ effect: "unread", code: "environ-refused", line: 1 }]);
    expect(parseEnviron("hello\n").diagnostics).toMatchObject([{ code: "environ-empty" }]);
  });
});

describe("/proc/PID/fd", () => {
  it("is read from ls in any quoting, with its clock in front", () => {
    const text = [
      "total 0",
      "lrwx------ 1 root root 64 Nov 22 13:56 0 -> /dev/pts/0",
      "l-wx------ 1 root root 64 Nov 22 13:56 1 -> 'pipe:[2727048]'",
      "lrwx------. 1 root root 64 2026-11-22 13:56:02.113 +0000 2 -> 'socket:[81]'",
      "lr-x------ 1 root root 64 Nov 22 13:56 10 -> '/var/log/app 1.log (deleted)'",
      "lrwx------ 1 root root 64 Nov 22 13:56 3 -> anon_inode:[eventpoll]",
      "lrwx------ 1 root root 64 Nov 22 13:56 4 -> /dev/fuse",
      "",
    ].join("\n");
    expect(parseDescriptors(text).descriptors.map(({ fd, kind, target }) => [fd, kind, target])).toEqual([
      [0, "terminal", "/dev/pts/0"],
      [1, "pipe", "pipe:[2727048]"],
      [2, "socket", "socket:[81]"],
      [3, "anonymous", "anon_inode:[eventpoll]"],
      [4, "fuse-device", "/dev/fuse"],
      [10, "file", "/var/log/app 1.log"],
    ]);
  });

  it("is read from what readlink and loops print", () => {
    const text = "/proc/7/fd/0: /dev/null\n1 /dev/tty1\n/proc/7/fd/2 -> /dev/console\n";
    expect(parseDescriptors(text).descriptors.map(({ fd, kind }) => [fd, kind])).toEqual([
      [0, "null"],
      [1, "terminal"],
      [2, "terminal"],
    ]);
  });

  it("says that it was refused", () => {
    const text = "ls: cannot open directory '/proc/1/fd': Permission denied\n";
    expect(parseDescriptors(text).diagnostics).toMatchObject([{ effect: "unread", code: "fd-refused" }]);
    expect(parseDescriptors("hello\n").diagnostics).toMatchObject([{ effect: "unread", code: "fd-empty" }]);
  });
});

describe("/proc/PID/syscall", () => {
  it("tells the call and what it reads", () => {
    const read = parseSyscall("0 0x3 0xc0000a2000 0x200 0x0 0x0 0x0 0xc000086c90 0x40268e\n");
    expect(read).toMatchObject({ is: "call", number: 0 });
    expect(readDescriptor(read)).toBe(3);
    const futex = parseSyscall("202 0x52c038 0x80 0x0 0xc00004feb0 0x0 0x0 0xc00004fe78 0x45f143\n");
    expect(readDescriptor(futex)).toBeUndefined();
  });

  it("knows a task that runs, and one that is in no call", () => {
    expect(parseSyscall("running\n").is).toBe("running");
    expect(parseSyscall("-1 0x7ffd 0x40268e\n").is).toBe("blocked");
    expect(parseSyscall("cat: Operation not permitted").diagnostics).toMatchObject([{ effect: "unread" }]);
  });
});

describe("/proc/PID/limits and maps", () => {
  it("reads amounts and what is unlimited", () => {
    const text =
      "Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \nMax open files            1024                 524288               files     \nMax nice priority         0                    0                    \n";
    const { limits } = parseLimits(text);
    expect(limits.get("Max open files")).toEqual({ soft: 1024, hard: 524288, unit: "files", line: 3 });
    expect(limits.get("Max cpu time")?.soft).toBe(Number.POSITIVE_INFINITY);
    expect(limits.get("Max nice priority")).toEqual({ soft: 0, hard: 0, line: 4 });
  });

  it("tells the libc and the program, of a real process with musl", () => {
    const maps = parseMaps(readFileSync("samples/dns-duplicate-id/bundle/pod/proc/22339/maps", "utf8"));
    expect(maps.libc).toBe("musl");
    expect(maps.binary).toMatch(/^\//);
    const glibc = "7f12a0-7f12b0 r-xp 00000000 08:01 12 /usr/lib/x86_64-linux-gnu/libc.so.6\n".replaceAll(
      "7f12",
      "7f1234560",
    );
    expect(parseMaps(glibc).libc).toBe("glibc");
    expect(parseMaps("").diagnostics).toMatchObject([{ code: "maps-empty" }]);
  });
});

describe("mounts", () => {
  const forms = [
    "36 35 0:41 / /srv/nfs\\040share rw,noatime master:1 - nfs4 server:/export rw,vers=4.1,hard",
    "server:/export /srv/nfs\\040share nfs4 rw,noatime,vers=4.1,hard 0 0",
    "server:/export on /srv/nfs share type nfs4 (rw,noatime,vers=4.1,hard)",
  ];
  it.each(forms)("are read from %s", (line) => {
    const [mount] = parseMounts(`${line}\n`).mounts;
    expect(mount).toMatchObject({ source: "server:/export", point: "/srv/nfs share", type: "nfs4", line: 1 });
    expect(mount?.options).toContain("hard");
  });
});

describe("/proc/locks", () => {
  it("tells who waits for which lock, however deep they queue", () => {
    const { locks } = parseFileLocks(
      "4: FLOCK  ADVISORY  WRITE 11812 00:2a:3 0 EOF\n4: -> FLOCK  ADVISORY  WRITE 11816 00:2a:3 0 EOF\n4:  -> FLOCK  ADVISORY  WRITE 11815 00:2a:3 0 EOF\n5: OFDLCK ADVISORY  READ  -1 00:05:1047 0 EOF\n",
    );
    expect(locks.map(({ pid, waits }) => [pid, waits])).toEqual([
      [11812, false],
      [11816, true],
      [11815, true],
      [undefined, false],
    ]);
  });
});

describe("files of control groups", () => {
  it("are known by their paths, alone or many in one text", () => {
    const one = parseKernelFiles("FROZEN\n", "b/sys/fs/cgroup/freezer/docker/abc/freezer.state");
    expect(one.files[0]?.values.get("")).toBe("FROZEN");
    const text =
      "==> /sys/fs/cgroup/a/cgroup.events <==\npopulated 1\nfrozen 1\n\n==> /etc/hosts <==\n127.0.0.1 x\n\n==> /sys/fs/cgroup/a/cgroup.freeze <==\n1\n";
    const { files } = parseKernelFiles(text);
    expect(files.map(({ name }) => name)).toEqual(["cgroup.events", "cgroup.freeze"]);
    expect(files[0]?.values.get("frozen")).toBe("1");
    expect(files[0]?.lines.get("frozen")).toBe(3);
    const grep = parseKernelFiles("/sys/fs/fuse/connections/41/waiting:3\n");
    expect(grep.files[0]).toMatchObject({ name: "waiting", path: "/sys/fs/fuse/connections/41/waiting" });
  });
});

describe("go version -m", () => {
  it("tells modules, and of replaced ones what they were replaced by", () => {
    const { builds } = parseGoBuilds(
      "/opt/cni/bin/x: go1.12.9\n\tpath\tx\n\tmod\tx\t(devel)\t\n\tdep\tgithub.com/containernetworking/cni\tv0.6.0\th1:a=\n\tdep\ta.org/b\tv1.0.0\n\t=>\tc.org/b\tv2.1.0\th1:b=\n",
    );
    expect(builds[0]?.go).toBe("go1.12.9");
    expect(builds[0]?.modules.get("github.com/containernetworking/cni")).toMatchObject({
      version: "v0.6.0",
      line: 4,
    });
    expect(builds[0]?.modules.get("a.org/b")?.version).toBe("v2.1.0");
    expect(builds[0]?.main?.version).toBe("(devel)");
  });
});

describe("a kernel thread", () => {
  it("has no descriptors, no environment and no memory, and nothing was lost by that", () => {
    for (const { diagnostics } of [parseDescriptors("total 0\n"), parseEnviron(""), parseMaps("")])
      expect(diagnostics).toMatchObject([{ effect: "note" }]);
  });
});

describe("damage", () => {
  const TEXTS: readonly (readonly [string, (text: string) => Model])[] = [
    ["A=1\0B=2\0", parseEnviron],
    ["lrwx------ 1 root root 64 Nov 22 13:56 0 -> '/dev/pts/0'\n", parseDescriptors],
    ["0 0x3 0xc0000a2000 0x200 0x0 0x0 0x0 0xc000086c90 0x40268e\n", parseSyscall],
    ["Max open files            1024                 524288               files     \n", parseLimits],
    ["00400000-0040b000 r-xp 00001000 fe:00 2253687 /usr/bin/cat (deleted)\n", parseMaps],
    ["36 35 0:41 / /srv rw,noatime master:1 - nfs4 server:/export rw\n", parseMounts],
    ["4:  -> FLOCK  ADVISORY  WRITE 11815 00:2a:3 0 EOF\n", parseFileLocks],
    ["==> /sys/fs/cgroup/a/cgroup.events <==\npopulated 1\n", parseKernelFiles],
    ["/opt/cni/bin/x: go1.12.9\n\tdep\ta\tv1\n\t=>\tb\tv2\n", parseGoBuilds],
  ];

  it("of any kind throws nothing and is told", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TEXTS),
        fc.nat(200),
        fc.array(fc.tuple(fc.nat(200), fc.string({ maxLength: 3 })), { maxLength: 6 }),
        ([text, parse], cut, changes) => {
          let damaged = text.slice(0, cut);
          for (const [at, by] of changes) damaged = damaged.slice(0, at) + by + damaged.slice(at + 1);
          expect(Array.isArray(parse(damaged).diagnostics)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("takes no longer than its length, whatever it holds", () => {
    const hostile = [" ", "-> ", "a,", "(", "0x0 ", "/", "\\040", "'", "1:", "x=\0", "\t=>\t"];
    for (const [, parse] of TEXTS) {
      for (const piece of hostile) {
        const start = performance.now();
        parse(piece.repeat(40_000));
        parse(`${piece.repeat(100)}\n`.repeat(400));
        expect(performance.now() - start).toBeLessThan(1500);
      }
    }
  });
});
