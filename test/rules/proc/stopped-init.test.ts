import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf, replaced } from "./hang-case.ts";

const RULE = "proc/stopped-init";
const status = (state: string, nspid: string, tracer = 0): Record<string, string> => ({
  "b/proc/700/status": `Name:\tapp\nState:\t${state}\nTgid:\t700\nPid:\t700\nPPid:\t600\nTracerPid:\t${tracer}\nNSpid:\t${nspid}\n`,
  "b/proc/800/status":
    "Name:\tstrace\nState:\tS (sleeping)\nTgid:\t800\nPid:\t800\nPPid:\t1\nTracerPid:\t0\nNSpid:\t800\n",
});

describe(RULE, () => {
  it("is seen in a container that somebody stopped", async () => {
    const finding = findingOf(await analyzeFiles(filesOf("samples/stopped-init/bundle")), RULE);
    expect(finding.summary).toContain("is stopped, and no debugger holds it");
  });

  it("names the debugger", async () => {
    const finding = findingOf(await analyzeFiles(status("t (tracing stop)", "700\t1", 800)), RULE);
    expect(finding.summary).toBe(
      "app (700), pid 1 of its pid namespace, is stopped under its debugger, strace (800).",
    );
  });

  it("is not seen of a stopped program that is no container's first, or of one that runs", async () => {
    expect(verdictsOf(await analyzeFiles(status("T (stopped)", "700")), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeFiles(status("T (stopped)", "700\t7")), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeFiles(status("S (sleeping)", "700\t1", 800)), RULE)).toEqual([]);
  });

  it("can't be seen without the line of pids", async () => {
    const files = replaced(status("T (stopped)", "700\t1"), /NSpid.*\n/g, "");
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });
});
