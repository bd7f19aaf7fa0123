import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKernelLog } from "../../src/procstack/index.ts";
import { kindsOf } from "./fixtures.ts";

/** As 5.x prints it, shortened. */
const SOFT = `watchdog: BUG: soft lockup - CPU#6 stuck for 22s! [kubelet:1663]
Modules linked in: xt_nat nf_conntrack overlay
CPU: 6 PID: 1663 Comm: kubelet Kdump: loaded Tainted: G             L    5.4.0-42-generic #46
Hardware name: QEMU Standard PC
RIP: 0010:smp_call_function_many+0x20a/0x270
Code: 3b 05 1c 67
RSP: 0018:ffffb4 EFLAGS: 00000202 ORIG_RAX: ffffffffffffff13
RAX: 0000000000000003
Call Trace:
 <IRQ>
 ? watchdog_timer_fn+0x1b8/0x220
 </IRQ>
 ? load_new_mm_cr3+0x190/0x190
 on_each_cpu+0x32/0x60
 flush_tlb_kernel_range+0x7c/0x90
 entry_SYSCALL_64_after_hwframe+0x44/0xa9
RIP: 0033:0x46f2aa
`;

describe("soft lockups", () => {
  it("are read with the CPU's backtrace", () => {
    const { lockups, kernel, hung, backtraces } = parseKernelLog(SOFT);
    expect(lockups).toMatchObject([
      {
        kind: "soft",
        cpu: 6,
        seconds: 22,
        comm: "kubelet",
        tid: 1663,
        at: "smp_call_function_many",
        line: 1,
      },
    ]);
    expect(lockups[0]?.stack?.frames.filter(({ reliable }) => reliable).map(({ symbol }) => symbol)).toEqual([
      "on_each_cpu",
      "flush_tlb_kernel_range",
      "entry_SYSCALL_64_after_hwframe",
    ]);
    expect(kernel).toBe("5.4.0-42-generic");
    expect([...hung, ...backtraces]).toEqual([]);
  });

  it.each([
    ["BUG: soft lockup - CPU#1 stuck for 67s! [qemu-kvm:2512]", 1, 67, "qemu-kvm", 2512],
    [
      "NMI watchdog: BUG: soft lockup - CPU#34 stuck for 22s! [runc:[1:CHILD]:185318]",
      34,
      22,
      "runc:[1:CHILD]",
      185318,
    ],
    [
      "watchdog: BUG: soft lockup - CPU#0 stuck for 372s! [kworker/1:2:1203905]",
      0,
      372,
      "kworker/1:2",
      1203905,
    ],
  ])("are known by %s", (line, cpu, seconds, comm, tid) => {
    for (const prefix of ["", "[12032.818764] ", "Aug 25 21:55:29 n kernel: ", "[Do Okt 30 06:21:23 2025] "])
      expect(parseKernelLog(prefix + line).lockups).toMatchObject([
        { kind: "soft", cpu, seconds, comm, tid },
      ]);
    expect(kindsOf("x.txt", line)).toEqual(["kernel-log"]);
  });

  it.each([
    ["2.6.32", "RIP: 0010:[<ffffffff810a1b2c>]  [<ffffffff810a1b2c>] smp_call_function_many+0x1f5/0x260"],
    ["i386", "EIP: smp_call_function_many+0x1f5/0x260"],
    ["arm64", "pc : smp_call_function_many+0x1f5/0x260"],
    ["arm", "PC is at smp_call_function_many+0x1f5/0x260"],
    ["ppc64", "NIP [c0000000001a2b3c] .smp_call_function_many+0x1f5/0x260"],
    ["s390", "Krnl PSW : 0704c00180000000 00000000001a2b3c (smp_call_function_many+0x1f5/0x260)"],
    ["riscv", "epc : smp_call_function_many+0x1f5/0x260"],
  ])("tell the function of %s", (_, line) => {
    const text = `BUG: soft lockup - CPU#1 stuck for 67s! [a:2]\nPid: 2, comm: a Not tainted 2.6.32-431.el6.x86_64 #1\n${line}\n`;
    expect(parseKernelLog(text)).toMatchObject({
      kernel: "2.6.32-431.el6.x86_64",
      lockups: [{ at: "smp_call_function_many" }],
    });
  });

  it("know hard ones", () => {
    const text =
      "NMI watchdog: Watchdog detected hard LOCKUP on cpu 3\nCPU: 3 PID: 7 Comm: x Not tainted 4.4.0 #1\n";
    expect(parseKernelLog(text).lockups).toMatchObject([{ kind: "hard", cpu: 3, comm: "x", tid: 7 }]);
    const newer = "watchdog: CPU4: Watchdog detected hard LOCKUP on cpu 4";
    expect(parseKernelLog(newer).lockups).toMatchObject([{ kind: "hard", cpu: 4 }]);
  });

  it("are not what another program says of one", () => {
    const quoted =
      "Nov 1 10:00:00 n kernel: Linux version 5.4.0\nNov  1 10:00:00 n kubelet[7]: BUG: soft lockup - CPU#1 stuck for 67s! [a:2]";
    expect(parseKernelLog(quoted).lockups).toEqual([]);
    const inside = "Nov  1 10:00:00 n kernel: audit: BUG: soft lockup - CPU#1 stuck for 67s! [a:2]";
    expect(parseKernelLog(inside).lockups).toEqual([]);
  });

  it("end where another report begins", () => {
    const hung =
      "INFO: task a:7 blocked for more than 120 seconds.\ntask:a state:D stack:0 pid:7 ppid:1 flags:0x0\nCall Trace:\n schedule+0x1/0x2\n";
    const log = parseKernelLog(`${SOFT}${hung}${SOFT}`);
    expect(log.lockups).toHaveLength(2);
    expect(log.lockups[0]?.stack?.frames).toHaveLength(5);
    expect(log.hung).toMatchObject([{ tid: 7, stack: { frames: [{ symbol: "schedule" }] } }]);
  });
});

/** As 5.3 prints a stall that a CPU detects itself, shortened. */
const SELF = `rcu: INFO: rcu_sched self-detected stall on CPU
rcu: \t0-....: (65131 ticks this GP) idle=7fa/1/0x4000000000000002 softirq=461259/461259 fqs=30492
\t(t=65131 jiffies g=674353 q=251852)
NMI backtrace for cpu 0
CPU: 0 PID: 353 Comm: bch_rebalance Not tainted 5.3.0 #1
Call Trace:
 <IRQ>
 dump_stack+0x5c/0x80
 nmi_trigger_cpumask_backtrace+0xde/0xe0
 rcu_sched_clock_irq.cold.82+0x1b0/0x39d
 tick_sched_timer+0x37/0x70
 apic_timer_interrupt+0xf/0x20
 </IRQ>
RIP: 0010:bch2_extent_atomic+0x3b/0x60
RSP: 0018:ffff
 bch2_rebalance_thread+0x1/0x2
 kthread+0xfb/0x130
 ret_from_fork+0x35/0x40
`;

describe("RCU stalls", () => {
  it("are read with the backtrace", () => {
    const { stalls, backtraces } = parseKernelLog(SELF);
    expect(backtraces).toEqual([]);
    expect(stalls).toMatchObject([
      {
        flavour: "rcu_sched",
        how: "self-detected",
        cpus: [0],
        tids: [],
        jiffies: 65131,
        line: 1,
        backtraces: [{ cpu: 0, tid: 353, comm: "bch_rebalance", at: "bch2_extent_atomic" }],
      },
    ]);
  });

  it.each([
    [
      "INFO: rcu_sched_state detected stall on CPU 3 (t=15000 jiffies)",
      "rcu_sched",
      "detected",
      [3],
      [],
      15000,
    ],
    [
      "INFO: rcu_sched self-detected stall on CPU { 17}  (t=15001 jiffies g=310 c=309 q=0)",
      "rcu_sched",
      "self-detected",
      [17],
      [],
      15001,
    ],
    [
      "INFO: rcu_sched detected stalls on CPUs/tasks: { 3 5} (detected by 2, t=60002 jiffies, g=1, c=2, q=3)",
      "rcu_sched",
      "detected",
      [3, 5],
      [],
      60002,
    ],
    [
      "INFO: rcu_bh_state detected stalls on CPUs/tasks: { 3 5 } (detected by 2, 2502 jiffies)",
      "rcu_bh",
      "detected",
      [3, 5],
      [],
      undefined,
    ],
    [
      "rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { P123 3-... } 5251 jiffies s: 77 root: 0x8/.",
      "rcu_preempt",
      "expedited",
      [3],
      [123],
      5251,
    ],
    ["INFO: rcu_tasks detected stalls on tasks:", "rcu_tasks", "detected", [], [], undefined],
    [
      "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\nrcu: \tTasks blocked on level-0 rcu_node (CPUs 0-7): P1234/1:b..l P99\nrcu: \t3-...!: (0 ticks this GP) idle=5fc/0/0x0 softirq=1/1 fqs=0  (false positive?)\nrcu: \t(detected by 1, t=5252 jiffies, g=12425, q=473 ncpus=4)",
      "rcu_preempt",
      "detected",
      [3],
      [1234, 99],
      5252,
    ],
  ] as const)("are known by %j", (text, flavour, how, cpus, tids, jiffies) => {
    const [stall, ...others] = parseKernelLog(text).stalls;
    expect(others).toEqual([]);
    expect(stall).toMatchObject({ flavour, how, cpus, tids });
    expect(stall?.jiffies).toBe(jiffies);
  });

  it("say that their own thread starves", () => {
    const starved =
      "rcu: rcu_sched kthread starved for 38227 jiffies! g-1127 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x402 ->cpu=1";
    expect(parseKernelLog(starved).stalls).toMatchObject([{ how: "kthread-starved", starvedJiffies: 38227 }]);
    const log = parseKernelLog(
      `rcu: INFO: rcu_sched detected stalls on CPUs/tasks:\nrcu: \t1-...!: (0 ticks this GP) idle=cf8/0/0x0 softirq=20/20 fqs=0\n\t(detected by 0, t=38227 jiffies, g=-1127, q=10)\nSending NMI from CPU 0 to CPUs 1:\nNMI backtrace for cpu 1 skipped: idling at default_idle+0x1e/0x130\n${starved}\nrcu: RCU grace-period kthread stack dump:\nrcu_sched       I15016    11      2 0x80004000\nCall Trace:\n __schedule+0x288/0x600\n rcu_gp_kthread+0x4f6/0xd40\n`,
    );
    expect(log.stalls).toMatchObject([
      {
        how: "detected",
        cpus: [1],
        jiffies: 38227,
        starvedJiffies: 38227,
        backtraces: [{ cpu: 1, idle: true }],
      },
    ]);
    expect(log.shown).toMatchObject([{ comm: "rcu_sched", tid: 11, stack: { frames: [{}, {}] } }]);
  });

  it("have the dumps of their tasks", () => {
    const text = `rcu: INFO: rcu_sched detected stalls on CPUs/tasks:
rcu: \t2-....: (1 GPs behind) idle=a/1/0x4 softirq=1/1 fqs=2
rcu: \t(detected by 0, t=21002 jiffies, g=1, q=2)
Task dump for CPU 2:
task:burn            state:R  running task     stack:    0 pid:  999 ppid:     1 flags:0x0000000a
Call trace:
 __switch_to+0x100/0x160
 el1_irq+0xb8/0x140
 spin_here+0x10/0x20 [mod]
`;
    expect(parseKernelLog(text).stalls[0]?.backtraces).toMatchObject([
      { cpu: 2, tid: 999, comm: "burn", at: "spin_here", stack: { frames: [{}, {}, {}] } },
    ]);
  });
});

describe("backtraces of CPUs", () => {
  it("are read without any report (SysRq-l)", () => {
    const text = `sysrq: Show backtrace of all active CPUs
NMI backtrace for cpu 1
CPU: 1 UID: 0 PID: 33 Comm: a b Not tainted 6.18.44 #1 PREEMPT
RIP: 0010:csd_lock_wait+0x1/0x2
Call Trace:
 <TASK>
 kick+0x1/0x2
 </TASK>
NMI backtrace for cpu 0 skipped: idling at pv_native_safe_halt+0xf/0x20
`;
    expect(kindsOf("x", text)).toEqual(["kernel-log"]);
    expect(parseKernelLog(text).backtraces).toMatchObject([
      { cpu: 1, tid: 33, comm: "a b", at: "csd_lock_wait" },
      { cpu: 0, idle: true },
    ]);
  });
});

describe("lockdep's list of locks", () => {
  it("is read, the last one of a log", () => {
    const list = (tid: number) => `
Showing all locks held in the system:
1 lock held by khungtaskd/30:
 #0: ffffffff8e1cac60 (rcu_read_lock){....}-{1:3}, at: rcu_lock_acquire include/linux/rcupdate.h:300 [inline]
 #0: ffffffff8e1cac60 (rcu_read_lock){....}-{1:3}, at: debug_show_all_locks+0x2e/0x180 kernel/locking/lockdep.c:6777
2 locks held by kworker/0:1/${tid}:
 #0: ffff888037c8b0a0 ((wq_completion)events){+.+.}-{0:0}, at: process_one_work+0x1/0x2
 #1: ffffffff899a5680 (rtnl_mutex){+.+.}, at: [<ffffffff81001234>] linkwatch_event+0x5/0x6

=============================================
`;
    const { held } = parseKernelLog(
      `[ 1.0] INFO: task x:1 blocked for more than 120 seconds.\n${list(5)}x\n${list(6)}`,
    );
    expect(held).toMatchObject([
      { comm: "khungtaskd", tid: 30, locks: [{ name: "rcu_read_lock", at: "debug_show_all_locks" }] },
      {
        comm: "kworker/0:1",
        tid: 6,
        locks: [
          { name: "(wq_completion)events" },
          { name: "rtnl_mutex", at: "linkwatch_event", address: "ffffffff899a5680" },
        ],
      },
    ]);
  });
});

describe("CPUs that print at the same time", () => {
  const lines = (text: string, caller: string): string[] =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => `[  1.000000][ ${caller}] ${line}`);
  const report = (cpu: number, at: string): string =>
    `watchdog: BUG: soft lockup - CPU#${cpu} stuck for 22s! [x:${cpu}]\nCPU: ${cpu} PID: ${cpu} Comm: x Not tainted 6.1.0 #1\nRIP: 0010:${at}+0x1/0x2\nCall Trace:\n <TASK>\n ${at}_one+0x1/0x2\n ${at}_two+0x1/0x2\n </TASK>\n`;
  const hung =
    "INFO: task a:7 blocked for more than 120 seconds.\n      Not tainted 6.1.0 #1\ntask:a state:D stack:0 pid:7 ppid:1 flags:0x0\nCall Trace:\n schedule+0x1/0x2\n rtnl_lock+0x1/0x2\n";

  it("are told apart by who printed each line, however the lines fall", () => {
    const sources = [
      lines(report(1, "one"), "   C1"),
      lines(report(2, "two"), "   C2"),
      lines(hung, "  T41"),
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 60, maxLength: 60 }), (order) => {
        const queues = sources.map((source) => [...source]);
        const mixed = order.flatMap((from) => queues[from]?.splice(0, 1) ?? []);
        const log = parseKernelLog([...mixed, ...queues.flat()].join("\n"));
        const byCpu = log.lockups.toSorted((a, b) => a.cpu - b.cpu);
        expect(
          byCpu.map(({ cpu, at, stack }) => [cpu, at, stack?.frames.map(({ symbol }) => symbol)]),
        ).toEqual([
          [1, "one", ["one_one", "one_two"]],
          [2, "two", ["two_one", "two_two"]],
        ]);
        expect(log.hung.map(({ tid, stack }) => [tid, stack?.frames.map(({ symbol }) => symbol)])).toEqual([
          [7, ["schedule", "rtnl_lock"]],
        ]);
      }),
    );
  });

  it("are bounded in number", () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      lines(report(index, "f"), `T${index}`).slice(0, 3),
    );
    expect(parseKernelLog(many.flat().join("\n")).lockups).toHaveLength(500);
  });
});
