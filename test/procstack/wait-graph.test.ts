import { describe, expect, it } from "vitest";
import {
  joinTasks,
  nameOf,
  parseKernelLog,
  parseStack,
  parseStatus,
  type Task,
  waitGraph,
  type WaitGraph,
} from "../../src/procstack/index.ts";
import { evidenceOf, filesOf } from "./fixtures.ts";

async function graphOf(fixture: string): Promise<WaitGraph> {
  const { tasks, logs } = await evidenceOf(filesOf(fixture));
  return waitGraph(tasks, logs);
}

/** A task with a stack, innermost first. */
function task(tid: number, comm: string, state: string, stack: string, ppid = 1): Task {
  const status = parseStatus(
    `Name:\t${comm}\nState:\t${state}\nTgid:\t${tid}\nPid:\t${tid}\nPPid:\t${ppid}\n`,
  );
  const text = stack
    .split(" ")
    .filter(Boolean)
    .map((name) => `[<0>] ${name}+0x1/0x2\n`);
  const [joined] = joinTasks([
    { path: "a", part: { tid, pid: tid, status, diagnostics: [] } },
    { path: "b", part: { tid, pid: tid, stack: parseStack(text.join("")), diagnostics: [] } },
  ]);
  if (!joined) throw new Error("no task");
  return joined;
}

const chainsOf = ({ chains }: WaitGraph) =>
  chains.map(({ root, path, certainty, waiting }) => ({
    root: nameOf(root),
    path: path.map(({ from }) => from.comm),
    certainty,
    waiting: waiting.map(({ comm }) => comm),
  }));

describe("waitGraph", () => {
  it("finds the root of zap-sync and the longest way to it", async () => {
    const graph = await graphOf("zap-sync");
    expect(chainsOf(graph)).toEqual([
      {
        root: "kworker/u8:2+loop1 (36)",
        path: ["init2.sh", "sync", "umount"],
        certainty: "sole-candidate",
        waiting: ["jbd2/loop1-8", "umount", "init2.sh", "sync"],
      },
    ]);
    expect(graph.cycles).toEqual([]);
  });

  it("finds the waits that were made on a live machine", async () => {
    expect(chainsOf(await graphOf("waits"))).toEqual([
      {
        root: "touch (25934)",
        path: ["unshare", "sh"],
        certainty: "sole-candidate",
        waiting: ["unshare", "sh"],
      },
      { root: "demo-fuse (25925)", path: ["stat"], certainty: "candidate", waiting: ["stat"] },
      { root: "touch (25932)", path: ["sh"], certainty: "sole-candidate", waiting: ["sh"] },
    ]);
  });

  it("has nothing to say of a healthy machine", () => {
    const tasks = [
      task(1, "systemd", "S", "ep_poll do_epoll_wait"),
      task(2, "bash", "S", "do_wait kernel_wait4"),
      task(3, "sleep", "S", "hrtimer_nanosleep", 2),
      task(4, "kworker/0:1", "D", "worker_thread kthread"),
    ];
    expect(waitGraph(tasks, [])).toMatchObject({ chains: [], cycles: [], links: [] });
  });

  it("reports a ring", () => {
    const tasks = [
      task(7, "a", "D", "super_lock rtnl_newlink rtnetlink_rcv_msg"),
      task(8, "b", "D", "rtnl_lock generic_shutdown_super deactivate_locked_super"),
      task(9, "c", "D", "super_lock iterate_supers sys_sync"),
    ];
    const { cycles, chains } = waitGraph(tasks, []);
    expect(cycles.map((ring) => ring.map(({ tid }) => tid))).toEqual([[7, 8]]);
    expect(chains).toHaveLength(1);
    expect(chains[0]?.cycle?.map(({ tid }) => tid)).toEqual([7, 8]);
    expect(chains[0]?.waiting.map(({ tid }) => tid)).toContain(9);
  });

  it("reports no ring of mere guesses", () => {
    const zap = "do_wait kernel_wait4 zap_pid_ns_processes do_exit";
    const { cycles, chains } = waitGraph([task(7, "a", "S", zap), task(8, "b", "S", zap)], []);
    expect(cycles).toEqual([]);
    expect(chains).toEqual([]);
  });

  it("says who is missing", () => {
    const graph = waitGraph([task(9, "c", "D", "super_lock iterate_supers sys_sync")], []);
    expect(graph.links).toMatchObject([{ from: { tid: 9 } }]);
    expect(graph.chains).toEqual([]);
  });

  it("takes lockdep's list for who holds a lock", () => {
    const log = parseKernelLog(`
Showing all locks held in the system:
1 lock held by waiter/7:
 #0: ffffffff899a5680 (some_mutex){+.+.}-{3:3}, at: frob+0x5/0x6
2 locks held by holder/8:
 #0: ffffffff899a5680 (some_mutex){+.+.}-{3:3}, at: frob+0x5/0x6
 #1: ffffffff899a5999 (other){+.+.}-{3:3}, at: deep+0x5/0x6
1 lock held by other/9:
 #0: ffffffff899a5680 (some_mutex){+.+.}-{3:3}, at: frob+0x5/0x6
1 lock held by same-class/10:
 #0: ffffffff00000000 (some_mutex){+.+.}-{3:3}, at: frob+0x5/0x6
`);
    const waiting = "mutex_lock frob sys_frob";
    const tasks = [
      task(7, "waiter", "D", waiting),
      task(8, "holder", "D", "msleep deep frob sys_frob"),
      task(9, "other", "D", waiting),
      task(10, "same-class", "D", "msleep frob"),
    ];
    expect(
      waitGraph(tasks, [log]).links.map(({ from, to, certainty }) => [from.tid, to?.tid, certainty]),
    ).toEqual([
      [7, 8, "named"],
      [9, 8, "named"],
    ]);
  });

  it("stays fast where thousands wait for each other", () => {
    const tasks = Array.from({ length: 4000 }, (_, index) =>
      task(
        index + 1,
        "x",
        "D",
        index % 2 ? "rtnl_lock copy_net_ns" : "request_wait_answer fuse_flush",
        index,
      ),
    );
    const started = Date.now();
    const { leftOut } = waitGraph(tasks, []);
    expect(leftOut).toBe(2000);
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
