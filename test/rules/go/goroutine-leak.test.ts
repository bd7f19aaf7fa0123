import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { DumpedGoroutine } from "./dump.ts";
import { IDLE_CONNECTION, IDLE_WORKER, MAIN, STARVED_WORKER, STUCK_SENDER, dump } from "./dump.ts";
import { list } from "./socket-lists.ts";
import { goroutineProfile, profile } from "./made-profiles.ts";

const RULE = "go/goroutine-leak";
const analyzeDump = (text: string) => analyzeFiles({ "goroutine.txt": text });
const verdicts = async (...groups: (readonly [number, DumpedGoroutine])[]) =>
  verdictsOf(await analyzeDump(dump([1, MAIN], ...groups)), RULE);

describe(RULE, () => {
  it("is likely for senders that have waited for minutes, and never confirmed by one snapshot", async () => {
    const finding = findingOf(await analyzeDump(dump([1, MAIN], [3000, STUCK_SENDER])), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.explains).toEqual(["go/goroutine-pileup"]);
    expect(finding.summary).toContain(
      "3000 of 3001 goroutines in main.fetch.func1 [chan send], waiting for 12 minutes",
    );
  });

  it("is likely where an HTTP client keeps connections that their peers have closed", async () => {
    const loop = (name: string): DumpedGoroutine => ({
      state: "select",
      minutes: [3, 25],
      frames: [`net/http.(*persistConn).${name}`],
      createdBy: "net/http.(*Transport).dialConn",
    });
    const client = async (closed: number, ...more: (readonly [number, DumpedGoroutine])[]) =>
      verdictsOf(
        await analyzeFiles({
          "n/hostname": "n\n",
          "n/pprof/77/goroutine.txt": dump(
            [1, MAIN],
            [1500, loop("readLoop")],
            [1500, loop("writeLoop")],
            ...more,
          ),
          "n/proc/77/comm": "orders\n",
          "n/proc/77/status": "Name:\torders\nState:\tS (sleeping)\nTgid:\t77\nPid:\t77\nPPid:\t1\n",
          "n/ss-tanp.txt": list({ "CLOSE-WAIT": closed, ESTAB: 1500 - closed }),
        }),
        RULE,
      );
    expect(await client(1400)).toEqual(["likely"]);
    expect(await client(20)).toEqual(["likely", "possible"]);
    // Handlers that hang keep the connections: it is they who are stuck.
    const handler = { ...IDLE_WORKER, minutes: 25 };
    expect(await client(1400, [1500, handler])).toContain("possible");
  });

  it("is confirmed by Go's own mark", async () => {
    const leaked = { ...STUCK_SENDER, leaked: true };
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, leaked])), RULE)).toEqual(["confirmed"]);
  });

  it("is only possible where all waits are recent: that is a busy process", async () => {
    const { minutes: _, ...recent } = STUCK_SENDER;
    const finding = findingOf(await analyzeDump(dump([1, MAIN], [3000, recent])), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.evidence.some((e) => e.effect === "contradicts")).toBe(true);
  });

  it("draws nothing from missing minutes where no garbage collection has dated the dump", async () => {
    const { minutes: _, ...undated } = STUCK_SENDER;
    const finding = findingOf(await analyzeDump(dump([3000, undated])), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map((m) => m.command).join()).toContain("debug=2");
  });

  it("is likely for workers that began to wait one after another, and only possible for a pool that is idle", async () => {
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, STARVED_WORKER])), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, IDLE_WORKER])), RULE)).toEqual(["possible"]);
  });

  it("is only possible for old connections, and for what works for those whose peers are there", async () => {
    const old = { ...IDLE_CONNECTION, minutes: [2, 40] } as const;
    expect(await verdicts([3000, old])).toEqual(["possible"]);
    const pump = { ...STARVED_WORKER, state: "select", frames: ["chat.(*client).writePump"] };
    expect(await verdicts([2500, old], [2400, pump])).toEqual(["possible"]);
    expect(await verdicts([200, old], [2400, pump])).toEqual(["likely"]);
  });

  it("is only possible for handlers whose clients are there, and likely where these have gone", async () => {
    const handler = { ...STARVED_WORKER, frames: ["main.events", "net/http.(*conn).serve"] };
    const watch = { ...STARVED_WORKER, frames: ["main.events", "net/http.(*http2serverConn).runHandler"] };
    const client = {
      ...IDLE_CONNECTION,
      frames: [...IDLE_CONNECTION.frames.slice(0, -1), "net/http.(*connReader).backgroundRead"],
    };
    expect(await verdicts([900, client], [1500, handler])).toEqual(["possible"]);
    expect(await verdicts([40, client], [1500, handler])).toEqual(["likely"]);
    expect(await verdicts([40, client], [1500, watch])).toEqual(["possible"]);
  });

  it("does not take what some seconds added for all goroutines", async () => {
    const delta = profile({ types: [["goroutine", "count"]], seconds: 30 }, [
      { frames: ["main.worker"], values: [1200] },
    ]);
    expect(verdictsOf(await analyzeFiles({ "goroutine-30s.pb": delta }), RULE)).toEqual([]);
  });

  it("is absent without a pile", async () => {
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [40, STUCK_SENDER])), RULE)).toEqual([]);
  });
});

describe(`${RULE} with a baseline`, () => {
  const RECEIVE = ["runtime.gopark", "runtime.chanrecv1", "main.worker"];
  const sick = dump([1, MAIN], [3000, STARVED_WORKER]);
  const compare = (now: string, then: string, hosts: readonly [string, string] = ["node-a", "node-a"]) =>
    analyzeFiles(
      { [`b/${hosts[0]}/orders/goroutine.txt`]: now },
      { [`h/${hosts[1]}/orders/goroutine.txt`]: then },
    );

  it("is confirmed by growth of the same host", async () => {
    const grown = await compare(sick, dump([1, MAIN], [200, STARVED_WORKER]));
    expect(verdictsOf(grown, RULE)).toEqual(["confirmed"]);
    expect(findingOf(grown, RULE).evidence.map((e) => e.text)).toContain(
      "200 of 201 goroutines stood there in the baseline, the same process",
    );
  });

  it("is confirmed by far more than a peer has only where idle workers don't wait so", async () => {
    const stuck = (count: number) => dump([1, MAIN], [count, STUCK_SENDER]);
    const peer = await compare(stuck(3000), stuck(200), ["node-a", "node-b"]);
    expect(verdictsOf(peer, RULE)).toEqual(["confirmed"]);
    expect(peer.artifacts.map((a) => a.baseline)).toEqual([false, true]);
    const leader = await compare(sick, dump([1, MAIN], [200, STARVED_WORKER]), ["node-a", "node-b"]);
    expect(verdictsOf(leader, RULE)).toEqual(["likely"]);
  });

  it("knows a process by its vDSO where no folder names a host, and takes one that was restarted for a peer", async () => {
    const at = (seconds: number, count: number, vdso: number) =>
      goroutineProfile(
        1_700_000_000 + seconds,
        [
          [1, "main.main"],
          [count, ...RECEIVE],
        ],
        vdso,
      );
    const verdict = async (host: string, seconds: number, vdso: number) =>
      verdictsOf(
        await analyzeFiles(
          { [`b${host}/goroutine.pb`]: at(seconds, 3000, 0x7f86b1f80000), [`b${host}/goroutine.txt`]: sick },
          {
            [`h${host}/goroutine.pb`]: at(0, 200, vdso),
            [`h${host}/goroutine.txt`]: dump([1, MAIN], [200, STARVED_WORKER]),
          },
        ),
        RULE,
      );
    expect(await verdict("", 900, 0x7f86b1f80000)).toEqual(["confirmed"]);
    expect(await verdict("/node-a", 900, 0x7f86b1f80000)).toEqual(["confirmed"]);
    expect(await verdict("/node-a", 900, 0x7f1cf03ed000)).toEqual(["likely"]);
  });

  it("takes growth in some seconds for no proof, and a number that stays for some minutes for none to the contrary", async () => {
    const at = (seconds: number, count: number, stack: readonly string[]) =>
      goroutineProfile(1_700_000_000 + seconds, [[count, ...stack]]);
    const verdict = async (seconds: number, then: number, stack = RECEIVE) =>
      verdictsOf(
        await analyzeFiles(
          { "b/node-a/goroutine.pb": at(seconds, 3000, stack) },
          { "h/node-a/goroutine.pb": at(0, then, stack) },
        ),
        RULE,
      );
    expect(await verdict(900, 200)).toEqual(["confirmed"]);
    expect(await verdict(20, 200)).toEqual(["possible"]);
    const send = ["runtime.gopark", "runtime.chansend", "main.fetch.func1"];
    expect(await verdict(20, 2990, send)).toEqual(["likely"]);
    expect(await verdict(900, 2990, send)).toEqual(["possible"]);
  });

  it("takes another replica on the same host for a peer", async () => {
    const then = dump([1, MAIN], [1000, STARVED_WORKER]);
    const report = await analyzeFiles(
      { "b/node-a/orders-1/goroutine.txt": sick },
      { "h/node-a/orders-2/goroutine.txt": then },
    );
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
    expect(findingOf(report, RULE).evidence.map((e) => e.text)).toContain(
      "1000 of 1001 goroutines stood there in the baseline, a peer",
    );
    const flat = await analyzeFiles(
      { "b/node-a/orders-1/goroutine.txt": sick },
      { "h/node-a/goroutine.txt": then },
    );
    expect(verdictsOf(flat, RULE)).toEqual(["confirmed"]);
  });

  it("is likely where a peer has somewhat fewer", async () => {
    const peer = await compare(sick, dump([1, MAIN], [1000, STARVED_WORKER]), ["node-a", "node-b"]);
    expect(verdictsOf(peer, RULE)).toEqual(["likely"]);
  });

  it("is held down by a pool that was as large before", async () => {
    expect(verdictsOf(await compare(sick, dump([1, MAIN], [2900, STARVED_WORKER])), RULE)).toEqual([
      "possible",
    ]);
  });

  it("does not compare with another process", async () => {
    const report = await analyzeFiles(
      { "b/node-a/orders/goroutine.txt": sick },
      { "h/node-a/orders/goroutine.txt": dump([1, MAIN]).replaceAll("/src/orders/", "/src/payments/") },
    );
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });

  it("does not take another program built from a file of the same name for an earlier state", async () => {
    const other = dump([1, MAIN]).replace(/(main\.go):\d+/, "$1:999");
    expect(verdictsOf(await compare(sick, other), RULE)).toEqual(["likely"]);
    const rebuilt = dump([1, MAIN], [200, STARVED_WORKER]).replace(/(main\.go):\d+/, "$1:999");
    expect(verdictsOf(await compare(sick, rebuilt), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await compare(sick, dump([1, MAIN])), RULE)).toEqual(["confirmed"]);
  });

  it("takes more connections than before for no proof of a leak, nor what works for them", async () => {
    const connection = { ...IDLE_CONNECTION, minutes: [1, 40] } as const;
    const pump = { ...STARVED_WORKER, state: "select", frames: ["chat.(*client).writePump"] };
    const clients = (count: number) => dump([1, MAIN], [count, connection], [count, pump]);
    expect(verdictsOf(await compare(clients(4000), clients(200)), RULE)).toEqual(["possible"]);
    const session = { ...connection, frames: [...connection.frames.slice(0, -1), "chat.(*session).serve"] };
    const sessions = (count: number) => dump([1, MAIN], [count, session]);
    expect(verdictsOf(await compare(sessions(4000), sessions(200)), RULE)).toEqual(["possible"]);
    const dns = { ...connection, frames: [...connection.frames, "github.com/miekg/dns.(*Server).readTCP"] };
    const kept = (count: number) => dump([1, MAIN], [count, dns]);
    // A DNS server ends idle connections within seconds: what has waited for minutes was forgotten.
    expect(verdictsOf(await compare(kept(4000), kept(200)), RULE)).toEqual(["confirmed"]);
    const { minutes: _, ...undated } = dns;
    const open = (count: number) => dump([1, MAIN], [count, undated]);
    expect(verdictsOf(await compare(open(4000), open(200)), RULE)).not.toContain("confirmed");
  });

  it("takes far more than a peer has for no proof where nothing tells how long they have waited", async () => {
    const { minutes: _, ...undated } = STUCK_SENDER;
    const burst = (count: number) => dump([count, undated]);
    expect(verdictsOf(await compare(burst(3000), burst(20), ["node-a", "node-b"]), RULE)).toEqual(["likely"]);
  });

  it("is confirmed by Go's own mark, however young they are and however many there were before", async () => {
    const leaked = { ...STUCK_SENDER, leaked: true };
    const { minutes: _, ...young } = leaked;
    const busy = await analyzeDump(dump([1, MAIN], [3000, young], [5, STARVED_WORKER]));
    expect(verdictsOf(busy, RULE)).toEqual(["confirmed"]);
    const steady = await compare(dump([1, MAIN], [3000, leaked]), dump([1, MAIN], [3000, leaked]));
    expect(verdictsOf(steady, RULE)).toEqual(["confirmed"]);
  });

  it("takes one goroutine that Go marked for no proof of a pile", async () => {
    const { minutes: _, ...recent } = STUCK_SENDER;
    const text = dump([1, MAIN], [3000, recent], [1, { ...recent, leaked: true }]);
    expect(verdictsOf(await analyzeFiles({ "goroutine.txt": text }), RULE)).toEqual(["possible"]);
  });
});

describe(`${RULE} in a series`, () => {
  const SEND = ["runtime.gopark", "runtime.chansend", "main.fetch.func1"];
  const SELECT = ["runtime.gopark", "runtime.selectgo", "main.worker"];
  const LOCK = ["runtime.gopark", "sync.runtime_SemacquireMutex", "sync.(*Mutex).Lock", "main.(*cache).get"];
  const MAIN_STACK = [1, "runtime.gopark", "runtime.selectgo", "main.main"] as const;
  type Shot = readonly [at: number, count: number];
  const series = (
    stack: readonly string[],
    shots: readonly Shot[],
    name = (n: number) => `goroutine-${n}.pb`,
  ) =>
    analyzeFiles(
      Object.fromEntries(
        shots.map(([at, count], n) => [
          `b/node-a/shop/${name(n)}`,
          goroutineProfile(1_700_000_000 + at, [MAIN_STACK, [count, ...stack]]),
        ]),
      ),
    );
  const growth: Shot[] = [
    [0, 300],
    [300, 1200],
    [600, 2600],
  ];

  it("is confirmed where the number grows from snapshot to snapshot, in whatever order they were found", async () => {
    const report = await series(SELECT, growth);
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).evidence.map((e) => e.text)).toContain(
      "2600 of 2601 goroutines stood there 10 minutes later",
    );
    expect(verdictsOf(await series(SELECT, growth, (n) => `goroutine-${9 - n}.pb`), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("is likely where only two were taken, which may be two processes", async () => {
    expect(verdictsOf(await series(SELECT, growth.slice(1)), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await series(SEND, growth.slice(1)), RULE)).toEqual(["confirmed"]);
  });

  it("tells processes apart by where the kernel mapped the vDSO", async () => {
    const shots = (vdsos: readonly number[], name = (n: number) => `goroutine-${n}.pb`) =>
      analyzeFiles(
        Object.fromEntries(
          growth
            .slice(3 - vdsos.length)
            .map(([at, count], n) => [
              `b/shop/${name(n)}`,
              goroutineProfile(1_700_000_000 + at, [MAIN_STACK, [count, ...SELECT]], vdsos[n]),
            ]),
        ),
      );
    expect(verdictsOf(await shots([0x7f86b1f80000, 0x7f86b1f80000]), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await shots([0x7f86b1f80000, 0x7f1cf03ed000]), RULE)).toEqual(["possible"]);
    const replicas = await shots([0x7f86b1f80000, 0x7f1cf03ed000, 0x7f054b56b000]);
    expect(verdictsOf(replicas, RULE)).toEqual(["possible"]);
    const called = (n: number) => ["at-noon.pb", "later.pb"][n] ?? "";
    expect(verdictsOf(await shots([0x7f86b1f80000, 0x7f86b1f80000], called), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await shots([0x7f86b1f80000, 0x7f1cf03ed000], called), RULE)).toEqual(["possible"]);
  });

  it("takes a number that grows for seconds for load", async () => {
    const burst = growth.map(([at, count]): Shot => [at / 20, count]);
    expect(verdictsOf(await series(SELECT, burst), RULE)).toEqual(["possible"]);
  });

  it("takes more connections, or requests in flight, for no proof", async () => {
    const serve = [
      "runtime.gopark",
      "runtime.selectgo",
      "net/http.(*http2serverConn).serve",
      "net/http.(*conn).serve",
    ];
    expect(verdictsOf(await series(serve, growth), RULE)).toEqual(["possible"]);
    const request = [
      "runtime.gopark",
      "runtime.chanrecv1",
      "main.handle",
      "net/http.(*http2serverConn).runHandler",
    ];
    expect(verdictsOf(await series(request, growth), RULE)).toEqual(["possible"]);
    const write = ["runtime.gopark", "runtime.selectgo", "net/http.(*persistConn).writeLoop"];
    expect(verdictsOf(await series(write, growth), RULE)).toEqual(["possible"]);
  });

  it("takes growth of waiters for a lock for no proof: they go on when they get it", async () => {
    expect(verdictsOf(await series(LOCK, growth), RULE)).toEqual(["likely"]);
  });

  it("is held down where the number falls or stays", async () => {
    expect(verdictsOf(await series(SEND, growth), RULE)).toEqual(["confirmed"]);
    const falls: Shot[] = [...growth, [900, 1500]];
    expect(verdictsOf(await series(SEND, falls), RULE)).toEqual(["possible"]);
    const stays: Shot[] = growth.map(([at]) => [at, 2600]);
    expect(verdictsOf(await series(SEND, stays), RULE)).toEqual(["possible"]);
    const briefly: Shot[] = growth.map(([at]) => [at / 20, 2600]);
    expect(verdictsOf(await series(SEND, briefly), RULE)).toEqual(["likely"]);
  });

  it("draws nothing from a number that falls to next to nothing: the process may have been restarted", async () => {
    expect(verdictsOf(await series(SEND, [...growth, [900, 20]]), RULE)).toEqual(["likely"]);
  });

  it("compares nothing with another process, or with what tells no time", async () => {
    const names = ["a", "b", "c"];
    expect(verdictsOf(await series(SELECT, growth, (n) => `shop-${names[n]}.pb`), RULE)).toEqual([
      "possible",
    ]);
    const texts = (name: (n: number) => string) =>
      analyzeFiles(
        Object.fromEntries(growth.map(([, count], n) => [name(n), dump([1, MAIN], [count, STARVED_WORKER])])),
      );
    expect(verdictsOf(await texts((n) => `b/shop/dump-${n}.txt`), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await texts((n) => `b/shop/stacks-2024-03-01T10${15 + n * 5}00Z.log`), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("does not take a snapshot that was cut for an earlier, smaller number", async () => {
    const whole = dump([1, MAIN], [2600, STARVED_WORKER]);
    const report = await analyzeFiles({
      "b/shop/stacks-2024-03-01T101500Z.log": whole.slice(0, whole.length / 4),
      "b/shop/stacks-2024-03-01T102000Z.log": whole,
      "b/shop/stacks-2024-03-01T102500Z.log": whole,
    });
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });
});
