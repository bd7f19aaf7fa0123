import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf, replaced, without } from "./hang-case.ts";

const RULE = "proc/xtables-lock";
const FILES = filesOf("samples/xtables-lock/bundle");

describe(RULE, () => {
  it("is confirmed where iptables commands wait for one that holds the lock", async () => {
    const finding = findingOf(await analyzeFiles(FILES), RULE);
    expect(finding).toMatchObject({ verdict: "confirmed", explains: ["proc/file-lock-wait"] });
    expect(finding.evidence.map(({ text }) => text)).toContain("descriptor 3 is /run/xtables.lock");
  });

  it("is likely where nothing names the holder", async () => {
    const finding = findingOf(await analyzeFiles(without(FILES, /locks$/)), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing[0]?.command).toContain("/proc/locks");
  });

  it("has nothing to say of other programs' locks", async () => {
    const others = replaced(FILES, /iptables-legacy/g, "backup-agent");
    const report = await analyzeFiles(others);
    expect(verdictsOf(report, "proc/file-lock-wait")).toEqual(["confirmed"]);
    expect(verdictsOf(report, RULE)).toEqual([]);
  });

  it("is held down where another program holds the lock that iptables waits for", async () => {
    const rival = replaced(FILES, /(11812\/comm\n)?/g, "");
    const holder = Object.keys(rival).filter((path) => /\/11812\/(?:comm|status|stat)$/.test(path));
    for (const path of holder) rival[path] = (rival[path] ?? "").replaceAll("iptables-legacy", "lock-holder");
    expect(findingOf(await analyzeFiles(rival), RULE).verdict).toBe("likely");
  });
});
