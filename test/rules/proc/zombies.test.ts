import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf } from "./hang-case.ts";
import { procFiles } from "./tasks.ts";

const RULE = "proc/zombies";
const dead = (count: number, ppid = 70) =>
  Array.from({ length: count }, (_, i) => ({ pid: 100 + i, comm: "sh", state: "Z" as const, ppid }));
const PARENT = { pid: 70, comm: "runner", state: "S" as const, stack: ["ep_poll", "do_epoll_wait"] };

describe(RULE, () => {
  it("counts them by their parent", async () => {
    const finding = findingOf(await analyzeFiles(filesOf("samples/stopped-init/bundle")), RULE);
    expect(finding.summary).toMatch(/^40 children of sleep \(\d+\) are zombies/);
    expect(finding.weight).toBe(40);
  });

  it("is not seen of a few, or of many with a parent each", async () => {
    expect(verdictsOf(await analyzeFiles(procFiles("b", [PARENT, ...dead(19)])), RULE)).toEqual([]);
    const apart = dead(40).map((task, i) => ({ ...task, ppid: 1000 + i }));
    expect(verdictsOf(await analyzeFiles(procFiles("b", apart)), RULE)).toEqual([]);
  });

  it("names a parent that was not collected by its number", async () => {
    const finding = findingOf(await analyzeFiles(procFiles("b", dead(20))), RULE);
    expect(finding.subject).toMatchObject({ name: "pid 70", pid: 70 });
  });

  it("is seen of a parent that is at work, without a cause that is more than likely", async () => {
    const report = await analyzeFiles(procFiles("b", [PARENT, ...dead(20)]));
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(report, "proc/zombie-not-reaped")).toEqual(["likely"]);
  });
});
