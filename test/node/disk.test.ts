import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  dfFormat,
  dockerDfFormat,
  dockerInspectFormat,
  duFormat,
  nodeFormats,
  parseDf,
  parseDockerDf,
  parseDockerInspect,
  parseDu,
} from "../../src/node/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { mishaps, recognises } from "./recognised.ts";

const sample = (name: string): string => readFileSync(`samples/disk-full/bundle/node-h/${name}`, "utf8");
const GB = 2 ** 30;
const rows = (text: string) =>
  parseDf(text).fileSystems.map(({ of, device, type, size, available, percent, mountPoint }) => [
    of,
    device,
    type,
    size,
    available,
    percent,
    mountPoint,
  ]);

describe("df", () => {
  it("reads bytes and inodes of a live node, and knows which is which", () => {
    expect(rows(sample("df.txt")).at(-1)).toEqual([
      "bytes",
      "/dev/loop0",
      undefined,
      277623 * 1024,
      0,
      100,
      "/var/lib/docker",
    ]);
    expect(rows(sample("df-i.txt")).at(-1)).toEqual([
      "inodes",
      "/dev/loop0",
      undefined,
      76912,
      76696,
      1,
      "/var/lib/docker",
    ]);
    expect(parseDf(sample("df.txt")).fileSystems.at(-1)?.line).toBe(4);
  });

  it.each([
    [
      "-h",
      "Filesystem      Size  Used Avail Use% Mounted on\n/dev/vda1        50G   48G     0 100% /\n",
      ["bytes", "/dev/vda1", undefined, 50 * GB, 0, 100, "/"],
    ],
    [
      "-hT",
      "Filesystem     Type  Size  Used Avail Use% Mounted on\n/dev/vda1      ext4  1.5G   48M  1.4G   4% /mnt/my disk\n",
      ["bytes", "/dev/vda1", "ext4", 1.5 * GB, 1.4 * GB, 4, "/mnt/my disk"],
    ],
    [
      "-P",
      "Filesystem     1024-blocks  Used Available Capacity Mounted on\n/dev/vda1 100 95 5 95% /\n",
      ["bytes", "/dev/vda1", undefined, 102400, 5120, 95, "/"],
    ],
    [
      "-m",
      "Filesystem     1M-blocks  Used Available Use% Mounted on\n/dev/vda1 100 95 5 95% /\n",
      ["bytes", "/dev/vda1", undefined, 100 * 2 ** 20, 5 * 2 ** 20, 95, "/"],
    ],
    [
      "German",
      "Dateisystem    1K-Blöcke  Benutzt Verfügbar Verw% Eingehängt auf\n/dev/vda1 100 95 5 95% /\n",
      ["bytes", "/dev/vda1", undefined, 102400, 5120, 95, "/"],
    ],
    [
      "German -h",
      "Dateisystem    Größe Benutzt Verf. Verw% Eingehängt auf\n/dev/vda1 9,5G 9,5G 0 100% /\n",
      ["bytes", "/dev/vda1", undefined, 9.5 * GB, 0, 100, "/"],
    ],
    [
      "German -i",
      "Dateisystem      Inodes IBenutzt  IFrei IUse% Eingehängt auf\n/dev/vda1 100 95 5 95% /\n",
      ["inodes", "/dev/vda1", undefined, 100, 5, 95, "/"],
    ],
    [
      "French",
      "Sys. de fichiers blocs de 1K  Utilisé Disponible Uti% Monté sur\n/dev/vda1 100 95 5 95% /\n",
      ["bytes", "/dev/vda1", undefined, 102400, 5120, 95, "/"],
    ],
    [
      "Russian",
      "Файл.система   1K-блоков Использовано  Доступно Использовано% Cмонтировано в\n/dev/vda1 100 95 5 95% /\n",
      ["bytes", "/dev/vda1", undefined, 102400, 5120, 95, "/"],
    ],
    [
      "Russian -i",
      "Файл.система    Iнодов IИспользовано IСвободно IИспользовано% Cмонтировано в\n/dev/vda1 100 95 5 95% /\n",
      ["inodes", "/dev/vda1", undefined, 100, 5, 95, "/"],
    ],
    [
      "Chinese",
      "文件系统         1K-块    已用    可用 已用% 挂载点\n/dev/vda1 100 95 5 95% /\n",
      ["bytes", "/dev/vda1", undefined, 102400, 5120, 95, "/"],
    ],
    [
      "Chinese -i",
      "文件系统        Inode 已用(I) 可用(I) 已用(I)% 挂载点\n/dev/vda1 100 95 5 95% /\n",
      ["inodes", "/dev/vda1", undefined, 100, 5, 95, "/"],
    ],
    [
      "a long device",
      "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/mapper/a-very-long-name-of-a-volume\n                     100 95 5 95% /\n",
      ["bytes", "/dev/mapper/a-very-long-name-of-a-volume", undefined, 102400, 5120, 95, "/"],
    ],
    [
      "no counts",
      "Filesystem Inodes IUsed IFree IUse% Mounted on\nproc 0 0 0 - /proc\n",
      ["inodes", "proc", undefined, 0, 0, undefined, "/proc"],
    ],
  ])("reads %s", (_, text, row) => {
    expect(rows(text)).toEqual([row]);
    expect(rows(text.replaceAll("\n", "\r\n")).at(-1)).toEqual(row);
    expect(recognises(dfFormat, text)).toBe(true);
  });

  it("takes types from the output of mount before it", () => {
    const text =
      "/dev/loop3 on /snap/core/1 type squashfs (ro,nodev,relatime)\n/dev/nvme0n1p1 on / type xfs (rw,noatime)\n\n" +
      "Filesystem Size Used Avail Use% Mounted on\n/dev/loop3 100M 100M 0 100% /snap/core/1\n/dev/nvme0n1p1 80G 20G 61G 25% /\n";
    expect(recognises(dfFormat, text)).toBe(true);
    expect(parseDf(text).fileSystems.map(({ type, readOnly }) => [type, readOnly])).toEqual([
      ["squashfs", true],
      ["xfs", false],
    ]);
  });

  it("says what failed, and is no other text", async () => {
    const failed = await dfFormat.decode(
      sourceOf(new TextEncoder().encode("sh: df: command not found\n")),
      "node/df.txt",
    );
    expect(failed.diagnostics[0]).toMatchObject({ effect: "unread", code: "command-failed" });
    for (const text of [
      "a b 1 2 3 4% of /all\n",
      "CPU  100 95 5 95% busy\n",
      "/dev/vda1 on / type ext4 (rw)\n",
    ])
      expect(recognises(dfFormat, text), text).toBe(false);
  });
});

describe("du", () => {
  it("reads kB and units", () => {
    expect(parseDu(sample("du.txt")).entries.at(-1)).toMatchObject({ path: "/var/lib/docker/containers" });
    expect(
      parseDu("4.0K\t./a b\n1.5G\tvar\n12\t/x\n").entries.map(({ bytes, path }) => [bytes, path]),
    ).toEqual([
      [4096, "./a b"],
      [1.5 * GB, "var"],
      [12288, "/x"],
    ]);
  });

  it("is recognised by its lines, and not lists of other numbers", () => {
    expect(recognises(duFormat, sample("du.txt"))).toBe(true);
    expect(recognises(duFormat, "du: cannot read directory '/x': Permission denied\n4\t/y\n8\t/\n")).toBe(
      true,
    );
    expect(recognises(duFormat, "1\tone\n2\ttwo\n3\tthree\n")).toBe(false);
    expect(recognises(duFormat, "12 goroutines\n14 threads\n")).toBe(false);
  });
});

describe("docker system df", () => {
  it("reads its tables as Docker 20 prints them", () => {
    const { entries } = parseDockerDf(sample("docker-system-df-v.txt"));
    expect(entries.map(({ of, name, bytes }) => [of, name, bytes])).toContainEqual([
      "container",
      "k8s_reports_reports-5f7c9_shop",
      25_200_000,
    ]);
    expect(entries.find(({ of }) => of === "image")).toMatchObject({
      name: "registry.example/checkout:7",
      bytes: 1_982_000,
    });
    expect(recognises(dockerDfFormat, sample("docker-system-df-v.txt"))).toBe(true);
  });

  it("reads the summary", () => {
    const text =
      "TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\nImages          12        7         4.1GB     1.2GB (29%)\nLocal Volumes   1         0         30MB      30MB (100%)\n";
    expect(recognises(dockerDfFormat, text)).toBe(true);
    expect(parseDockerDf(text).totals.map(({ of, bytes }) => [of, bytes])).toEqual([
      ["image", 4.1e9],
      ["volume", 3e7],
    ]);
  });
});

describe("docker inspect", () => {
  it("reads logs' limits and how containers ended", () => {
    const { containers } = parseDockerInspect(sample("docker-inspect.json"));
    expect(containers).toHaveLength(3);
    const [first] = containers;
    expect(first).toMatchObject({
      name: "k8s_basket_basket-66d9c_shop",
      logDriver: "json-file",
      exitCode: 128,
      oomKilled: false,
      line: 3,
    });
    expect(first?.logMaxSize).toBeUndefined();
    expect(containers.map(({ line }) => line)).toEqual(
      containers.map(({ line }) => line).sort((a, b) => a - b),
    );
    expect(recognises(dockerInspectFormat, sample("docker-inspect.json"))).toBe(true);
  });

  it("knows a limit, and that a text was cut", () => {
    const limited = sample("docker-inspect.json").replace('"Config": {}', '"Config": {"max-size": "100m"}');
    expect(parseDockerInspect(limited).containers[0]?.logMaxSize).toBe("100m");
    expect(parseDockerInspect(limited.slice(0, 900)).diagnostics[0]).toMatchObject({
      effect: "unread",
      code: "bad-json",
    });
  });
});

describe("files of a full disk", () => {
  it.each([
    [dfFormat, "df.txt"],
    [dfFormat, "df-i.txt"],
    [duFormat, "du.txt"],
    [dockerDfFormat, "docker-system-df-v.txt"],
    [dockerInspectFormat, "docker-inspect.json"],
  ])("survive damage, and are of no other kind: %#", async (format, name) => {
    expect(await mishaps(format, sample(name))).toBe(0);
    const kinds = nodeFormats
      .filter((each) => recognises(each, sample(name), `node/${name}`))
      .map(({ kind }) => kind);
    expect(kinds).toEqual([format.kind]);
  });
});
