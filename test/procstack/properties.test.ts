import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEAD_LENGTH, type Model, sourceOf } from "../../src/bytes/index.ts";
import {
  blockedTasks,
  blockingChains,
  joinTasks,
  parseCgroup,
  parseKernelLog,
  parseNamespaces,
  parseStack,
  parseStat,
  parseStatus,
  parseUserStacks,
  procFormats,
  renderStacks,
  rootsOf,
  stacksView,
  type Task,
  waitGraph,
} from "../../src/procstack/index.ts";
import { bytesOf, evidenceOf, filesOf, textOf } from "./fixtures.ts";

const PARSERS: readonly ((text: string) => Model)[] = [
  parseStack,
  parseStatus,
  parseStat,
  parseCgroup,
  parseNamespaces,
  parseKernelLog,
  parseUserStacks,
];

const FILES = filesOf("zap-sync");
const TEXTS = FILES.filter(({ bytes }) => bytes.length > 0);
const NEWER = ["waits", "java", "native", "lockups"].flatMap(filesOf).filter(({ bytes }) => bytes.length > 0);
const anyFile = fc.constantFrom(...TEXTS, ...filesOf("texts"), ...filesOf("frozen"), ...NEWER);

async function decodeAll(path: string, bytes: Uint8Array): Promise<Model[]> {
  const head = bytes.subarray(0, HEAD_LENGTH);
  const models: Model[] = [];
  for (const format of procFormats)
    if (format.recognise(head, path)) models.push(await format.decode(sourceOf(bytes), path));
  return models;
}

/** Chains as ids, to compare what evidence in another order gives. */
async function summary(files: typeof FILES): Promise<unknown> {
  const { tasks, logs } = await evidenceOf(files);
  return blockingChains(tasks, logs).map((chain) => ({
    init: chain.init.tid,
    members: chain.members.map(({ task, membership }) => [task.tid, membership]),
    links: chain.links.map(({ from, to, certainty }) => [from.tid, to?.tid, certainty]),
    roots: rootsOf(chain).map(({ task, site }) => [task.tid, site?.id]),
    blocked: blockedTasks(tasks).map(({ key, tasks }) => [key, tasks.map((task) => task.tid)]),
  }));
}

const shuffled = (text: string) =>
  fc.shuffledSubarray(text.split("\n"), { minLength: text.split("\n").length });

/** The links of a listing, in one order. */
const linksOf = (text: string) => [...parseNamespaces(text).links].sort(([a], [b]) => (a < b ? -1 : 1));

describe("damage", () => {
  it("of any prefix throws nothing", async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.nat(10_000), async ({ path, bytes }, cut) => {
        const models = await decodeAll(path, bytes.subarray(0, cut % (bytes.length + 1)));
        expect(models.every((model) => "diagnostics" in model)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("of any bytes, be they no UTF-8, throws nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFile,
        fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async ({ path, bytes }, changes) => {
          const changed = bytes.slice();
          for (const [at, value] of changes) changed[at % changed.length] = value;
          const models = await decodeAll(path, changed);
          expect(models.every((model) => "diagnostics" in model)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("throws nothing whatever the text", () => {
    const words = fc.constantFrom(
      ..."[<0>] +0x1/0x2 do_wait ( ) ? : pid ns -> pid:[1] INFO: task x:1 blocked <writer> State: D 0x00000000 \n \t D == kernel: libceph:".split(
        " ",
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(words).map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(text, (text) => {
        for (const parse of PARSERS) expect(parse(text).diagnostics).toBeInstanceOf(Array);
      }),
      { numRuns: 500 },
    );
  });

  it("of files that are shown together throws nothing, and shows no control character", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFile, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(30_000), fc.nat(255)), { maxLength: 6 }),
        async (files, changes) => {
          const changed = files.map(({ path, bytes }) => {
            const copy = bytes.slice();
            for (const [at, value] of changes) copy[at % copy.length] = value;
            return { path, bytes: copy };
          });
          const { tasks, logs, userStacks } = await evidenceOf(changed);
          const view = stacksView({ tasks, logs, userStacks });
          expect(view.groups.reduce((sum, { count }) => sum + count, 0)).toBe(view.count);
          for (const line of renderStacks(view)) expect(line).not.toContain("\n\n");
        },
      ),
      { numRuns: 150 },
    );
  });

  it("leaves the frames before a cut as they are", () => {
    const text = textOf("zap-sync/proc/20880/stack");
    const whole = parseStack(text).frames;
    for (let cut = 0; cut <= text.length; cut++) {
      const { frames } = parseStack(text.slice(0, cut));
      expect(frames.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, frames.length - 1)));
    }
  });

  // Patterns that are quadratic in a line's length would take minutes here, and run into the test's own limit.
  it.each([
    " ",
    "[<0>] ",
    "1 ",
    "a+0x1/0x2",
    "'",
    "/ns/",
    "task:",
    "INFO: task a:1 ",
    "(",
    "> ",
    "x kernel: ",
    "-> pid:[",
    '"a" nid=0x1 ',
    "\tat a.b(",
    "#0 0x1 in ",
    "PID PPID STAT COMMAND ",
    "BUG: soft lockup - CPU#1 stuck for 1s! [a:1]",
    "INFO: rcu_sched detected stalls on CPUs/tasks: { 1 ",
    "#0: 00000000 (a",
    "cat /proc/1/stack ",
    "- locked <0x1> (a ",
  ])("does not hang on a long line of %j", (unit) => {
    const text = unit.repeat(1_000_000 / unit.length);
    for (const parse of PARSERS) expect(parse(text).diagnostics).toBeInstanceOf(Array);
    const head = bytesOf(text.slice(0, HEAD_LENGTH));
    expect(procFormats.filter((format) => format.recognise(head, "a/b")).length).toBeLessThan(3);
  });
});

describe("what means nothing", () => {
  it.each([...TEXTS, ...NEWER].map(({ path, bytes }) => [path, bytes] as const))(
    "CRLF and a byte-order mark: %s",
    async (path, bytes) => {
      const plain = new TextDecoder().decode(bytes);
      // The name may hold any byte, a carriage return and a mark among them.
      if (path.endsWith("cmdline")) return;
      expect(await decodeAll(path, bytesOf(`\uFEFF${plain.replaceAll("\n", "\r\n")}`))).toEqual(
        await decodeAll(path, bytes),
      );
    },
  );

  it("the order of the files", async () => {
    const expected = await summary(FILES);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(FILES, { minLength: FILES.length }), async (files) => {
        expect(await summary(files)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it("the order of a status file's, a namespace listing's and a cgroup file's lines", () => {
    const status = textOf("zap-sync/proc/20952/status").trimEnd();
    const listing = textOf("zap-sync/proc/20951/ns").trimEnd();
    const cgroup = `12:pids:/a\n4:memory:/docker/${"ab".repeat(32)}\n0::/`;
    fc.assert(
      fc.property(shuffled(status), shuffled(listing), shuffled(cgroup), (one, two, three) => {
        const { lines: _, ...members } = parseStatus(one.join("\n"));
        const { lines: __, ...expected } = parseStatus(status);
        expect(members).toEqual(expected);
        expect(linksOf(two.join("\n"))).toEqual(linksOf(listing));
        expect(parseCgroup(three.join("\n")).containerId).toBe("ab".repeat(32));
      }),
    );
  });
});

describe("chains", () => {
  const stacks = [
    "zap_pid_ns_processes do_exit",
    "super_lock __iterate_supers sys_sync",
    "folio_wait_bit generic_shutdown_super deactivate_locked_super",
    "rtnl_lock generic_shutdown_super",
    "super_lock rtnl_newlink rtnetlink_rcv_msg",
    "percpu_rwsem_wait lo_rw_aio loop_process_work kthread",
    "percpu_down_write freeze_super",
    "jbd2_write_superblock kjournald2 kthread",
    "request_wait_answer fuse_flush",
    "fuse_dev_do_read vfs_read",
    "wait_for_vfork_done kernel_clone",
    "exit_mm do_exit",
    "dump_emit do_coredump",
    "ep_poll",
    "",
  ];
  const sketch = fc.record({
    tid: fc.integer({ min: 1, max: 30 }),
    pid: fc.integer({ min: 1, max: 30 }),
    ppid: fc.integer({ min: 0, max: 30 }),
    state: fc.constantFrom("D", "S", "R", "Z", "t"),
    depth: fc.integer({ min: 1, max: 3 }),
    tracer: fc.integer({ min: 0, max: 30 }),
    ns: fc.constantFrom(undefined, 1, 2),
    comm: fc.constantFrom("x", "loop1", "kworker/0:1+loop2", "jbd2/loop1-8", "jbd2/sda1-8"),
    stack: fc.constantFrom(...stacks),
  });

  it("end, whoever waits for whom", () => {
    fc.assert(
      fc.property(fc.array(sketch, { maxLength: 25 }), (sketches) => {
        const tasks: Task[] = joinTasks(
          sketches.flatMap(({ tid, pid, ppid, state, depth, tracer, ns, comm, stack }) => {
            const nspid = Array.from({ length: depth }, (_, i) => tid + i).join("\t");
            const status = parseStatus(
              `Name:\t${comm}\nState:\t${state}\nTgid:\t${pid}\nPid:\t${tid}\nPPid:\t${ppid}\nTracerPid:\t${tracer}\nNSpid:\t${nspid}\n`,
            );
            const frames = stack
              .split(" ")
              .filter(Boolean)
              .map((name) => `[<0>] ${name}+0x1/0x2\n`);
            const path = `proc/${tid}`;
            return [
              { path, part: { tid, pid, status, diagnostics: [] } },
              { path, part: { tid, pid, stack: parseStack(frames.join("")), diagnostics: [] } },
              ...(ns === undefined
                ? []
                : [
                    { path, part: { tid, pid, namespaces: parseNamespaces(`pid:[${ns}]`), diagnostics: [] } },
                  ]),
            ];
          }),
        );
        blockedTasks(tasks);
        const graph = waitGraph(tasks, []);
        for (const { root, path, waiting, cycle } of graph.chains) {
          expect(path.at(-1)?.to ?? root).toBe(root);
          path.forEach((link, index) =>
            expect(link.from).toBe(index === 0 ? link.from : path[index - 1]?.to),
          );
          expect(waiting).not.toContain(root);
          expect(cycle === undefined || cycle.length > 1).toBe(true);
        }
        expect(new Set(graph.cycles.flat()).size).toBe(graph.cycles.flat().length);
        for (const chain of blockingChains(tasks, [])) {
          const reached = new Set([chain.init, ...chain.links.flatMap(({ to }) => to ?? [])]);
          for (const link of chain.links) {
            expect(reached).toContain(link.from);
            expect(link.from).not.toBe(link.to);
          }
          for (const ring of chain.cycles) expect(ring.length).toBeGreaterThan(1);
          expect(new Set(chain.cycles.flat()).size).toBe(chain.cycles.flat().length);
          const roots = rootsOf(chain);
          expect(roots.length).toBeGreaterThan(0);
          for (const { task, path } of roots) {
            expect(path.at(-1)?.to ?? chain.init).toBe(task);
            path.forEach((link, index) => expect(link.from).toBe(path[index - 1]?.to ?? chain.init));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
