import { describe, expect, it } from "vitest";
import { foldSymbol, parseStack } from "../../src/procstack/index.ts";

const symbols = (text: string) => parseStack(text).frames.map((frame) => frame.symbol);
const codes = (text: string) => parseStack(text).diagnostics.map((one) => one.code);

describe("foldSymbol", () => {
  it.each([
    ["lo_rw_aio.isra.0", "lo_rw_aio"],
    ["el0_svc_common.constprop.0", "el0_svc_common"],
    ["foo.constprop.3.isra.1", "foo"],
    ["bar.part.2.cold", "bar"],
    ["baz.llvm.1234567890", "baz"],
    ["T.1146", "T.1146"],
    [".do_exit", "do_exit"],
    ["SyS_wait4", "sys_wait4"],
    ["SYSC_wait4", "sys_wait4"],
    ["sys_wait4", "sys_wait4"],
    ["__x64_sys_sync", "sys_sync"],
    ["__arm64_sys_sync", "sys_sync"],
    ["__ia32_compat_sys_wait4", "sys_wait4"],
    ["__se_sys_sync", "sys_sync"],
    ["__do_sys_sync", "sys_sync"],
    ["ksys_sync", "sys_sync"],
    ["do_sys_openat2", "do_sys_openat2"],
    ["kernel_wait4", "kernel_wait4"],
    ["sysfs_kf_write", "sysfs_kf_write"],
    ["__pfx___ia32_sys_tee", "__pfx___ia32_sys_tee"],
  ])("%s is %s", (raw, folded) => {
    expect(foldSymbol(raw)).toBe(folded);
    expect(foldSymbol(folded)).toBe(folded);
  });
});

describe("parseStack", () => {
  it("reads 2.6.32 to 3.10: addresses and an end marker", () => {
    const { frames, diagnostics } = parseStack(`[<ffffffff81074033>] do_wait+0x203/0x260
[<ffffffff810740e3>] sys_wait4+0xa3/0x100
[<ffffffff8100b072>] system_call_fastpath+0x16/0x1b
[<ffffffffffffffff>] 0xffffffffffffffff
`);
    expect(diagnostics).toEqual([]);
    expect(frames).toEqual([
      { symbol: "do_wait", raw: "do_wait", offset: 0x203, size: 0x260, reliable: true, line: 1 },
      { symbol: "sys_wait4", raw: "sys_wait4", offset: 0xa3, size: 0x100, reliable: true, line: 2 },
      {
        symbol: "system_call_fastpath",
        raw: "system_call_fastpath",
        offset: 0x16,
        size: 0x1b,
        reliable: true,
        line: 3,
      },
    ]);
  });

  it("reads the [<0>] era, with and without the end marker", () => {
    const stack =
      "[<0>] do_wait+0x156/0x2f0\n[<0>] kernel_wait4+0x96/0x120\n[<0>] entry_SYSCALL_64_after_hwframe+0x3d/0xa2\n";
    expect(symbols(stack)).toEqual(["do_wait", "kernel_wait4", "entry_SYSCALL_64_after_hwframe"]);
    expect(symbols(`${stack}[<0>] 0xffffffffffffffff\n`)).toEqual(symbols(stack));
  });

  it("reads arm64", () => {
    const stack = `[<0>] __switch_to+0x6c/0x90
[<0>] __arm64_sys_wait4+0x1c/0x28
[<0>] invoke_syscall+0x50/0x120
[<0>] el0_svc_common.constprop.0+0x48/0xf0
[<0>] el0_svc+0x3c/0xb0
[<0>] el0t_64_sync_handler+0xc4/0xc8
[<0>] el0t_64_sync+0x190/0x194`;
    expect(symbols(stack)).toEqual([
      "__switch_to",
      "sys_wait4",
      "invoke_syscall",
      "el0_svc_common",
      "el0_svc",
      "el0t_64_sync_handler",
      "el0t_64_sync",
    ]);
    expect(codes(stack)).toEqual([]);
  });

  it("reads modules, build ids and unnamed addresses", () => {
    const [fuse, ext4, unknown] = parseStack(`[<0>] fuse_flush+0xff/0x150 [fuse]
[<0>] ext4_file_write_iter+0x59/0x8a0 [ext4 3f2ad2f7b3ed7c09cdcbc3e3ab2bd1ea3b5a3a4d]
[<0>] 0xffffffffc0a5b01c`).frames;
    expect(fuse).toMatchObject({ symbol: "fuse_flush", module: "fuse" });
    expect(ext4).toMatchObject({ symbol: "ext4_file_write_iter", module: "ext4" });
    expect(unknown).toMatchObject({ symbol: "0xffffffffc0a5b01c" });
    expect(unknown).not.toHaveProperty("offset");
  });

  it("marks frames that need not be callers", () => {
    const stack = parseStack(
      "[<ffffffff810caa75>] ? percpu_down_read+0x35/0x50\n c0000000 +0x\n schedule+0x35/0x80\n",
    );
    expect(stack.frames.map(({ symbol, reliable }) => [symbol, reliable])).toEqual([
      ["percpu_down_read", false],
      ["schedule", true],
    ]);
    expect(
      parseStack("[c0001] [c000000000012345] .do_exit+0x1/0x2 (unreliable)").frames[0]?.reliable ?? false,
    ).toBe(false);
  });

  it("reads the frames of other machines' logs", () => {
    expect(
      symbols(`[<c0aa1e60>] (__schedule) from [<c0aa2100>] (schedule+0x98/0xc4)
[<c0aa2100>] (schedule) from [<c0853830>] (__mmc_claim_host+0x154/0x274)
[<c0853830>] (__mmc_claim_host) from [<bf10c5b8>] (brcmf_sdio_watchdog_thread+0x1b0/0x1f8 [brcmfmac])`),
    ).toEqual(["__schedule", "schedule", "__mmc_claim_host", "brcmf_sdio_watchdog_thread"]);
    expect(symbols(" __schedule from schedule+0x98/0xc4\n schedule from do_exit+0x1/0x2\n")).toEqual([
      "__schedule",
      "schedule",
      "do_exit",
    ]);
    expect(
      symbols("([<00000000009f2b3a>] __schedule+0x2ea/0x8d0)\n [<00000000009f3154>] schedule+0x34/0xb8"),
    ).toEqual(["__schedule", "schedule"]);
    expect(symbols("[c0000001f4b3f9a0] [c00000000001f2a4] .__switch_to+0x124/0x1f0")).toEqual([
      "__switch_to",
    ]);
  });

  it("reads decoded traces, inlined frames and all", () => {
    const [outer, inlined, noted] = parseStack(` do_exit+0xa6c/0xab0 kernel/exit.c:123
 exit_mm kernel/exit.c:456 [inline]
 schedule+0x23/0xa0 kernel/sched/core.c:1 (discriminator 3)
 __switch_to+0x1ec/0x380 (T)`).frames;
    expect(outer).toMatchObject({ symbol: "do_exit", offset: 0xa6c });
    expect(inlined).toMatchObject({ symbol: "exit_mm" });
    expect(noted).toMatchObject({ symbol: "schedule" });
  });

  it("reads a listing as people paste it: numbers, prompts, quotes, HTML", () => {
    const paste = `1[root@node cgroup]# cat /proc/362091/stack
2[<ffffffff8fae9918>] call_rwsem_down_read_failed+0x18/0x30
3[<ffffffff8f235da2>] iterate_supers+0xa2/0x110
4[<ffffffff8f269ba4>] sys_sync+0x44/0xb0
5[<ffffffff8f001c46>] do_syscall_64+0x66/0x120
6[<ffffffff8fc00081>] entry_SYSCALL_64_after_`;
    expect(symbols(paste)).toEqual([
      "call_rwsem_down_read_failed",
      "iterate_supers",
      "sys_sync",
      "do_syscall_64",
      "entry_SYSCALL_64_after_",
    ]);
    expect(parseStack(paste).diagnostics).toEqual([
      { effect: "partial", code: "stack-line-cut", message: "line 6 of the stack is cut", line: 6 },
    ]);
    expect(symbols("> > [<0>] do_wait+0x1/0x2\n> schedule+0x1/0x2")).toEqual(["do_wait", "schedule"]);
    expect(symbols("[&lt;0&gt;] do_wait+0x1/0x2")).toEqual(["do_wait"]);
    expect(symbols("  3: do_wait+0x1/0x2")).toEqual(["do_wait"]);
    expect(symbols("(stress)  34110  34110 [<0>] do_wait+0x1/0x2")).toEqual(["do_wait"]);
    expect(symbols("/proc/1/stack:[<0>] do_wait+0x1/0x2")).toEqual(["do_wait"]);
  });

  it("stops where another stack begins, and says so", () => {
    const one = "[<0>] do_wait+0x1/0x2\n[<0>] ret_from_fork+0x1/0x2\n[<0>] ret_from_fork_asm+0x1a/0x30\n";
    expect(symbols(one)).toHaveLength(3);
    expect(codes(one)).toEqual([]);
    expect(symbols(one + one)).toHaveLength(3);
    expect(codes(one + one)).toEqual(["several-stacks"]);
    expect(codes(`[<0>] 0xffffffffffffffff\n${one}`)).toEqual(["several-stacks"]);
  });

  it("tells unreadable from idle", () => {
    expect(parseStack("").diagnostics).toEqual([
      { effect: "unread", code: "stack-empty", message: "0 bytes: the kernel did not let it be read" },
    ]);
    expect(codes("\n\n")).toEqual(["stack-empty"]);
    expect(codes("cat: /proc/1/stack: Permission denied")).toEqual(["stack-refused"]);
    expect(codes("hello")).toEqual(["stack-no-frames"]);
    // The marker alone is a stack without frames: the task runs.
    expect(parseStack("[<0>] 0xffffffffffffffff")).toEqual({ frames: [], diagnostics: [] });
  });

  it("mentions a stack that may go on", () => {
    expect(codes("[<0>] ext4_foo+0x1/0x2\n".repeat(64))).toEqual(["stack-depth"]);
  });

  it.each([
    "RIP: 0010:native_safe_halt+0xe/0x10",
    " #0: ffff9cdb49d06c80 (&type->s_umount_key#30){++++}-{3:3}, at: super_lock+0xf3/0x120",
    "#\t0x441e6d\tsync.runtime_SemacquireMutex+0x3c\t/usr/lib/go/src/runtime/sema.go:71",
    "    main.main() /app/main.go:12 +0x1d",
    "see do_wait+0x1/0x2 for more",
    "#1  0x00007f0000000000 in read () from /lib64/libc.so.6",
  ])("passes over %s", (line) => {
    expect(symbols(line)).toEqual([]);
  });
});
