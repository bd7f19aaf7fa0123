import { answered, lookup } from "../rules/dns/lookups.ts";
import type { Timed } from "../rules/packets.ts";
import { attempt, capture } from "../rules/packets.ts";
import { beginning, withLosses } from "./captures.ts";
import { changed } from "./contents.ts";
import type { Files } from "./samples.ts";
import { filesOf } from "./samples.ts";

/** One way in which a sample's evidence goes, step by step. */
export interface Sweep {
  readonly sample: string;
  /** The causes or symptoms whose verdicts are watched. */
  readonly rules: readonly string[];
  /** The evidence of each step, by its label; all of it first. Each step holds less than the one before. */
  readonly steps: ReadonlyMap<string, () => Files>;
}

export interface Family {
  readonly title: string;
  /** What the steps are. */
  readonly about: string;
  readonly sweeps: readonly Sweep[];
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const SHARES = [1, 0.75, 0.5, 0.25, 0.1, 0.05, 0];

const stepsOf = <T>(all: readonly T[], label: (one: T) => string, files: (one: T) => Files): Sweep["steps"] =>
  new Map(all.map((one) => [label(one), () => files(one)]));
const without = (files: Files, what: RegExp): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !what.test(path)));
const firstLines = (text: string, count: number): string =>
  text.split("\n").slice(0, count).join("\n") + "\n";
/** Changes the texts whose paths match. */
const edited = (files: Files, which: RegExp, to: (text: string) => string): Files =>
  changed(files, { text: (text, path) => (which.test(path) ? to(text) : text) });

/** So much of the time that each capture covers; nothing is the bundle without them. */
const shorter = (sample: string, ...rules: string[]): Sweep => ({
  sample,
  rules,
  steps: stepsOf(SHARES, percent, (share) =>
    share === 0
      ? without(filesOf(sample), /\.pcap$/)
      : changed(filesOf(sample), { capture: (file) => beginning(file, share) }),
  ),
});

const lessLost = (sample: string, ...rules: string[]): Sweep => ({
  sample,
  rules,
  steps: stepsOf([1, 0.5, 0.25, 0.1, 0.05, 0.02, 0], percent, (share) =>
    changed(filesOf(sample), { capture: (file) => withLosses(file, share) }),
  ),
});

/** One kind of file after another, each on top of those before. */
const lost = (sample: string, rules: readonly string[], kinds: Readonly<Record<string, RegExp>>): Sweep => {
  const all = Object.entries(kinds);
  return {
    sample,
    rules,
    steps: new Map([
      ["all", () => filesOf(sample)],
      ...all.map(([label], i): [string, () => Files] => [
        `− ${label}`,
        () => all.slice(0, i + 1).reduce((files, [, what]) => without(files, what), filesOf(sample)),
      ]),
    ]),
  };
};

/** The last of the profiles that were taken one after another, with what lies beside them. */
const fewer = (sample: string, profiles: RegExp, ...rules: string[]): Sweep => {
  const files = filesOf(sample);
  const all = Object.keys(files)
    .filter((path) => profiles.test(path))
    .sort();
  const counts = all.map((_, i) => all.length - i).concat(0);
  return {
    sample,
    rules,
    steps: stepsOf(counts, String, (count) => {
      const gone = new Set(all.slice(0, all.length - count));
      return Object.fromEntries(Object.entries(files).filter(([path]) => !gone.has(path)));
    }),
  };
};

/** A share of the goroutines of a text; the profile beside it, which counts them all, is left out. */
const fewerGoroutines = (sample: string, ...rules: string[]): Sweep => ({
  sample,
  rules,
  steps: stepsOf([1, 0.5, 0.25, 0.1, 0.05, 0.02], percent, (share) =>
    edited(without(filesOf(sample), /\.pb\.gz$/), /debug2/, (text) => {
      const all = text.split("\n\n");
      return all.filter((_, i) => i < Math.max(20, all.length * share)).join("\n\n");
    }),
  ),
});

/** What file systems keep for themselves. */
const OVERHEAD = 0.015;

/** The disk that is full with so much of it in use. */
const fuller = (percents: readonly number[]): Sweep => ({
  sample: "disk-full",
  rules: ["node/no-space", "node/disk-full"],
  steps: stepsOf(
    percents,
    (used) => `${used} %`,
    (used) =>
      edited(filesOf("disk-full"), /\/df\.txt$/, (text) =>
        text.replace(/^(\/dev\/loop0 +)(\d+) +\d+ +\d+ +\d+%/m, (_, device: string, blocks: string) => {
          const room = Math.floor(Number(blocks) * (1 - OVERHEAD));
          const taken = Math.round((room * used) / 100);
          return `${device}${blocks} ${taken} ${room - taken} ${used}%`;
        }),
      ),
  ),
});

const lines = (sample: string, which: RegExp, counts: readonly number[], ...rules: string[]): Sweep => ({
  sample,
  rules,
  steps: stepsOf(
    counts,
    (count) => (count === Infinity ? "all" : String(count)),
    (count) =>
      count === 0
        ? without(filesOf(sample), which)
        : edited(filesOf(sample), which, (text) => (count === Infinity ? text : firstLines(text, count))),
  ),
});

/** What is left of the kernel's log of a kill when people look for words in it. */
const grepped = (sample: string, ...rules: string[]): Sweep => ({
  sample,
  rules,
  steps: new Map([
    ["all", () => filesOf(sample)],
    ...(
      [
        ["grep -i -E 'oom\\|killed'", /oom|killed/i],
        ["grep -i oom", /oom/i],
        ["grep oom-kill:", /oom-kill:/],
        ["grep invoked", /invoked/],
      ] as const
    ).map(([label, kept]): [string, () => Files] => [
      label,
      () =>
        edited(filesOf(sample), /dmesg$/, (text) =>
          text
            .split("\n")
            .filter((line) => kept.test(line))
            .join("\n"),
        ),
    ]),
    ["no log", () => without(filesOf(sample), /dmesg$/)],
    ["no log, no pods", () => without(filesOf(sample), /dmesg$|pods\.yaml$/)],
  ]),
});

/** What `/proc` tells of a task, the dearest to get first. */
const PROC = {
  dmesg: /\/dmesg$/,
  cmdline: /\/cmdline$/,
  wchan: /\/wchan$/,
  "task/": /\/task\//,
  cgroup: /\/cgroup$/,
  ns: /\/ns$/,
  status: /\/status$/,
  stack: /\/stack$/,
};
/** The reverse, so that what the stacks alone carry is seen to fall. */
const STACK_FIRST = { stack: /\/stack$/, wchan: /\/wchan$/ };

const hang = (sample: string, ...rules: string[]): Sweep => lost(sample, rules, PROC);

/** Lookups that were well, twenty a second. */
const lookups = (count: number): Timed[] => answered(count, 20);

/** So many lost packets, far from each other, each with a repetition that was answered; how many were well is what is swept. */
const amongMany = (
  sample: string,
  lost: number,
  of: (i: number) => readonly Timed[],
  well: (count: number) => Timed[],
  rule: string,
): Sweep => ({
  sample,
  rules: [rule],
  steps: stepsOf([10, 100, 500, 1000, 2500, 10_000], String, (count) => ({
    "node/all.pcap": capture([
      ...well(count),
      ...Array.from({ length: lost }, (_, i) => of(i)).flat(),
      ...lookups(1).map(([time, packet]): Timed => [count / 20 + 60 + time, packet]),
    ]),
  })),
});

const lostQuery = (i: number): readonly Timed[] =>
  lookup({ time: 2 + i * 150, name: `db${i}.example`, port: 39000 + i, ids: [500, 501], a: 1, retry: 5 });
const lostSyn = (i: number): readonly Timed[] =>
  attempt({ time: 2 + i * 150, from: `10.0.9.9:${20000 + i}`, to: "10.0.0.2:8080", outcome: "late" });
const handshakes = (count: number): Timed[] =>
  Array.from({ length: count }, (_, i) =>
    attempt({
      time: i / 20,
      from: `10.0.${i >> 12}.20:${4000 + (i & 4095)}`,
      to: "10.0.0.2:8080",
      outcome: "answered",
    }),
  ).flat();

export const FAMILIES: readonly Family[] = [
  {
    title: "Captures that end earlier",
    about:
      "What is left of the time that the capture covers; 0 %: there is none. All else in the bundle stays.",
    sweeps: [
      shorter("tw-recycle-nat", "tcp/syn-unanswered", "tcp/tw-recycle-nat"),
      shorter("syn-backlog-overflow", "tcp/syn-backlog-overflow"),
      shorter("snat-port-race", "tcp/snat-port-race"),
      shorter("syn-unanswered", "tcp/syn-unanswered", "tcp/firewall-drop"),
      shorter("dns-duplicate-id", "dns/failed-lookup", "dns/duplicate-id"),
      shorter("dns-upstream-dead", "dns/silent-server", "dns/upstream-dead", "node/stale-resolv-conf"),
      shorter("dns-search-list", "dns/search-amplification", "dns/hosts-bypassed"),
      shorter("dns-top-talker", "dns/top-talker"),
      shorter("long-lived-connections", "tcp/long-lived-connections"),
      shorter("abrupt-rollout", "tcp/connection-refused", "kube/abrupt-rollout"),
      shorter("refused-and-icmp", "tcp/connection-refused", "tcp/icmp-unreachable"),
    ],
  },
  {
    title: "Fewer losses",
    about:
      "What is left of the connections and lookups of which the capture shows one end only; the others stay, and so do counters and settings.",
    sweeps: [
      lessLost("tw-recycle-nat", "tcp/syn-unanswered", "tcp/tw-recycle-nat"),
      lessLost("syn-backlog-overflow", "tcp/syn-unanswered", "tcp/syn-backlog-overflow"),
      lessLost("snat-port-race", "tcp/syn-unanswered", "tcp/snat-port-race"),
      lessLost("syn-unanswered", "tcp/syn-unanswered", "tcp/firewall-drop"),
      lessLost("dns-upstream-dead", "dns/silent-server", "dns/upstream-dead"),
    ],
  },
  {
    title: "Losses among more that is well",
    about:
      "Queries and SYNs that were lost once and answered when they were sent again, in a capture that shows so many others that were answered at once. What one packet in 10,000 gives by chance is nobody's trouble.",
    sweeps: [
      amongMany("1-lost-query", 1, lostQuery, lookups, "dns/slow-lookup"),
      amongMany("2-lost-queries", 2, lostQuery, lookups, "dns/slow-lookup"),
      amongMany("2-lost-SYNs", 2, lostSyn, handshakes, "tcp/syn-unanswered"),
    ],
  },
  {
    title: "Fewer profiles",
    about: "The latest of the profiles that were taken one after another.",
    sweeps: [
      fewer("unclosed-bodies", /goroutine-\d/, "go/goroutine-pileup", "go/goroutine-leak"),
      fewer("leak-until-oom", /goroutine-second/, "go/goroutine-leak", "kube/oom-by-leak"),
      fewer("heap-growth", /heap-minute/, "go/heap-dominator", "go/heap-growth"),
    ],
  },
  {
    title: "Fewer goroutines",
    about: "What is left of the goroutines in one dump (3,000 to 400 of them), but at least 20.",
    sweeps: [
      fewerGoroutines("goroutine-leak", "go/goroutine-pileup", "go/goroutine-leak"),
      fewerGoroutines("mutex-contention", "go/goroutine-pileup", "go/mutex-contention"),
      fewerGoroutines("mutex-deadlock", "go/goroutine-pileup", "go/mutex-deadlock"),
    ],
  },
  {
    title: "A disk that is less full",
    about:
      "What `df` says of the disk at `/var/lib/docker`; the event that told that there was no space stays.",
    sweeps: [fuller([100, 99, 98, 97, 95, 92, 90, 85, 80, 50])],
  },
  {
    title: "Fewer lines of the kernel's log",
    about: "The first lines of `dmesg`.",
    sweeps: [
      lines(
        "conntrack-full",
        /dmesg$/,
        [Infinity, 5, 3, 2, 1, 0],
        "node/conntrack-drops",
        "node/conntrack-full",
      ),
    ],
  },
  {
    title: "The log of a kill, searched for words",
    about: "What is left of `dmesg` when somebody sends what `grep` found.",
    sweeps: [
      grepped("oom-killed", "kube/oom-killed", "kube/memory-limit-reached"),
      grepped("leak-until-oom", "kube/oom-killed", "kube/oom-by-leak"),
    ],
  },
  {
    title: "Less of a controller's log and metrics",
    about: "One kind of file after another, each on top of those before.",
    sweeps: [
      lost(
        "endpoint-resync-storm",
        ["kube/workqueue-backlog", "kube/endpoint-write-storm", "kube/endpoint-resync-storm"],
        {
          "Prometheus' answer": /prometheus\//,
          "the API server's metrics": /apiserver\/metrics/,
          "the controller's metrics": /controller-manager\//,
          "Services and Endpoints": /cluster\//,
        },
      ),
      lines(
        "endpoint-resync-storm",
        /kube-apiserver\.log/,
        [Infinity, 4000, 2000, 1000, 300, 100, 0],
        "kube/workqueue-backlog",
        "kube/endpoint-write-storm",
        "kube/endpoint-resync-storm",
      ),
    ],
  },
  {
    title: "Hangs, with less of /proc",
    about: "One kind of file after another, each on top of those before.",
    sweeps: [
      hang("zap-frozen", "proc/pid-namespace-zap-hang", "proc/frozen-filesystem"),
      hang("s6-sync", "proc/pid-namespace-zap-hang", "proc/s6-sync", "proc/frozen-filesystem"),
      hang("zap-fuse", "proc/pid-namespace-zap-hang", "proc/fuse-server-stuck"),
      hang("frozen-cgroup", "proc/uninterruptible", "proc/frozen-cgroup"),
      hang("memcg-oom-disabled", "proc/uninterruptible", "proc/memcg-oom-disabled"),
      hang("xtables-lock", "proc/file-lock-wait", "proc/xtables-lock"),
      hang("cni-version", "proc/stdin-wait", "cni/version-reads-stdin"),
    ],
  },
  {
    title: "Hangs without a stack",
    about: "What is left where the kernel shows no stacks, as to anybody but root.",
    sweeps: ["zap-frozen", "s6-sync", "zap-fuse", "memcg-oom-disabled", "xtables-lock"].map((sample) =>
      lost(
        sample,
        ["proc/pid-namespace-zap-hang", "proc/uninterruptible", "proc/file-lock-wait"],
        STACK_FIRST,
      ),
    ),
  },
];
