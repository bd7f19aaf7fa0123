import { describe, expect, it } from "vitest";
import { filesOf as fixtureOf } from "../evidence/hosts.ts";
import { analyzeFiles } from "../rules/case.ts";
import { shifted } from "./contents.ts";
import type { Files } from "./samples.ts";
import { filesOf } from "./samples.ts";

/** Zones that somebody may have forgotten, in seconds. */
const ZONES = [-12, -5, -3.5, 1, 5.75, 8, 14].map((hours) => hours * 3600);
/** Cases whose verdicts come of times in several artifacts. */
const CASES: Readonly<Record<string, () => Files>> = {
  "abrupt-rollout": () => filesOf("abrupt-rollout"),
  "leak-until-oom": () => filesOf("leak-until-oom"),
  "long-lived-connections": () => filesOf("long-lived-connections"),
  "oom-killed": () => filesOf("oom-killed"),
  "test/fixtures/joins": () => fixtureOf("test/fixtures/joins/bundle"),
};

const confirmed = async (files: Files): Promise<string[]> =>
  (await analyzeFiles(files)).findings
    .filter(({ verdict }) => verdict === "confirmed")
    .map(({ rule }) => rule)
    .sort();

describe.each(Object.entries(CASES))("one artifact of %s in another zone", (_, files) => {
  it("confirms nothing more", async () => {
    const all = files();
    const known = new Set(await confirmed(all));
    for (const path of Object.keys(all)) {
      for (const zone of ZONES) {
        const moved = shifted({ [path]: all[path] ?? new Uint8Array() }, zone);
        // Most have no times at all.
        if (Buffer.compare(moved[path] ?? new Uint8Array(), all[path] ?? new Uint8Array()) === 0) break;
        const more = (await confirmed({ ...all, ...moved })).filter((rule) => !known.has(rule));
        expect(more, `${path} by ${zone} s`).toEqual([]);
      }
    }
  });
});

describe("a capture whose clock is wrong by a zone", () => {
  it("confirms no rollout that broke connections, nor does one of a machine whose clock nothing keeps", async () => {
    const all = filesOf("abrupt-rollout");
    expect(await confirmed(all)).toContain("kube/abrupt-rollout");
    const captures = Object.keys(all).filter((path) => path.endsWith(".pcap"));
    for (const zone of ZONES) {
      const moved = shifted(
        Object.fromEntries(captures.map((path) => [path, all[path] ?? new Uint8Array()])),
        zone,
      );
      expect(await confirmed({ ...all, ...moved }), String(zone)).not.toContain("kube/abrupt-rollout");
    }
    const [capture = ""] = captures;
    const folder = capture.slice(0, capture.lastIndexOf("/"));
    const clock = (kept: string): Uint8Array =>
      new TextEncoder().encode(
        `  Local time: Fri 2026-11-20 18:00:00 CST\n  Universal time: Fri 2026-11-20 10:00:00 UTC\n  Time zone: Asia/Shanghai (CST, +0800)\n  System clock synchronized: ${kept}\n`,
      );
    expect(await confirmed({ ...all, [`${folder}/timedatectl.txt`]: clock("yes") })).toContain(
      "kube/abrupt-rollout",
    );
    expect(await confirmed({ ...all, [`${folder}/timedatectl.txt`]: clock("no") })).not.toContain(
      "kube/abrupt-rollout",
    );
  });
});
