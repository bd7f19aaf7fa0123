import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles } from "../rules/case.ts";
import { changed } from "./contents.ts";
import { filesOf } from "./samples.ts";
import { measure, noise, rising } from "./sensitivity.ts";
import { FAMILIES } from "./sweeps.ts";

interface Row {
  readonly family: string;
  readonly sample: string;
  readonly rule: string;
  readonly letters: string;
}

/** The rows of the page. */
const ROWS: readonly Row[] = readFileSync("docs/sensitivity.md", "utf8")
  .split("\n## ")
  .flatMap((part) => {
    const family = part.slice(0, part.indexOf("\n"));
    return [...part.matchAll(/^\| (\S+) +\| \[([\w/-]+)\]\(.*?\) +\|(.*)\|$/gm)].map(
      ([, sample = "", rule = "", cells = ""]) => {
        const letters = cells.split("|").map((cell) => cell.trim());
        return { family, sample, rule, letters: letters.join(" ") };
      },
    );
  });

/** The sweeps that are made here; all of them take longer. */
const HELD = FAMILIES.flatMap(({ title, sweeps }) =>
  sweeps
    .filter(({ sample }) =>
      /^(?:tw-recycle-nat|snat-port-race|dns-upstream-dead|unclosed-bodies|heap-growth|leak-until-oom|disk-full|conntrack-full|\d-lost-\w+|oom-killed|zap-fuse|cni-version)$/.test(
        sample,
      ),
    )
    .map((sweep) => ({ title, sample: sweep.sample, sweep })),
);

/**
 * How much must be enough, written from what such an incident leaves behind: half a capture, a quarter of the losses, three profiles.
 * At the step of this number the rule has at least this verdict.
 */
const ENOUGH: readonly (readonly [
  family: string,
  sample: string,
  rule: string,
  step: number,
  letter: string,
])[] = [
  ["Captures that end earlier", "tw-recycle-nat", "tcp/tw-recycle-nat", 2, "C"],
  ["Captures that end earlier", "syn-backlog-overflow", "tcp/syn-backlog-overflow", 2, "C"],
  ["Captures that end earlier", "snat-port-race", "tcp/snat-port-race", 2, "C"],
  ["Captures that end earlier", "syn-unanswered", "tcp/syn-unanswered", 3, "C"],
  ["Captures that end earlier", "dns-duplicate-id", "dns/duplicate-id", 3, "C"],
  ["Captures that end earlier", "dns-upstream-dead", "dns/upstream-dead", 3, "C"],
  ["Captures that end earlier", "dns-search-list", "dns/search-amplification", 3, "C"],
  ["Fewer losses", "tw-recycle-nat", "tcp/tw-recycle-nat", 2, "C"],
  ["Fewer losses", "dns-upstream-dead", "dns/upstream-dead", 2, "C"],
  ["Fewer profiles", "heap-growth", "go/heap-growth", 1, "C"],
  ["Fewer profiles", "leak-until-oom", "go/goroutine-leak", 1, "L"],
  ["Fewer goroutines", "goroutine-leak", "go/goroutine-leak", 3, "L"],
  ["A disk that is less full", "disk-full", "node/disk-full", 3, "C"],
  ["The log of a kill, searched for words", "oom-killed", "kube/memory-limit-reached", 2, "L"],
  ["Hangs, with less of /proc", "zap-frozen", "proc/frozen-filesystem", 6, "C"],
];
const LETTERS = ["–", "x", "P", "L", "C"];

describe("docs/sensitivity.md", () => {
  it("has a row for each rule of each sweep", () => {
    const demanded = FAMILIES.flatMap(({ sweeps }) => sweeps.flatMap(({ rules }) => rules));
    expect(ROWS.map(({ rule }) => rule).sort()).toEqual(demanded.sort());
  });

  it("shows no verdict that rises when evidence is taken away", () => {
    expect(ROWS.filter(({ letters }) => rising(letters) !== -1)).toEqual([]);
  });

  it.each(ENOUGH)("%s, %s: %s at step %i is still at least %s", (family, sample, rule, step, letter) => {
    const row = ROWS.find((one) => one.family === family && one.sample === sample && one.rule === rule);
    const given = row?.letters.split(" ")[step] ?? "";
    expect(LETTERS.indexOf(given)).toBeGreaterThanOrEqual(LETTERS.indexOf(letter));
  });

  it.each(HELD)(
    "$title, $sample: as the page has it (node scripts/pages.mjs)",
    async ({ title, sample, sweep }) => {
      for (const [rule, letters] of await measure(sweep))
        expect(ROWS).toContainEqual({ family: title, sample, rule, letters });
    },
  );
});

describe("noise on a healthy node", () => {
  it("packets that the sniffer lost make no cause likely, and say nothing of TCP", async () => {
    for (const lost of [0.01, 0.05]) {
      const said = [...(await noise(lost, 6)).keys()];
      expect(said.filter((what) => what.startsWith("tcp/"))).toEqual([]);
      expect(
        said.filter((what) => / (?:likely|confirmed)$/.test(what) && what !== "dns/slow-lookup confirmed"),
      ).toEqual([]);
    }
  });

  it("the counters of a long life say nothing", async () => {
    const counted: readonly (readonly [RegExp, string])[] = [
      [/ 0 segments retransmitted/, " 41 segments retransmitted"],
      [/ 0 failed connection attempts/, " 37 failed connection attempts"],
      [/ 0 connection resets received/, " 112 connection resets received"],
      [/ 0 resets sent/, " 64 resets sent"],
      [/ 0 bad segments received/, " 2 bad segments received"],
      [/ 0 packet receive errors/, " 3 packet receive errors"],
      [/ 0 receive buffer errors/, " 3 receive buffer errors"],
      [
        /TcpExt:\n/,
        "TcpExt:\n    2 passive connections rejected because of time stamp\n" +
          "    3 times the listen queue of a socket overflowed\n    3 SYNs to LISTEN sockets dropped\n" +
          "    12 other TCP timeouts\n    TCPSynRetrans: 9\n    TCPTimeouts: 12\n",
      ],
    ];
    const files = changed(filesOf("healthy"), {
      text: (text, path) =>
        /netstat/.test(path) ? counted.reduce((all, [what, by]) => all.replace(what, by), text) : text,
    });
    expect(files).not.toEqual(filesOf("healthy"));
    expect((await analyzeFiles(files)).findings).toEqual([]);
  });
});
