import { describe, expect, it } from "vitest";
import { sourceOf } from "../../src/bytes/index.ts";
import { joinTasks, procFormats, type Task, waitSiteOfListed } from "../../src/procstack/index.ts";
import { bytesOf, evidenceOf, kindsOf } from "./fixtures.ts";

async function tasksOf(text: string): Promise<readonly Task[]> {
  return (await evidenceOf([{ path: "ps.txt", bytes: bytesOf(text) }])).tasks;
}

/** Columns as procps 4.0 prints them; the rows are of real tasks of a 6.18 kernel and made-up ones. */
const ELFL = `F S UID        PID  PPID   LWP  C NLWP PRI  NI ADDR SZ WCHAN  STIME TTY          TIME CMD
4 S root         1     0     1  0   14  80   0 - 14372 ep_pol 04:20 ?        00:02:17 /sbin/init splash
1 I root         4     2     4  0    1  60 -20 -     0 rescue 04:20 ?        00:00:00 [kworker/R-rcu_gp]
4 D root      1699     1  1702  0    3  80   0 - 14372 rpc_wa 04:20 ?        00:00:00 /usr/bin/df -h
4 D root      1800     1  1800  0    3  80   0 - 14372 pipe_w 04:20 ?        00:00:00 /usr/bin/tee
1 Z root      1900  1699  1900  0    1  80   0 -     0 -      04:20 ?        00:00:00 [sh] <defunct>
`;

describe("ps listings", () => {
  it("are read as ps -elfL prints them", async () => {
    expect(kindsOf("ps.txt", ELFL)).toEqual(["proc-ps"]);
    const [init, worker, df, tee, zombie] = await tasksOf(ELFL);
    expect(init).toMatchObject({
      tid: 1,
      pid: 1,
      ppid: 0,
      state: { letter: "S" },
      wchan: "ep_pol",
      cmdline: ["/sbin/init splash"],
    });
    expect(init?.site).toMatchObject({ id: "poll", cut: true });
    expect(worker).toMatchObject({
      comm: "kworker/R-rcu_gp",
      kernelThread: true,
      state: { letter: "I" },
      site: { id: "worker" },
    });
    expect(df).toMatchObject({
      tid: 1702,
      pid: 1699,
      site: { id: "nfs" },
      cites: { state: { path: "ps.txt", line: 4 } },
    });
    // A reader and a writer begin alike.
    expect(tee?.wchan).toBe("pipe_w");
    expect(tee?.site).toBeUndefined();
    expect(zombie).toMatchObject({ tid: 1900, ppid: 1699, comm: "sh", state: { letter: "Z" } });
  });

  it.each([
    [
      "PID  PPID STAT WCHAN                COMMAND\n 77     2 I    kdamond_fn           kdamond.0\n 78     1 D+   refrigerator         my prog\n",
    ],
    [
      "COMMAND         WCHAN                STAT  PPID   PID\nkdamond.0       kdamond_fn           I        2    77\nmy prog         refrigerator         D+       1    78\n",
    ],
    [
      "F S   UID   PID  PPID CLS PRI ADDR    SZ WCHAN                                 STARTED TT           TIME COMMAND\n1 I     0    77     2  TS  19    -     0 kdamond_fn           Sun Nov 22 04:20:07 2026 ?        00:00:00 kdamond.0\n1 D     0    78     1  TS  19    -     0 refrigerator         So Nov 22 04:20:07 2026 ?        00:00:00 my prog\n",
    ],
    [
      "PID PPID S WCHAN STARTED COMMAND\n77 2 I kdamond_fn   Nov 22 kdamond.0\n78 1 D refrigerator 04:20:07 my prog\n",
    ],
  ])("have their columns in any order: %#", async (text) => {
    const [kernel, program] = await tasksOf(text);
    expect(kernel).toMatchObject({
      tid: 77,
      ppid: 2,
      comm: "kdamond.0",
      state: { letter: "I" },
      kernelThread: true,
      site: { effect: "idle" },
    });
    expect(program).toMatchObject({
      tid: 78,
      ppid: 1,
      comm: "my prog",
      state: { letter: "D" },
      site: { id: "cgroup-freezer" },
    });
    expect(program?.site?.cut).toBeUndefined();
  });

  it("have the state of a process from its first thread (ps auxwwwm)", async () => {
    const text = `USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root      1699  0.4  0.0  57488 22476 ?        -    04:20   2:17 /usr/bin/df -h
root         -  0.4    -      -     - -        Dl   04:20   2:17 -
root         -  0.0    -      -     - -        Sl   04:20   0:00 -
root      1700  0.0  0.0      0     0 ?        -    04:20   0:00 [kswapd0]
root         -  0.0    -      -     - -        S    04:20   0:00 -
`;
    const tasks = await tasksOf(text);
    expect(tasks.map(({ tid, state }) => [tid, state?.letter])).toEqual([
      [1699, "D"],
      [1700, "S"],
    ]);
  });

  it("join with files of /proc, which know better", async () => {
    const { parts } = await evidenceOf([
      { path: "ps.txt", bytes: bytesOf(ELFL) },
      { path: "proc/1702/stack", bytes: bytesOf("[<0>] request_wait_answer+0x1/0x2 [fuse]\n") },
      { path: "proc/1702/comm", bytes: bytesOf("df\n") },
    ]);
    for (const list of [parts, parts.toReversed()])
      expect(joinTasks(list).find(({ tid }) => tid === 1702)).toMatchObject({
        comm: "df",
        ppid: 1,
        state: { letter: "D" },
        site: { id: "fuse" },
      });
  });

  it.each([
    ["a table of kubectl", "NAME READY STATUS RESTARTS AGE\nweb-1 1/1 Running 0 3d\n"],
    ["a header without rows", "  PID TTY STAT TIME COMMAND\n"],
    [
      "ss",
      "State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nLISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n",
    ],
    [
      "the kernel's own table of an OOM",
      "[  pid  ]   uid  tgid total_vm      rss name\n[   8963]     0  8963      730      420 sleep\n",
    ],
    ["prose", "PID 7 has STAT D\nits WCHAN is x\n"],
  ])("are not %s", (_, text) => {
    expect(kindsOf("x.txt", text)).not.toContain("proc-ps");
  });

  it("tell what is no row", async () => {
    const format = procFormats.find(({ kind }) => kind === "proc-ps");
    const model = await format?.decode(sourceOf(bytesOf(`${ELFL}ps: write error\n`)), "ps.txt");
    expect(model?.diagnostics).toMatchObject([{ effect: "note", code: "ps-lines" }]);
  });
});

describe("waitSiteOfListed", () => {
  it.each([
    ["zap_pid_ns_processes", "zap-pid-ns", undefined],
    ["zap_pid", "zap-pid-ns", true],
    ["wait", "child", undefined],
    ["sync", undefined, undefined],
    ["jbd2_log_wait_c", "jbd2-wait", true],
    ["futex_", "futex", true],
    ["fut", undefined, undefined],
    ["nowhere_known", undefined, undefined],
  ])("reads %s", (name, id, cut) => {
    const site = waitSiteOfListed(name);
    expect(site?.id).toBe(id);
    expect(site?.cut).toBe(cut);
  });
});
