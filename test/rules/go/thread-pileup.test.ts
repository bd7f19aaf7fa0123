import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { MAIN, dump } from "./dump.ts";
import { threadcreate } from "./profiles.ts";
import { LOOKUP, STUCK_CALL, status } from "./threads.ts";

const RULE = "go/thread-pileup";

describe(RULE, () => {
  it("sees a thousand threads, by the runtime or by the kernel", async () => {
    const profiled = await analyzeFiles({ "b/node-a/orders/threadcreate.pb.gz": threadcreate(1200) });
    expect(findingOf(profiled, RULE).summary).toBe("orders has 1200 threads.");
    const listed = await analyzeFiles({
      "b/node-a/orders/threadcreate.pb.gz": threadcreate(20),
      "b/node-a/proc/77/status": status(77, "orders", 1500),
    });
    expect(findingOf(listed, RULE)).toMatchObject({ subject: { kind: "process", name: "orders", pid: 77 } });
    expect(findingOf(listed, RULE).evidence.map((e) => e.text)).toEqual([
      "orders (77) has 1500 threads",
      "Go's runtime has 20 threads",
    ]);
  });

  it("sees that the runtime could make no more", async () => {
    const text = `runtime: program exceeds 10000-thread limit\nfatal error: thread exhaustion\n\n${dump([3, MAIN])}`;
    const report = await analyzeFiles({ "crash.txt": text });
    expect(findingOf(report, RULE).evidence[0]?.text).toContain("gave up with 10000 threads");
  });

  it("takes the threads of a large machine and of many lookups for normal", async () => {
    const files = (threads: number) => ({
      "b/node-a/orders/threadcreate.pb.gz": threadcreate(threads),
      "b/node-a/orders/goroutine.txt": dump([1, MAIN], [480, LOOKUP]),
    });
    for (const threads of [12, 140, 300, 700])
      expect(verdictsOf(await analyzeFiles(files(threads)), RULE), `${threads}`).toEqual([]);
    const alone = (threads: number) => ({ "b/node-a/orders/threadcreate.pb.gz": threadcreate(threads) });
    const restarted = await analyzeFiles(alone(150), alone(10));
    expect(verdictsOf(restarted, RULE)).toEqual([]);
  });

  it("sees fewer where the baseline has far fewer, of the same program alone", async () => {
    const files = (threads: number, binary: string) => ({
      "b/node-a/pod/threadcreate.pb.gz": threadcreate(threads, { binary }),
    });
    const grown = await analyzeFiles(files(400, "orders"), files(30, "orders"));
    expect(findingOf(grown, RULE).summary).toBe("orders has 400 threads, where the baseline has 30.");
    expect(verdictsOf(await analyzeFiles(files(400, "orders"), files(30, "prices")), RULE)).toEqual([]);
  });

  it("says nothing of processes that aren't known to be Go's, nor of one of several of a name", async () => {
    const java = await analyzeFiles({ "b/node-a/proc/9/status": status(9, "java", 4000) });
    expect(verdictsOf(java, RULE)).toEqual([]);
    const two = await analyzeFiles({
      "b/node-a/orders/threadcreate.pb.gz": threadcreate(20),
      "b/node-a/proc/77/status": status(77, "orders", 1500),
      "b/node-a/proc/78/status": status(78, "orders", 20),
    });
    expect(verdictsOf(two, RULE)).toEqual([]);
  });

  it("knows the process of a folder that is called by its pid", async () => {
    const report = await analyzeFiles({
      "b/node-a/proc/77/threadcreate.pb.gz": threadcreate(20),
      "b/node-a/proc/77/status": status(77, "orders", 1500),
      "b/node-a/proc/78/status": status(78, "orders", 20),
    });
    expect(findingOf(report, RULE).subject).toEqual({ kind: "process", name: "orders", pid: 77 });
  });

  it("counts the threads that were collected where no file has their number", async () => {
    const tids = Array.from({ length: 1100 }, (_, i) => 77 + i);
    const report = await analyzeFiles({
      "b/node-a/orders/threadcreate.pb.gz": threadcreate(20),
      ...Object.fromEntries(tids.map((tid) => [`b/node-a/proc/77/task/${tid}/comm`, "orders\n"])),
    });
    expect(findingOf(report, RULE).evidence[0]?.text).toBe(
      "files of 1100 threads of orders (77) were collected",
    );
  });

  it("counts goroutines that keep a thread where nothing else counts", async () => {
    const text = dump([1, MAIN], [1200, STUCK_CALL]);
    const report = await analyzeFiles({ "b/goroutine.txt": text });
    expect(findingOf(report, RULE).evidence[0]?.text).toBe("goroutines keep 1200 threads");
    expect(verdictsOf(report, "go/thread-leak")).toEqual(["likely"]);
  });

  it("draws nothing from a sum that was cut", async () => {
    const cut = threadcreate(1200).subarray(0, -30);
    expect(verdictsOf(await analyzeFiles({ "b/node-a/orders/threadcreate.pb.gz": cut }), RULE)).toEqual([]);
  });
});
