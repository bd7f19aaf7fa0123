import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf as fixture } from "../../procstack/fixtures.ts";
import { filesOf, replaced } from "./hang-case.ts";
import { FROZEN_WRITER, INIT, procFiles } from "./tasks.ts";

const RULE = "proc/zombie-not-reaped";

describe(RULE, () => {
  it("is confirmed where the parent is stopped", async () => {
    const finding = findingOf(await analyzeFiles(filesOf("samples/stopped-init/bundle")), RULE);
    expect(finding).toMatchObject({ verdict: "confirmed", explains: ["proc/zombies"] });
    expect(finding.summary).toContain(", which is stopped, has not reaped it.");
  });

  it("explains a container whose last zombie has a parent outside that never waits", async () => {
    const files = Object.fromEntries(fixture("unreaped").map(({ path, bytes }) => [path, bytes]));
    const report = await analyzeFiles(files);
    expect(findingOf(report, RULE)).toMatchObject({ explains: ["proc/pid-namespace-zap-hang"] });
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });

  it("is no rival where a task that lives keeps the namespace", async () => {
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, FROZEN_WRITER])), RULE)).toEqual([]);
  });

  it("asks what the parent is doing where its state was not collected", async () => {
    const files = replaced(filesOf("samples/stopped-init/bundle"), /State:\tT \(stopped\)\n/g, "");
    const finding = findingOf(await analyzeFiles(files), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing[0]?.command).toContain("/proc/PPID/");
  });
});
