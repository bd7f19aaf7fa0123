import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Task } from "../../src/procstack/index.ts";
import { analyzeFiles, verdictsOf } from "../rules/case.ts";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { HostEvidence } from "../../src/evidence/index.ts";

const ROOT = "samples/zap-frozen/bundle/node-c/proc";
const read = (pid: string, file: string): string => readFileSync(`${ROOT}/${pid}/${file}`, "utf8");
const pids = readdirSync(ROOT);

/** What `for d in /proc/[0-9]*; do echo "== $d"; cat $d/FILE …; ls -l $d/ns; done` prints. */
const dump = (files: readonly string[], heading: (pid: string) => string): string =>
  pids.map((pid) => `${heading(pid)}\n${files.map((file) => read(pid, file)).join("")}`).join("");

async function tasksOf(files: Record<string, string>): Promise<readonly Task[]> {
  const inputs = Object.entries(files).map(([name, text]) => ({
    name,
    source: sourceOf(new TextEncoder().encode(text)),
  }));
  const { artifacts } = await openBundle(inputs);
  return new HostEvidence(null, artifacts).tasks;
}

const facts = (tasks: readonly Task[]) =>
  tasks
    .map(({ tid, comm, state, site, killPending, namespaces }) => ({
      tid,
      comm,
      state: state?.letter,
      site: site?.id,
      killPending,
      pid: namespaces?.get("pid"),
    }))
    .sort((a, b) => Number(a.tid) - Number(b.tid));

describe("files of a task's folder, one behind the other below one heading", () => {
  const apart = Object.fromEntries(
    pids.flatMap((pid) => ["stack", "status", "ns"].map((file) => [`proc/${pid}/${file}`, read(pid, file)])),
  );

  it.each([
    ["stack first", ["stack", "status", "ns"]],
    ["status first", ["status", "stack", "ns"]],
    ["links first", ["ns", "status", "stack"]],
  ])("tell the same of each task as the files do: %s", async (_, files) => {
    const expected = facts(await tasksOf(apart));
    for (const heading of [(pid: string) => `== /proc/${pid}`, (pid: string) => `/proc/${pid}/task/${pid}:`])
      expect(facts(await tasksOf({ "tasks.txt": dump(files, heading) }))).toEqual(expected);
  });

  it("are of one kind, and decide what the files decide", async () => {
    const dmesg = readFileSync("samples/zap-frozen/bundle/node-c/dmesg", "utf8");
    const text = dump(["stack", "status", "ns"], (pid) => `== /proc/${pid}`);
    const report = await analyzeFiles({ "b/node-c/tasks.txt": text, "b/node-c/dmesg": dmesg });
    expect(report.artifacts.map(({ kind }) => kind)).toEqual(["kernel-log", "proc-files"]);
    expect(verdictsOf(report, "proc/frozen-filesystem")).toEqual(["confirmed"]);
  });
});
