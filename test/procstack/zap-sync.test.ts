import { describe, expect, it } from "vitest";
import {
  type BlockingChain,
  blockedTasks,
  blockingChains,
  isBlocked,
  type KernelLog,
  type Link,
  nameOf,
  rootOf,
  rootsOf,
} from "../../src/procstack/index.ts";
import { evidenceOf, filesOf, kindsOf } from "./fixtures.ts";

const FILES = filesOf("zap-sync");

/** The files of the case but those that a pattern names. */
const without = (pattern: RegExp) => FILES.filter(({ path }) => !pattern.test(path));

async function chainOf(files: typeof FILES): Promise<BlockingChain> {
  const { tasks, logs } = await evidenceOf(files);
  const chains = blockingChains(tasks, logs);
  expect(chains).toHaveLength(1);
  return chains[0] as BlockingChain;
}

const label = (link: Link) => [link.from.tid, link.to?.tid, link.certainty];
const best = (chain: BlockingChain) => rootOf(chain).path.map(label);

describe("zap-sync: a container's init that can't die", () => {
  it("knows every file by itself", () => {
    for (const { path, bytes } of FILES) {
      const name = path.split("/").at(-1) ?? "";
      const kind = name === "dmesg" ? "kernel-log" : `proc-${name}`;
      expect([path, ...kindsOf(path, bytes)]).toEqual(name === "uname" ? [path] : [path, kind]);
    }
  });

  it("is followed from the init to the frozen file system", async () => {
    const chain = await chainOf(FILES);
    expect(chain.init.tid).toBe(20951);
    expect(chain.pidNamespace).toBe(4026532336);
    expect(chain.members.map(({ task, membership }) => [task.tid, task.comm, membership])).toEqual([
      [20952, "sync", "ns-inode"],
    ]);
    expect(chain.links.map(label)).toEqual([
      [20951, 20952, "named"],
      [20952, 20880, "named"],
      [20880, 36, "sole-candidate"],
    ]);
    expect(chain.cycles).toEqual([]);
    const roots = rootsOf(chain);
    expect(roots).toHaveLength(1);
    const [root] = roots;
    expect(root?.task.tid).toBe(36);
    expect(root?.site?.id).toBe("frozen-filesystem");
    expect(root?.site?.frame.symbol).toBe("lo_rw_aio");
    expect(root?.certainty).toBe("sole-candidate");
    expect(root?.path).toEqual(chain.links);
  });

  it("cites the lines that say so", async () => {
    const chain = await chainOf(FILES);
    expect(chain.links.map((link) => link.cites)).toEqual([
      [
        { path: "zap-sync/proc/20952/ns", line: 6 },
        { path: "zap-sync/proc/20951/ns", line: 14 },
      ],
      [
        { path: "zap-sync/dmesg", line: 160 },
        { path: "zap-sync/proc/20952/stack", line: 1 },
      ],
      [
        { path: "zap-sync/proc/20880/stack", line: 1 },
        { path: "zap-sync/proc/36/comm" },
        { path: "zap-sync/proc/36/stack", line: 1 },
      ],
    ]);
    expect(chain.links[2]?.why).toBe(
      "it waits for I/O, and the only stuck device in the evidence is loop1; " +
        "kworker/u8:2+loop1 (36) waits for a frozen file system to be thawed in lo_rw_aio",
    );
  });

  it("finds the same without the kernel log, by the only stack that holds a super block", async () => {
    expect(best(await chainOf(without(/dmesg/)))).toEqual([
      [20951, 20952, "named"],
      [20952, 20880, "sole-candidate"],
      [20880, 36, "sole-candidate"],
    ]);
  });

  it("knows the member without ns listings, by NSpid and the line of parents", async () => {
    const chain = await chainOf(without(/\/ns$/));
    expect(chain.pidNamespace).toBeUndefined();
    expect(chain.members.map(({ task, membership }) => [task.tid, membership])).toEqual([
      [20952, "nspid-parent"],
    ]);
    expect(best(chain)).toEqual([
      [20951, 20952, "named"],
      [20952, 20880, "named"],
      [20880, 36, "sole-candidate"],
    ]);
  });

  it.each([
    ["with stat", /\/(?:ns|status)$/],
    ["without stat", /\/(?:ns|status|stat)$/],
  ])("has only candidates without status and ns, %s", async (_, missing) => {
    const chain = await chainOf(without(missing));
    const members = chain.members.map(({ task, membership }) => [task.tid, membership]);
    expect(members.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
      [20880, "candidate"],
      [20952, "candidate"],
    ]);
    expect(rootOf(chain).certainty).toBe("candidate");
    expect(rootOf(chain).task.tid).toBe(36);
  });

  it("puts the init's child before other candidates, where its parent is known", async () => {
    const chain = await chainOf(without(/\/(?:ns|status)$/));
    expect(chain.members.map(({ task }) => task.tid)).toEqual([20952, 20880]);
  });

  it("says when the evidence ends early", async () => {
    const lonely = await chainOf(without(/dmesg|proc\/(?:20880|36|20874)\//));
    const root = rootOf(lonely);
    expect(root.task.tid).toBe(20952);
    expect(root.missing).toMatch(
      /^it waits for a super block's lock \(s_umount\), and no task in the evidence/,
    );
    const alone = await chainOf(FILES.filter(({ path }) => path.includes("proc/20951/")));
    expect(rootOf(alone)).toMatchObject({
      task: { tid: 20951 },
      path: [],
      missing: expect.stringMatching(/the evidence holds none/),
    });
  });

  it("names the owner even where nothing but the kernel log knows of it", async () => {
    const { tasks, logs } = await evidenceOf(without(/proc\/(?:20880|36|20874)\//));
    const [chain] = blockingChains(tasks, logs);
    // The log shows their stacks as well, so the chain is whole.
    expect(chain && rootOf(chain).task.tid).toBe(36);
    const owners = logs.map((log): KernelLog => Object.assign({}, log, { hung: [] }));
    const [shorter] = blockingChains(tasks, owners);
    expect(shorter && rootOf(shorter)).toMatchObject({
      task: { tid: 20880, comm: "umount" },
      certainty: "named",
    });
  });

  it("groups who is stuck, and leaves idle threads out", async () => {
    const { tasks } = await evidenceOf(FILES);
    const groups = blockedTasks(tasks).map(({ key, tasks }) => [key, tasks.map(nameOf)]);
    expect(groups).toEqual([
      ["frozen-filesystem", ["kworker/u8:2+loop1 (36)"]],
      ["jbd2-commit", ["jbd2/loop1-8 (20874)"]],
      ["page-writeback", ["umount (20880)"]],
      ["s-umount", ["sync (20952)"]],
      ["zap-pid-ns", ["init2.sh (20951)"]],
    ]);
    for (const tid of [15, 33, 45, 20868, 20870, 20876]) {
      const task = tasks.find((one) => one.tid === tid);
      expect([tid, task?.kernelThread, task && isBlocked(task)]).toEqual([tid, true, false]);
    }
  });

  it("joins what the files of one task say", async () => {
    const { tasks } = await evidenceOf(FILES);
    const init = tasks.find((task) => task.tid === 20951);
    expect(init).toMatchObject({
      pid: 20951,
      comm: "init2.sh",
      state: { letter: "S", words: "sleeping" },
      ppid: 20949,
      nspid: [20951, 1],
      pidNamespace: 4026532336,
      cmdline: [],
      wchan: "do_wait",
      killPending: true,
      kernelThread: false,
      exiting: true,
      moved: false,
    });
    expect(init?.namespaces?.get("net")).toBe("gone");
    expect(init?.namespaces?.get("user")).toBe(4026531837);
    expect(init?.cites.killPending).toEqual({ path: "zap-sync/proc/20951/status", line: 20 });
    expect(tasks.find((task) => task.tid === 15)?.moved).toBe(true);
    expect(tasks.find((task) => task.tid === 20880)?.exiting).toBe(false);
  });
});
