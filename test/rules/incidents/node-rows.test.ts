import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeFiles, verdictsOf } from "../case.ts";
import { filesOf, replaced } from "../proc/hang-case.ts";

type Files = Record<string, string | Uint8Array>;

const without = <T>(files: Record<string, T>, pattern: RegExp): Record<string, T> =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !pattern.test(path)));

/** The rows B2, F1, F2, F3 and A1's kill for want of memory: the whole bundle, each piece taken away, and the rivals. */
const verdicts = async (files: Files, rule: string) => [
  ...new Set(verdictsOf(await analyzeFiles(files), rule)),
];

interface Row {
  readonly rule: string;
  readonly bundle: Files;
  /** What is taken away, and what is said then. */
  readonly less: readonly (readonly [what: string, pieces: RegExp, verdicts: readonly string[]])[];
  /** What looks like it. */
  readonly rivals: readonly (readonly [what: string, bundle: Files, verdicts: readonly string[]])[];
}

const CNI = filesOf("samples/cni-version/bundle");
const DISK = filesOf("samples/disk-full/bundle");
/** Captures and profiles as they are. */
const binaries = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [`b/${path.slice(folder.length + 1)}`, readFileSync(path)]),
  );
const DNS = binaries("samples/dns-upstream-dead/bundle");
const LEAK = binaries("samples/leak-until-oom/bundle");
/** The same log, ten days on. */
const later = (files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      path.endsWith("dmesg") ? `${text.trimEnd()}\n[99900000.000000] eth0: link up\n` : text,
    ]),
  );
const FRAGMENTED = filesOf("test/fixtures/node/fragmentation");

const ROWS: Record<string, Row> = {
  "B2: a CNI plugin that reads standard input": {
    rule: "cni/version-reads-stdin",
    bundle: CNI,
    less: [
      ["the library's version", /go-version/, ["confirmed"]],
      ["the environment: its path says that it is a plugin", /environ/, ["confirmed"]],
      ["the environment and the version", /environ|go-version/, ["likely"]],
      ["the stacks", /stack|wchan|syscall/, []],
    ],
    rivals: [
      ["a library that is mended", replaced(CNI, "cni\tv0.6.0", "cni\tv0.8.1"), ["ruled-out"]],
      [
        "ADD, which reads its network's configuration",
        replaced(CNI, "CNI_COMMAND=VERSION", "CNI_COMMAND=ADD"),
        ["ruled-out"],
      ],
    ],
  },
  "F1: a full disk": {
    rule: "node/disk-full",
    bundle: DISK,
    less: [
      ["df", /df(?:-i)?\.txt$|df-v/, ["likely"]],
      ["events and what holds the room", /events|du\.txt|df-v|inspect/, ["likely"]],
      ["events", /events/, ["confirmed"]],
    ],
    rivals: [
      ["room of both kinds", replaced(DISK, "273527         0 100%", "73527    200000  27%"), ["possible"]],
    ],
  },
  "F2: memory in small pieces": {
    rule: "node/memory-fragmentation",
    bundle: FRAGMENTED,
    less: [
      ["buddyinfo", /buddyinfo/, ["confirmed"]],
      ["the kernel's log", /dmesg/, []],
    ],
    rivals: [
      [
        "what was ten days ago, when nothing is known of now",
        without(later(FRAGMENTED), /buddyinfo/),
        ["likely"],
      ],
      ["small requests, of a node that is short of memory", replaced(FRAGMENTED, /order:\d/g, "order:0"), []],
    ],
  },
  "F3: a server out of resolvconf's base list": {
    rule: "node/stale-resolv-conf",
    bundle: DNS,
    less: [
      ["the capture", /pcap/, ["likely"]],
      ["the base list", /resolvconf\//, []],
      ["CoreDNS's log", /coredns\.log/, ["confirmed"]],
      ["all but the configuration", /pcap|coredns\.log/, []],
    ],
    rivals: [],
  },
  "A1: a leak until the kernel killed": {
    rule: "kube/oom-by-leak",
    bundle: LEAK,
    less: [
      ["the kernel's log: the pod's status says it too", /dmesg/, ["confirmed"]],
      ["the profiles", /pb\.gz/, []],
      ["log and status", /dmesg|pods\.yaml/, []],
    ],
    rivals: [],
  },
};

describe.each(Object.entries(ROWS))("%s", (_, { rule, bundle, less, rivals }) => {
  it("is confirmed with all that was held", async () => {
    expect(await verdicts(bundle, rule)).toEqual(["confirmed"]);
  });

  it.each([...less])("is no surer than it can be without %s", async (_what, pieces, expected) => {
    expect(await verdicts(without(bundle, pieces), rule)).toEqual(expected);
  });

  it.each([...rivals])("is not taken for %s", async (_what, files, expected) => {
    expect(await verdicts(files, rule)).toEqual(expected);
  });
});

describe("two hosts", () => {
  const moved = (files: Files, pattern: RegExp, to: string): Files =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        pattern.test(path) ? path.replace(/^b\/[^/]+\//, `b/${to}/`) : path,
        text,
      ]),
    );

  it("joins no list of one with the dead server of another", async () => {
    expect(await verdicts(moved(DNS, /resolvconf\//, "node-z"), "node/stale-resolv-conf")).toEqual([]);
  });

  it("joins no full disk of one with what holds the room of another", async () => {
    const report = await analyzeFiles(moved(DISK, /du\.txt|df-v|inspect/, "node-z"));
    const [finding] = report.findings.filter(({ rule }) => rule === "node/disk-full");
    expect(finding?.host).toBe("node-h");
    expect(finding?.evidence.some(({ artifact }) => artifact.startsWith("b/node-z/"))).toBe(false);
  });

  it("joins no kill in one's log with the leak of another", async () => {
    const report = await analyzeFiles(moved(LEAK, /dmesg/, "node-z"));
    const [finding] = report.findings.filter(({ rule }) => rule === "kube/oom-by-leak");
    expect(finding?.evidence.some(({ artifact }) => artifact.startsWith("b/node-z/")) ?? false).toBe(false);
  });

  it("joins no stack of one with the environment of another", async () => {
    expect(
      await verdicts(moved(CNI, /environ|fd$|go-version|cmdline|comm$/, "node-z"), "cni/version-reads-stdin"),
    ).toEqual([]);
  });
});
