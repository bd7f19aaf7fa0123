import { describe, expect, it } from "vitest";
import { parseUserStacks, taskOfThread } from "../../src/procstack/index.ts";
import { evidenceOf, filesOf, kindsOf, textOf } from "./fixtures.ts";

const JSTACK = textOf("java/jstack.txt");

describe("a Java thread dump", () => {
  const stacks = parseUserStacks(JSTACK);
  const thread = (name: string) => stacks.threads.find((one) => one.name === name);

  it("is known by its content", () => {
    expect(kindsOf("x.log", JSTACK)).toEqual(["user-stacks"]);
    expect(stacks.source).toBe("java");
    expect(stacks.runtime).toMatch(/^OpenJDK 64-Bit Server VM \(17\.0/);
    expect(stacks.diagnostics).toEqual([]);
  });

  it("has all threads, each once, with ids", () => {
    expect(stacks.threads).toHaveLength(JSTACK.match(/ nid=/g)?.length ?? 0);
    expect(thread("main")).toMatchObject({
      tid: 0x4c1b,
      state: "TIMED_WAITING",
      stateDetail: "sleeping",
      frames: [
        { function: "java.lang.Thread.sleep", module: "java.base@17.0.15", source: "Native Method" },
        { function: "Deadlock.main", source: "Deadlock.java:13" },
      ],
      holds: [],
      line: 12,
    });
    expect(thread("Finalizer")).toMatchObject({ daemon: true, waitsFor: { address: "0x000000068740d798" } });
    expect(thread("VM Thread")).toMatchObject({ tid: 0x4c1d, frames: [] });
  });

  it("has their locks", () => {
    expect(thread("orders")).toMatchObject({
      state: "BLOCKED",
      waitsFor: { address: "0x0000000687485a08", type: "java.lang.Object" },
      holds: [{ address: "0x00000006874859f8", type: "java.lang.Object" }],
    });
    expect(thread('stock "a"')?.holds).toHaveLength(1);
    expect(thread("reader")?.waitsFor?.type).toBe("java.util.concurrent.locks.ReentrantLock$NonfairSync");
  });

  it("has the deadlocks that the JVM found", () => {
    expect(stacks.deadlocks).toMatchObject([
      {
        threads: [
          {
            name: "orders",
            lockType: "java.lang.Object",
            lockAddress: "0x0000000687485a08",
            heldBy: 'stock "a"',
          },
          { name: 'stock "a"', lockAddress: "0x00000006874859f8", heldBy: "orders" },
        ],
      },
      {
        threads: [
          {
            name: "reader",
            lockType: "java.util.concurrent.locks.ReentrantLock$NonfairSync",
            heldBy: "writer",
          },
          { name: "writer", heldBy: "reader" },
        ],
      },
    ]);
    expect(parseUserStacks(JSTACK + JSTACK).deadlocks).toHaveLength(2);
  });

  it("joins with the tasks of /proc", async () => {
    const { tasks } = await evidenceOf(filesOf("java").filter(({ path }) => path.includes("/proc/")));
    expect(taskOfThread(thread("orders") ?? thrown(), tasks)).toMatchObject({
      tid: 0x4c30,
      comm: "orders",
      site: { id: "futex" },
    });
    expect(taskOfThread(thread("main") ?? thrown(), tasks)).toMatchObject({ tid: 0x4c1b, comm: "java" });
    // Read in another namespace, the same number is another task.
    const inside = { ...(thread("orders") ?? thrown()), tid: 7 };
    const host = { tid: 7, comm: "kworker/0:1", kernelThread: true, moved: false, cites: {} };
    const own = { tid: 5007, nspid: [5007, 7], comm: "orders", moved: false, cites: {} };
    expect(taskOfThread(inside, [host, own])).toBe(own);
    expect(taskOfThread(inside, [host])).toBeUndefined();
    expect(taskOfThread(inside, [own, { ...own, tid: 6007 }])).toBeUndefined();
  });

  it.each([
    ["JDK 8", '"main" #1 prio=5 os_prio=0 tid=0x00007f65 nid=0xe22 waiting on condition [0x00007f]', 3618],
    [
      "JDK 21",
      '"main" #1 [3618] prio=5 os_prio=0 cpu=44.78ms elapsed=58.51s tid=0x00007f65 nid=3618 waiting on condition  [0x00007f]',
      3618,
    ],
    ["JDK 6", '"main" prio=10 tid=0x00007f65 nid=0xe22 runnable [0x00007f]', 3618],
  ])("of %s has the thread's id", (_, line, tid) => {
    expect(parseUserStacks(`Full thread dump OpenJDK\n\n${line}\n`).threads).toMatchObject([
      { name: "main", tid },
    ]);
    expect(kindsOf("a.txt", `some log\n${line}\n`)).toContain("user-stacks");
  });

  it("is not a log that merely speaks of one", () => {
    expect(kindsOf("a.log", 'WARN "main" thread has nid=0x12\nit found one Java-level deadlock\n')).toEqual(
      [],
    );
  });
});

const thrown = (): never => {
  throw new Error("no such thread");
};

describe("a debugger's stacks", () => {
  it("of gdb are read", () => {
    const text = textOf("native/gdb.txt");
    expect(kindsOf("bt.txt", text)).toEqual(["user-stacks"]);
    const { threads, source } = parseUserStacks(text);
    expect(source).toBe("native");
    expect(threads.map(({ tid, name, frames }) => [tid, name, frames.length])).toEqual([
      [19694, "python3", 4],
      [19693, "python3", 4],
      [19651, "python3", 4],
    ]);
    expect(threads[0]?.frames.map(({ function: name }) => name)).toEqual([
      "__GI___clock_nanosleep",
      "pysleep",
      "time_sleep",
      "cfunction_vectorcall_O",
    ]);
    expect(threads[0]?.frames[1]?.source).toBe("./Modules/timemodule.c:2159");
  });

  it.each(["native/eu-stack.txt", "native/eu-stack-m.txt"])("of eu-stack are read: %s", (file) => {
    const text = textOf(file);
    expect(kindsOf("stacks.txt", text)).toEqual(["user-stacks"]);
    const { threads } = parseUserStacks(text);
    expect(threads.map(({ tid, pid }) => [tid, pid])).toEqual([
      [19651, 19651],
      [19693, 19651],
      [19694, 19651],
    ]);
    expect(threads[0]?.frames[0]?.function).toBe("clock_nanosleep@GLIBC_2.2.5");
    expect(threads[0]?.frames[0]?.module).toBe(
      file.includes("-m") ? "/usr/lib/x86_64-linux-gnu/libc.so.6" : undefined,
    );
  });

  it.each([
    [
      "#0  0x00007fff in std::thread::run() () from /lib/a.so",
      { function: "std::thread::run()", module: "/lib/a.so" },
    ],
    ["#1  <signal handler called>", { function: "<signal handler called>" }],
    ['#12 f (x=1, y=0x2 "a (b") at a.c:12', { function: "f", source: "a.c:12" }],
    [
      "#2  (anonymous namespace)::work (this=0x1) at b.cc:3",
      { function: "(anonymous namespace)::work", source: "b.cc:3" },
    ],
    ["#3  0x0000 in ?? ()", { function: "??" }],
    ["#4  0x0000 ?? - /usr/bin/x", { function: "??", module: "/usr/bin/x" }],
  ])("have their frames: %s", (line, frame) => {
    const text = `Thread 1 (LWP 7):\n#0 x\n${line}\n`;
    expect(parseUserStacks(text).threads[0]?.frames[1]).toEqual({ ...frame, line: 3 });
  });

  it("are not goroutines", () => {
    expect(kindsOf("a.txt", "goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n#0 x\n")).toEqual([]);
  });
});
