import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { cpuProfile } from "./made-profiles.ts";

const RULE = "go/cpu-hotspot";
type Stacks = Parameters<typeof cpuProfile>[1];

const analyze = (stacks: Stacks, seconds = 10) =>
  analyzeFiles({ "b/shop/cpu.pb": cpuProfile(seconds, stacks) });
const names = async (stacks: Stacks, seconds?: number) =>
  (await analyze(stacks, seconds)).findings
    .filter(({ rule }) => rule === RULE)
    .flatMap(({ subject }) => [subject, ...((subject["alike"] ?? []) as { name: string }[])])
    .map((subject) => subject["name"]);

const SERVE = [
  "net/http.HandlerFunc.ServeHTTP",
  "net/http.serverHandler.ServeHTTP",
  "net/http.(*conn).serve",
];
const DECODE = ["encoding/json.(*decodeState).object", "encoding/json.Unmarshal", "main.rates", "main.tax"];
const GC = ["runtime.scanobject", "runtime.gcDrain", "runtime.gcBgMarkWorker"];

describe(RULE, () => {
  it("names what the weight is passed on to, how much it burns, and who calls it", async () => {
    const report = await analyze([
      [500, "runtime.mallocgc", ...DECODE, "main.price", ...SERVE],
      [800, ...DECODE, "main.price", ...SERVE],
      [200, "main.list", ...SERVE],
      [100, ...GC],
    ]);
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    const { subject, summary, evidence } = findingOf(report, RULE);
    expect(subject).toEqual({ kind: "function", name: "main.rates" });
    expect(summary).toBe(
      "1.3 of the 1.6 cores that the process used (81%) were spent in main.rates, of which " +
        "100% in encoding/json.Unmarshal, 38% in allocating memory. It is called by main.tax (100%) ← main.price (100%) " +
        "← net/http.(*conn).serve (100%).",
    );
    expect(evidence[0]?.text).toBe("1300 of 1600 samples in 10 s are of main.rates");
  });

  it("names the function where the weight disperses", async () => {
    const above = ["main.(*index).rebuild", "main.(*index).refresh", "main.watch"];
    expect(
      await names([
        [300, "main.tokenize", ...above],
        [250, "main.stem", ...above],
        [200, "main.rank", ...above],
        [700, "main.other", "main.watch"],
      ]),
    ).toEqual(["main.(*index).rebuild", "main.other"]);
  });

  it("does not name a dispatcher, only what dominates below it", async () => {
    const worker = ["main.(*worker).run", "main.(*worker).loop", "main.main.func1"];
    const even: Stacks = [1, 2, 3, 4].map((n) => [300, `main.step${n}`, ...worker]);
    expect(await names(even)).toEqual([]);
    expect(await names([...even, [900, "main.step5", ...worker]])).toEqual(["main.step5"]);
    const handlers: Stacks = [1, 2, 3, 4].map((n) => [300, `main.handle${n}`, ...SERVE]);
    expect(await names(handlers)).toEqual([]);
    const library: Stacks = [
      [400, "bufio.(*Writer).Flush", "net/http.(*conn).serve"],
      [400, "net/textproto.(*Reader).ReadMIMEHeader", "net/http.(*conn).serve"],
      [300, "crypto/tls.(*Conn).Read", "net/http.(*conn).serve"],
    ];
    expect(await names(library)).toEqual([]);
    const tls: Stacks = [
      [
        600,
        "crypto/internal/bigmod.(*Nat).Mul",
        "crypto/rsa.decrypt",
        "crypto/tls.(*Conn).HandshakeContext",
        "net/http.(*conn).serve",
      ],
      [
        100,
        "crypto/tls.(*Conn).writeRecordLocked",
        "crypto/tls.(*Conn).HandshakeContext",
        "net/http.(*conn).serve",
      ],
    ];
    expect(await names(tls)).toEqual(["crypto/internal/bigmod.(*Nat).Mul"]);
    const main: Stacks = library.map(([samples, leaf = ""]) => [samples, leaf, "main.main", "runtime.main"]);
    expect(await names(main)).toEqual([]);
  });

  it("names a function in which goroutines begin where it burns it itself, or in one call", async () => {
    expect(await names([[900, "main.spin", "runtime.goexit"]])).toEqual(["main.spin"]);
    const worker: Stacks = [
      [700, ...DECODE.slice(0, 2), "main.worker"],
      [200, "main.store", "main.worker"],
    ];
    expect(await names(worker)).toEqual(["main.worker"]);
    const summary = findingOf(await analyze(worker), RULE).summary;
    expect(summary).toContain("in main.worker, of which 78% in encoding/json.Unmarshal.");
  });

  it("passes recursion once, and ends", async () => {
    const walk = ["main.visit", "main.walk", "main.visit", "main.walk", "main.scan", "main.main"];
    expect(
      await names([
        [500, "main.leaf", ...walk],
        [400, ...walk],
      ]),
    ).toEqual(["main.visit"]);
  });

  it("gives nothing where little was burnt, whatever its share", async () => {
    expect(await names([[3, "main.spin", "main.main"]])).toEqual([]);
    expect(await names([[450, "main.spin", "main.main"]])).toEqual([]);
    expect(await names([[60, "main.spin", "main.main"]], 0.5)).toEqual([]);
    expect(await names([[550, "main.spin", "main.main"]])).toEqual(["main.spin"]);
  });

  it("names garbage collection as what it is, and who makes the garbage", async () => {
    const report = await analyze([
      [900, ...GC],
      [300, "runtime.gcDrainN", "runtime.gcAssistAlloc", "runtime.mallocgc", "main.copy", "main.render"],
      [300, "runtime.mallocgc", "main.copy", "main.render"],
      [400, "main.parse", "main.render"],
    ]);
    const { subject, summary } = findingOf(report, RULE);
    expect(subject).toEqual({ kind: "runtime", name: "garbage collection" });
    expect(summary).toContain(
      "1.2 of the 1.9 cores that the process used (63%) were spent in garbage collection",
    );
    expect(summary).toContain("100% of the time spent on allocating is below main.copy");
  });

  it("names system calls that no function dominates", async () => {
    const calls: Stacks = [1, 2, 3, 4].map((n) => [
      300,
      "syscall.Syscall",
      "syscall.write",
      "internal/poll.(*FD).Write",
      `main.log${n}`,
      `main.task${n}`,
    ]);
    expect(await names(calls)).toEqual(["system calls"]);
    const one: Stacks = [
      [900, "syscall.Syscall", "syscall.read", "os.(*File).Read", "main.poll", "main.main"],
    ];
    const report = await analyze(one);
    expect(findingOf(report, RULE).summary).toContain(
      "were spent in main.poll, of which 100% in system calls",
    );
  });

  it("takes no other profile for one of the CPU, and none without a duration", async () => {
    expect(await names([[900, "main.spin", "main.main"]], 0)).toEqual([]);
  });

  it("says what the function burnt in a baseline of the same binary", async () => {
    const now = {
      "b/shop/cpu.pb": cpuProfile(10, [
        [900, ...DECODE, ...SERVE],
        [100, "main.list", ...SERVE],
      ]),
    };
    const before = {
      "h/shop/cpu.pb": cpuProfile(10, [
        [10, ...DECODE, ...SERVE],
        [190, "main.list", ...SERVE],
      ]),
    };
    const { summary, evidence } = findingOf(await analyzeFiles(now, before), RULE);
    expect(summary).toMatch(/; in the baseline, a peer, it burnt 0\.0 of 0\.2 cores \(5%\)\.$/);
    expect(evidence.at(-1)?.artifact).toBe("h/shop/cpu.pb");
  });
});
