import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "runtime/shims-left";
const PS = readFileSync("test/fixtures/stands/shims-left/node-a/ps.txt", "utf8");
const verdicts = async (text: string) => verdictsOf(await analyzeFiles({ "b/ps.txt": text }), RULE);
const lines = PS.split("\n");

it("is seen in a listing of all processes", async () => {
  const finding = findingOf(await analyzeFiles({ "b/node-a/ps.txt": PS }), RULE);
  expect(finding).toMatchObject({ verdict: "confirmed", host: "node-a", weight: 12 });
  expect(finding.summary).toContain(
    "12 of 34 shims have no process below them, and so no container: 5feceb66ffc8",
  );
  expect(finding.evidence[0]).toMatchObject({ where: { line: 7, pid: 2000 } });
});

it("is seen in other columns", async () => {
  const rows = lines.flatMap((line) => {
    const [, pid, ppid, , , , , ...args] = line.trim().split(/\s+/);
    return line.startsWith("UID") || pid === undefined ? [] : [`${pid} ${ppid} S ${args.join(" ")}`];
  });
  expect(await verdicts(["PID PPID S COMMAND", ...rows, ""].join("\n"))).toEqual(["confirmed"]);
});

it("is not a few of them, nor those with containers", async () => {
  // Nine are left.
  expect(await verdicts([...lines.slice(0, 6), ...lines.slice(9)].join("\n"))).toEqual([]);
  expect(await verdicts([...lines.slice(0, 6), ...lines.slice(18)].join("\n"))).toEqual([]);
});

it("is not told of a listing that may be cut", async () => {
  expect(await verdicts(lines.filter((line) => !line.endsWith("ps -ef")).join("\n"))).toEqual([]);
  expect(await verdicts(lines.filter((line) => !line.includes("[kthreadd]")).join("\n"))).toEqual([]);
  const shims = lines.filter((line, at) => at === 0 || line.includes("containerd-shim"));
  expect(await verdicts(shims.join("\n"))).toEqual([]);
});
