import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { procFiles } from "../proc/tasks.ts";
import { IDLE_CONNECTION, MAIN, dump } from "./dump.ts";
import { profile, threadcreate } from "./profiles.ts";
import { LOCKED, LOOKUP, STUCK_CALL, status } from "./threads.ts";

const RULE = "go/thread-leak";
const at = (folder: string, threads: number, text?: string | Uint8Array, vdso?: number) => ({
  [`${folder}/threadcreate.pb.gz`]: threadcreate(threads, vdso === undefined ? {} : { vdso }),
  ...(text !== undefined && { [`${folder}/goroutine`]: text }),
});
const SICK = dump([1, MAIN], [1400, STUCK_CALL]);
const now = at("b/node-a/orders", 1412, SICK);

describe(RULE, () => {
  it("is likely where old calls keep the threads, and never confirmed by one snapshot", async () => {
    const report = await analyzeFiles(now);
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.explains).toEqual(["go/thread-pileup"]);
    expect(finding.summary).toBe(
      "1400 of the 1412 threads of orders are kept by goroutines, 1400 of them in os.OpenFile [syscall], called by main.fetch, " +
        "waiting for 40 minutes.",
    );
    expect(verdictsOf(report, "go/idle-threads")).toEqual(["ruled-out"]);
  });

  it("is confirmed by growth of the same process", async () => {
    const report = await analyzeFiles(now, at("h/node-a/orders", 40));
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).evidence.map((e) => e.text)).toContain(
      "Go's runtime has 40 threads in the baseline, the same process",
    );
  });

  it("is likely at most where nothing tells how long the calls have lasted", async () => {
    const calls = profile({
      types: ["goroutine/count"],
      samples: [[["syscall.Syscall6", "syscall.openat", "os.OpenFile", "main.fetch"], 1400]],
    });
    const report = await analyzeFiles(at("b/node-a/orders", 1412, calls), at("h/node-a/orders", 40));
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });

  it("says that there are so many at least where only a dump was given", async () => {
    const report = await analyzeFiles({ dump: SICK });
    expect(findingOf(report, "go/thread-pileup").summary).toBe("the process has at least 1400 threads.");
    expect(findingOf(report, RULE).summary).toMatch(
      /^At least 1400 threads of the process are kept by goroutines/,
    );
  });

  it("is known to be the same process by its vDSO where no folder and no host tells", async () => {
    const sick = at("b", 1412, SICK, 0x7f12_3456_7000);
    expect(verdictsOf(await analyzeFiles(sick, at("h", 40, "", 0x7f12_3456_7000)), RULE)).toEqual([
      "confirmed",
    ]);
    expect(verdictsOf(await analyzeFiles(sick, at("h", 40)), RULE)).toEqual(["likely"]);
  });

  it("takes another pod, and the process before a restart, for a peer, which only helps", async () => {
    expect(verdictsOf(await analyzeFiles(now, at("h/node-b/orders", 40)), RULE)).toEqual(["likely"]);
    const restarted = await analyzeFiles(
      at("b/node-a/orders", 1412, SICK, 0x7f12_3456_7000),
      at("h/node-a/orders", 40, "", 0x7f77_3456_7000),
    );
    expect(verdictsOf(restarted, RULE)).toEqual(["likely"]);
    const otherPid = await analyzeFiles(
      { ...now, "b/node-a/proc/7/status": status(7, "orders", 1412) },
      { ...at("h/node-a/orders", 40), "h/node-a/proc/9/status": status(9, "orders", 40) },
    );
    expect(verdictsOf(otherPid, RULE)).toEqual(["likely"]);
  });

  it("is ruled out, whatever it grew from, where the calls have returned: Go keeps the threads", async () => {
    const idle = dump([1, MAIN], [90, IDLE_CONNECTION]);
    const report = await analyzeFiles(at("b/node-a/orders", 1412, idle), at("h/node-a/orders", 40));
    expect(verdictsOf(report, RULE)).toEqual(["ruled-out"]);
  });

  it("is only possible by growth alone: without goroutines nothing tells a leak from what a burst left", async () => {
    const report = await analyzeFiles(at("b/node-a/orders", 1412), at("h/node-a/orders", 40));
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
    expect(
      findingOf(report, RULE)
        .missing.map((m) => m.command)
        .join(),
    ).toContain("goroutine?debug=2");
    expect(verdictsOf(await analyzeFiles(at("b/node-a/orders", 1412)), RULE)).toEqual(["possible"]);
  });

  it("is held down by calls that have just begun, and by a count that was as large before", async () => {
    const { minutes: _, ...recent } = STUCK_CALL;
    const busy = at("b/node-a/orders", 1412, dump([1, MAIN], [1400, recent]));
    expect(verdictsOf(await analyzeFiles(busy, at("h/node-a/orders", 40)), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeFiles(now, at("h/node-a/orders", 1390)), RULE)).toEqual(["possible"]);
  });

  it("does not take many lookups at once for a leak: Go bounds them", async () => {
    const sick = at("b/node-a/orders", 420, dump([400, LOOKUP]));
    expect(verdictsOf(await analyzeFiles(sick, at("h/node-a/orders", 20)), RULE)).toEqual(["possible"]);
  });

  it("counts goroutines that are locked to a thread, and calls of C in profiles", async () => {
    const locked = at("b/node-a/orders", 1412, dump([1, MAIN], [1300, LOCKED]));
    expect(verdictsOf(await analyzeFiles(locked), RULE)).toEqual(["likely"]);
    const calls = profile({
      types: ["goroutine/count"],
      samples: [[["runtime.cgocall", "main._Cfunc_scan", "main.fetch"], 1300]],
    });
    expect(verdictsOf(await analyzeFiles(at("b/node-a/orders", 1412, calls)), RULE)).toEqual(["likely"]);
  });

  it("draws nothing from a count that stays for some seconds", async () => {
    const shot = (folder: string, minute: number) => ({
      [`${folder}/node-a/orders/threadcreate.pb.gz`]: threadcreate(1412, { minute }),
      [`${folder}/node-a/orders/goroutine`]: SICK,
    });
    expect(verdictsOf(await analyzeFiles(shot("b", 1), shot("h", 0)), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await analyzeFiles(shot("b", 30), shot("h", 0)), RULE)).toEqual(["possible"]);
  });

  it("leaves open whose threads they are where C code made most of them", async () => {
    const files = {
      ...at("b/node-a/orders", 20, dump([30, MAIN])),
      "b/node-a/proc/7/status": status(7, "orders", 1500),
    };
    const report = await analyzeFiles(files);
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
    expect(verdictsOf(report, "go/idle-threads")).toEqual(["ruled-out"]);
  });

  it("points at threads that are blocked in the kernel", async () => {
    const stuck = {
      pid: 7,
      comm: "orders",
      state: "D",
      stack: ["rpc_wait_bit_killable", "nfs4_do_open"],
    } as const;
    const report = await analyzeFiles({ ...now, ...procFiles("b/node-a", [stuck]) });
    expect(findingOf(report, RULE).summary).toContain(
      "Blocked in the kernel: orders (7) waits for an answer of the NFS server",
    );
  });
});
