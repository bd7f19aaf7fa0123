import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GoroutineGroup, parseGoroutineText } from "../../src/pprof/index.ts";
import { bytesOf, codesOf, gunzipped, text } from "./fixtures.ts";

const parse = (content: string) => parseGoroutineText(bytesOf(content));
const stack = (name = "main.leak") => `${name}(0xc000012345, {0x1, 0x2})\n\t/src/main.go:12 +0x1d\n`;
const goroutine = (header: string, body = stack()) => `${header}\n${body}\n`;
const only = (content: string): GoroutineGroup => {
  const { groups } = parse(content);
  expect(groups).toHaveLength(1);
  return groups[0] as GoroutineGroup;
};
const names = ({ frames }: GoroutineGroup) => frames.map(({ func }) => func);

const framesOf = (body: string) => only(goroutine("goroutine 7 [running]:", body)).frames;
const created = (by: string, line = 3) => `created by ${by}\n\t/src/main.go:${line} +0x2\n`;

describe("the header of a goroutine", () => {
  it.each([
    ["goroutine 7 [chan send]:", { state: "chan send", ids: [7] }],
    ["goroutine 7 [running]:", { state: "running", leaked: 0, lockedToThread: 0 }],
    ["goroutine 7 [syscall, locked to thread]:", { state: "syscall", lockedToThread: 1 }],
    [
      "goroutine 7 [select, 528 minutes]:",
      { state: "select", wait: { known: 1, unknown: 0, min: 528, median: 528, max: 528 } },
    ],
    [
      "goroutine 7 [chan send, 101 minutes, locked to thread]:",
      { lockedToThread: 1, wait: { known: 1, unknown: 0, min: 101, median: 101, max: 101 } },
    ],
    ["goroutine 7 [chan receive (leaked)]:", { state: "chan receive", leaked: 1 }],
    [
      "goroutine 7 [chan receive (nil chan) (leaked) (scan), locked to thread]:",
      { state: "chan receive (nil chan)", leaked: 1, lockedToThread: 1 },
    ],
    ["goroutine 7 [select (durable), 2 minutes, synctest bubble 1]:", { state: "select", leaked: 0 }],
    ["goroutine 7 [chan receive (synctest), synctest bubble 18]:", { state: "chan receive (synctest)" }],
    ["goroutine 7 [force gc (idle)]:", { state: "force gc (idle)" }],
    ["goroutine 7 [select (no cases) (scan)]:", { state: "select (no cases)" }],
    [
      "goroutine 1013 gp=0xc0003f3500 m=0 mp=0x627660 [syscall, locked to thread]:",
      { state: "syscall", ids: [1013], lockedToThread: 1 },
    ],
    ["goroutine 18 gp=0xc000002380 m=nil [select, 5 minutes]:", { state: "select" }],
    ["goroutine 18 gp=0xc000002380 m=nil mp=0x1 [select]:", { state: "select" }],
    ["goroutine 18446744073709551615 [sync.RWMutex.RLock]:", { state: "sync.RWMutex.RLock" }],
    [
      'goroutine 7 [running] {tenant: a, "queue name": "low: {1}, \\"x\\""}:',
      { labels: { tenant: "a", "queue name": 'low: {1}, "x"' } },
    ],
    [
      'goroutine 7 [select, 3 minutes] {pattern: "GET /panic"}:',
      { state: "select", labels: { pattern: "GET /panic" } },
    ],
    ['goroutine 7 [running] {k: "caf\\u00e9\\n\\x41"}:', { labels: { k: "café\nA" } }],
  ])("%s", (header, expected) => {
    expect(only(goroutine(header))).toMatchObject(expected);
    expect(only(goroutine(header).replaceAll("\n", "\r\n"))).toMatchObject(expected);
    expect(only(`panic: boom\n\n${goroutine(header)}exit status 2\n`)).toMatchObject(expected);
  });

  it.each([
    "goroutine 7 [running]",
    "goroutine 7 [running]: and more",
    "goroutine [running]:",
    "goroutine x [running]:",
    "goroutine 7 running:",
    "goroutine 7 then [running]:",
    " goroutine 7 [running]:",
    "Goroutine 7 (running) created at:",
  ])("is not %s", (line) => {
    expect(parse(goroutine(line))).toMatchObject({
      total: 0,
      groups: [],
      diagnostics: [{ effect: "unread", code: "no-goroutines" }],
    });
  });
});

describe("the frames of a goroutine", () => {
  it.each([
    [
      "main.main()",
      "\t/src/main.go:12 +0x1d",
      { func: "main.main", file: "/src/main.go", line: 12, inlined: false },
    ],
    [
      "main.next(...)",
      "\t/src/main.go:44",
      { func: "main.next", file: "/src/main.go", line: 44, inlined: true },
    ],
    ["main.(*server).leak(0xc000?, {0x1, 0x2?, ...})", "\t/src/a.go:1 +0x1", { func: "main.(*server).leak" }],
    ["main.glob..func1.2(0x1)", "\t/src/a.go:1 +0x1", { func: "main.glob..func1.2" }],
    ["main.G[...](0x0, _)", "\t/src/a.go:1 +0x1", { func: "main.G[...]" }],
    [
      "k8s.io/x/y%2ev2.(*T[...]).F(...)",
      "\t/src/a.go:1",
      { func: "k8s.io/x/y%2ev2.(*T[...]).F", inlined: true },
    ],
    [
      "main.f(0x1)",
      "\t/src/a.go:68 +0x27 fp=0xc0003ebf48 sp=0xc0003ebed8 pc=0x470027",
      { file: "/src/a.go", line: 68 },
    ],
    [
      "main.f(0x1)",
      "\tC:/Program Files/go app/a.go:68 +0x27",
      { file: "C:/Program Files/go app/a.go", line: 68 },
    ],
    ["main.f(0x1)", "        /src/a.go:68 +0x27", { file: "/src/a.go", line: 68 }],
    ["main.f(0x1)", "\t_cgo_gotypes.go:46 +0x45", { file: "_cgo_gotypes.go", line: 46 }],
    [
      "std::thread::run",
      "\t/src/t.cc:9 pc=0x7f001",
      { func: "std::thread::run", file: "/src/t.cc", line: 9 },
    ],
    ["panic({0x1?, 0x2?})", "\t/go/panic.go:884 +0x213", { func: "panic", line: 884 }],
  ])("%s %s", (call, place, expected) => {
    expect(framesOf(`${call}\n${place}\n`)).toMatchObject([expected]);
  });

  it("may be functions that aren't Go's, without a place", () => {
    const frames = framesOf(
      `non-Go function at pc=7f11\nnon-Go function at pc=7f22\nnon-Go function\n\tpc=0x7f33\n${stack()}`,
    );
    expect(frames.map(({ func, file }) => [func, file])).toEqual([
      ["non-Go function", undefined],
      ["non-Go function", undefined],
      ["non-Go function", undefined],
      ["main.leak", "/src/main.go"],
    ]);
  });

  it.each(["...additional frames elided...", "...23 frames elided...", "...1 frames elided..."])(
    "%s",
    (line) => {
      const body = `${stack("main.a")}${line}\n${stack("main.b")}created by main.main in goroutine 1\n\t/src/main.go:3 +0x2\n`;
      const group = only(goroutine("goroutine 7 [running]:", body));
      expect(names(group)).toEqual(["main.a", "...frames elided...", "main.b"]);
      expect(group.createdBy?.func).toBe("main.main");
    },
  );

  it("may be unavailable", () => {
    const body =
      "\tgoroutine running on other thread; stack unavailable\ncreated by main.main\n\t/src/main.go:3 +0x2\n";
    const set = parse(goroutine("goroutine 7 [running]:", body));
    expect(set.groups).toMatchObject([{ frames: [], count: 1, createdBy: { func: "main.main", line: 3 } }]);
    expect(set.diagnostics).toMatchObject([{ effect: "note", code: "stack-unavailable" }]);
    expect(
      codesOf(
        parse("goroutine 1 [running]:\n\tgoroutine running on other thread; stack unavailable").diagnostics,
      ),
    ).toEqual(["stack-unavailable"]);
  });

  it("may have a creator without a place", () => {
    const group = only(
      goroutine("goroutine 7 [running]:", `${stack()}created by main.spawn in goroutine 1\n`),
    );
    expect(group.createdBy).toEqual({ func: "main.spawn", inlined: false });
  });

  it("are not those of the goroutine's ancestors", () => {
    const set = parseGoroutineText(bytesOf(text("ancestors.txt")));
    const plain = parseGoroutineText(bytesOf(text("panic.txt")));
    const shape = ({ groups }: typeof set) =>
      groups.map((group) => [group.count, group.state, names(group), group.createdBy?.func]);
    expect(shape(set)).toEqual(shape(plain));
    expect(text("ancestors.txt")).toContain("[originating from goroutine ");
  });

  it("are kept though a log writes in between, and it says so", () => {
    const log = "I1122 05:00:00 main.go:1] still here (really)\n";
    const set = parse(goroutine("goroutine 7 [running]:", `${stack("main.a")}${log}${stack("main.b")}`));
    expect(names(set.groups[0] as GoroutineGroup)).toEqual(["main.a", "main.b"]);
    expect(set.diagnostics).toMatchObject([{ effect: "note", code: "foreign-lines" }]);
    for (const end of ["", "\n", "\nmake: *** [run] Error 1\n"])
      expect(parse(`goroutine 7 [running]:\n${stack()}exit status 2${end}`).diagnostics).toEqual([]);
  });

  it("may be any number", () => {
    const body = Array.from({ length: 1000 }, (_, index) => stack(`main.f${index}`)).join("");
    expect(framesOf(body)).toHaveLength(1000);
  });
});

describe("the groups of a dump", () => {
  it("ignore arguments, offsets, minutes and ids, and nothing else", () => {
    const same = [
      goroutine(
        "goroutine 1 [select]:",
        `main.f(0x1)\n\t/a.go:1 +0x1\n${created("main.main in goroutine 1")}`,
      ),
      goroutine(
        "goroutine 2 [select, 9 minutes]:",
        `main.f(0x2, 0x3)\n\t/a.go:1 +0x9\n${created("main.main in goroutine 99")}`,
      ),
      goroutine(
        "goroutine 3 gp=0x1 m=nil [select (scan), locked to thread]:",
        `main.f(...)\n\t/a.go:1\n${created("main.main")}`,
      ),
    ];
    const others = [
      goroutine("goroutine 4 [chan send]:", `main.f(0x1)\n\t/a.go:1 +0x1\n${created("main.main")}`),
      goroutine("goroutine 5 [select]:", `main.g(0x1)\n\t/a.go:1 +0x1\n${created("main.main")}`),
      goroutine("goroutine 6 [select]:", `main.f(0x1)\n\t/a.go:2 +0x1\n${created("main.main")}`),
      goroutine("goroutine 7 [select]:", `main.f(0x1)\n\t/b.go:1 +0x1\n${created("main.main")}`),
      goroutine("goroutine 8 [select]:", `main.f(0x1)\n\t/a.go:1 +0x1\n${created("main.other")}`),
      goroutine("goroutine 9 [select]:", `main.f(0x1)\n\t/a.go:1 +0x1\n${created("main.main", 4)}`),
      goroutine("goroutine 10 [select]:", `main.f(0x1)\n\t/a.go:1 +0x1\n`),
      goroutine("goroutine 11 [select]:", `main.f(0x1)\n\t/a.go:1 +0x1\n${stack()}${created("main.main")}`),
    ];
    const set = parse([...same, ...others].join(""));
    expect(set.total).toBe(11);
    expect(set.groups.map(({ count }) => count)).toEqual([3, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(set.groups[0]).toMatchObject({
      ids: [1, 2, 3],
      lockedToThread: 1,
      wait: { known: 1, unknown: 2, min: 9, max: 9 },
    });
  });

  it("are told apart by names and files that end alike", () => {
    const tail = "/a/very/long/path/that/all/of/them/share.(*Server).serve";
    const parts = ["one", "two", "six"].map((top, id) =>
      goroutine(`goroutine ${id + 1} [select]:`, stack(`${top}${tail}`)),
    );
    expect(parse(parts.join("")).groups.map((group) => names(group)[0])).toEqual([
      `one${tail}`,
      `six${tail}`,
      `two${tail}`,
    ]);
  });

  it("tell how long they wait", () => {
    const waits = [3, 0, 1, 500, 4, 0].map((minutes, id) =>
      goroutine(`goroutine ${id + 1} [select${minutes > 0 ? `, ${minutes} minutes` : ""}]:`),
    );
    expect(only(waits.join("")).wait).toEqual({ known: 4, unknown: 2, min: 1, median: 3.5, max: 500 });
    expect(only(goroutine("goroutine 1 [select]:"))).not.toHaveProperty("wait");
  });

  it("tell which lock most of them wait for, where Go prints its address", () => {
    const slow = (address: string) =>
      `sync.runtime_SemacquireMutex(0x0?, 0x0?)\n\t/go/sema.go:77 +0x2\n${address}\n\t/go/mutex.go:1 +0x2\n${stack()}`;
    const waiting = (...calls: readonly string[]) =>
      calls.map((call, id) => goroutine(`goroutine ${id + 1} [semacquire]:`, slow(call))).join("");
    const locking = (address: string) => `sync.(*Mutex).lockSlow(${address})`;
    const lock = { address: "0xc0000b8210", waiters: 2 };
    expect(only(waiting(...["0xc0000b8210", "0xc0000b8300", "0xc0000b8210"].map(locking)))).toMatchObject({
      lock,
    });
    for (const call of ["sync.(*Mutex).Lock", "sync.(*RWMutex).RLock", "internal/sync.(*Mutex).lockSlow"])
      expect(only(waiting(`${call}(0xc0000b8210, 0x1)`)).lock?.address).toBe("0xc0000b8210");
    for (const call of [
      "sync.(*Mutex).Lock(...)",
      "sync.(*RWMutex).Lock(0x0?)",
      "sync.(*Pool).Get(0xc0000b8210)",
    ])
      expect(only(waiting(call))).not.toHaveProperty("lock");
  });

  it("keep ten ids as examples, and the labels that all share", () => {
    const many = Array.from({ length: 30 }, (_, id) =>
      goroutine(`goroutine ${id + 1} [select] {tenant: a, id: "${id}"}:`),
    );
    const group = only(many.join(""));
    expect(group).toMatchObject({ count: 30, ids: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], labels: { tenant: "a" } });
    expect(only(many.join("") + goroutine("goroutine 31 [select]:"))).not.toHaveProperty("labels");
  });

  it("come largest first, then by their stacks, whatever order they stood in", () => {
    const parts = Array.from("aabbbcdd", (name, id) =>
      goroutine(`goroutine ${id + 1} [select]:`, stack(`main.${name}`)),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
        const { groups } = parse(shuffled.join(""));
        expect(groups.map((group) => `${group.count} ${names(group).join()}`)).toEqual([
          "3 main.b",
          "2 main.a",
          "2 main.d",
          "1 main.c",
        ]);
      }),
    );
  });
});

describe("a dump that is cut", () => {
  const whole = `${goroutine("goroutine 1 [running]:")}goroutine 22 [select, 5 minutes]:\nmain.wait(0x1)\n\t/src/main.go:145 +0x1d\nmain.loop()\n\t/src/main.go:18 +0xab\ncreated by main.main in goroutine 1\n\t/src/main.go:7 +0x1d\n`;

  it("keeps its last goroutine with what is sound of it, at every byte", () => {
    const start = whole.indexOf("goroutine 22");
    const sound = parse(whole);
    expect(sound.diagnostics).toEqual([]);
    const wholeFrames = sound.groups.find(({ ids }) => ids[0] === 22)?.frames ?? [];
    for (let cut = start + 13; cut < whole.length - 5; cut++) {
      const set = parse(whole.slice(0, cut));
      const last = set.groups.find(({ ids }) => ids[0] === 22);
      const hasHeader = cut >= whole.indexOf("\nmain.wait");
      expect(set.total).toBe(hasHeader ? 2 : 1);
      for (const [index, frame] of (last?.frames ?? []).entries())
        expect(wholeFrames[index]).toMatchObject(frame);
      expect([undefined, "main.main"]).toContain(last?.createdBy?.func);
      // A cut where a frame is whole can't be seen.
      const atFrame = / \+[0-9a-fx]*\n?$/.test(whole.slice(0, cut)) && cut > start + 40;
      expect(codesOf(set.diagnostics)).toEqual(atFrame ? [] : ["goroutine-cut"]);
    }
  });

  it("says where the goroutine begins", () => {
    const { diagnostics } = parse(whole.slice(0, -30));
    expect(diagnostics).toMatchObject([
      { effect: "partial", code: "goroutine-cut", offset: whole.indexOf("goroutine 22") },
    ]);
  });

  it("is suspected where it has the length at which net/http/pprof stops", () => {
    const bytes = new Uint8Array(64 << 20).fill(10);
    bytes.set(bytesOf(whole));
    expect(parseGoroutineText(bytes)).toMatchObject({
      total: 2,
      diagnostics: [{ effect: "partial", code: "dump-full" }],
    });
    expect(parseGoroutineText(bytes.subarray(1, 5000)).diagnostics).toEqual([]);
  });
});

describe("real dumps", () => {
  it.each([
    ["go119.sigquit.txt.gz", 1020, 17],
    ["go124-strip.sigquit.txt.gz", 1021, 18],
  ])("%s has %i goroutines", (name, total, groups) => {
    const bytes = gunzipped(name);
    const content = new TextDecoder().decode(bytes);
    const set = parseGoroutineText(bytes);
    expect(set).toMatchObject({ form: "debug=2", total, diagnostics: [] });
    expect(set.groups).toHaveLength(groups);
    expect(set.total).toBe(content.match(/^goroutine \d+ /gm)?.length);
    const states = new Map<string, number>();
    for (const [, state = ""] of content.matchAll(/^goroutine \d+ .*\[([^,\]]+).*\]:$/gm))
      states.set(state, (states.get(state) ?? 0) + 1);
    for (const { state = "", count } of set.groups) states.set(state, (states.get(state) ?? 0) - count);
    expect([...states.values()].every((left) => left === 0)).toBe(true);
    expect(set.groups[0]).toMatchObject({
      count: 400,
      state: "chan receive",
      createdBy: { func: "main.main" },
    });
    expect(set.groups.find(({ state }) => state === "syscall")).toMatchObject({
      count: 12,
      lockedToThread: 12,
    });
  });

  it("reads panics and fatal errors", () => {
    const panic = parseGoroutineText(bytesOf(text("panic.txt")));
    expect(panic).toMatchObject({ total: 8, diagnostics: [] });
    expect(panic.groups[0]).toMatchObject({
      count: 3,
      state: "chan send",
      frames: [{ func: "main.(*server).leakSend" }],
    });
    const deadlock = parseGoroutineText(bytesOf(text("deadlock.txt")));
    expect(deadlock).toMatchObject({ total: 4, diagnostics: [] });
  });

  it("leaves out the system stacks of threads, which GOTRACEBACK=crash prints", () => {
    const crash = parseGoroutineText(gunzipped("crash.txt.gz"));
    expect(crash.diagnostics).toMatchObject([
      { effect: "note", code: "system-stacks", message: /^5 threads/ },
    ]);
    expect(crash.groups.filter(({ ids }) => ids.includes(0))).toEqual([]);
  });

  it("reads the largest of several dumps in one text, for they are of several times", () => {
    const dump = text("panic.txt");
    const small = parse(goroutine("goroutine 1 [running]:") + goroutine("goroutine 2 [select]:"));
    expect(small.diagnostics).toEqual([]);
    const before = goroutine("goroutine 1 [running]:") + goroutine("goroutine 2 [select]:");
    for (const content of [
      `${dump}\n${dump}`,
      `${before}${dump}`,
      `${dump}\n${before}`,
      `${before}${dump}\n${before}`,
    ]) {
      const set = parse(content);
      expect(set.total).toBe(8);
      expect(set.groups).toEqual(parse(dump).groups);
      expect(codesOf(set.diagnostics)).toEqual(["several-dumps"]);
    }
    expect(parse(`${dump}\n${dump}`).diagnostics[0]?.message).toMatch(/^the text holds 2 dumps/);
  });

  it("does not add up stacks that a program logs of single goroutines", () => {
    const recovered = (id: number) =>
      `2024/05/01 http: panic serving 10.0.0.7:40${id}: boom\n${goroutine(`goroutine ${id} [running]:`)}`;
    const many = Array.from({ length: 2000 }, (_, i) => recovered(i + 1)).join("");
    expect(parse(many).total).toBe(1);
    const set = parse(`${many}${text("panic.txt")}`);
    expect(set).toMatchObject({ total: 8, diagnostics: [{ effect: "note", code: "several-dumps" }] });
  });

  it("keeps a dump together that other text interrupts", () => {
    const whole = new TextDecoder().decode(gunzipped("go119.sigquit.txt.gz"));
    const interrupted = whole.replaceAll(/\n\n(?=goroutine \d*[05] )/g, "\n\nI0501 10:00:00 a log line\n");
    expect(parse(interrupted)).toMatchObject({ total: 1020, diagnostics: [] });
  });

  it("agrees with a plain reading of every goroutine, on any selection of them", () => {
    const content = new TextDecoder().decode(gunzipped("go124-strip.sigquit.txt.gz"));
    const parts = content.split("\n\n").filter((part) => part.startsWith("goroutine "));
    fc.assert(
      fc.property(fc.subarray(parts, { minLength: 1 }), (chosen) => {
        const expected = new Map<string, number>();
        for (const part of chosen) {
          const key = plainKey(part);
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
        const { groups } = parse(`${chosen.join("\n\n")}\n`);
        const found = new Map(groups.map((group) => [keyOf(group), group.count]));
        expect(found).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it("never throws, whatever is cut or changed", () => {
    const bytes = gunzipped("crash.txt.gz");
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.array(fc.tuple(fc.nat(bytes.length), fc.nat(255)), { maxLength: 30 }),
        (cut, changes) => {
          const changed = bytes.slice(0, cut);
          for (const [at, value] of changes) changed[at % (cut + 1)] = value;
          const { total, groups } = parseGoroutineText(changed);
          expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(total);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** A goroutine's key by regular expressions: slow, and written apart from the reader. */
function plainKey(part: string): string {
  const [header = "", ...lines] = part.split("\n");
  const state = /\[([^,\]]+)/.exec(header)?.[1] ?? "";
  const rows: string[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    if (/^\.\.\..* elided\.\.\.$/.test(lines[at] ?? "")) {
      rows.push("...frames elided... undefined:undefined");
      at++;
    }
    const call = (lines[at] ?? "")
      .replace(/^created by (.*?)(?: in goroutine \d+)?$/, "by $1")
      .replace(/\([^()]*\)$/, "");
    rows.push(`${call} ${(lines[at + 1] ?? "").trim().replace(/ .*$/, "")}`);
  }
  return [state, ...rows].join("\n");
}

function keyOf({ state, frames, createdBy }: GoroutineGroup): string {
  const rows = frames.map(({ func, file, line }) => `${func} ${file}:${line}`);
  if (createdBy !== undefined) rows.push(`by ${createdBy.func} ${createdBy.file}:${createdBy.line}`);
  return [state, ...rows].join("\n");
}

describe("a crash of too many threads", () => {
  const stack = "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d\n";
  const threads = (line: string) => parseGoroutineText(bytesOf(`${line}\n\n${stack}`)).threadsAtLimit;

  it("says how many threads there were", () => {
    expect(threads("runtime: program exceeds 10000-thread limit\nfatal error: thread exhaustion")).toBe(
      10_000,
    );
    expect(threads("runtime: failed to create new OS thread (have 4093 already; errno=11)")).toBe(4093);
  });

  it("says nothing in other crashes, and where the line is cut", () => {
    expect(threads("panic: too many threads")).toBeUndefined();
    expect(threads("runtime: program exceeds 100")).toBeUndefined();
  });
});
