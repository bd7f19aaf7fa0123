import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { LEAK_SIGNATURES } from "../../../src/rules/go/leak-signatures.ts";
import type { DumpedGoroutine } from "./dump.ts";
import { MAIN, STUCK_SENDER, dump } from "./dump.ts";

const LEAK = "go/goroutine-leak";
const PILE = "go/goroutine-pileup";
type Groups = readonly (readonly [count: number, goroutine: DumpedGoroutine])[];
const analyze = async (...groups: Groups) => analyzeFiles({ "goroutine.txt": dump([1, MAIN], ...groups) });

const stack = (state: string, ...frames: readonly string[]): DumpedGoroutine => ({
  state,
  minutes: 9,
  frames,
});
const READ = [
  "internal/poll.runtime_pollWait",
  "internal/poll.(*FD).Read",
  "net.(*netFD).Read",
  "net.(*conn).Read",
];
const READ_LOOP = stack("select", "net/http.(*persistConn).readLoop");
const WRITE_LOOP = stack("select", "net/http.(*persistConn).writeLoop");
const CACHE = "k8s.io/client-go/tools/cache";
const QUEUE = "k8s.io/client-go/util/workqueue";

/** What each leak leaves behind, and how its finding must name it. */
const CASES: readonly (readonly [name: RegExp, groups: Groups])[] = [
  [
    /kube-apiserver timed out/,
    [
      [
        400,
        stack(
          "chan send",
          "k8s.io/kubernetes/vendor/k8s.io/apiserver/pkg/server/filters.(*timeoutHandler).ServeHTTP.func1",
        ),
      ],
    ],
  ],
  [
    /watches whose client has gone/,
    [[400, stack("chan send", "k8s.io/apiserver/pkg/storage/cacher.(*cacheWatcher).sendWatchCacheEvent")]],
  ],
  [
    /etcd's old store/,
    [
      [
        400,
        stack(
          "chan send",
          "k8s.io/kubernetes/vendor/k8s.io/apiserver/pkg/storage/etcd.convertRecursiveResponse",
        ),
      ],
    ],
  ],
  [
    /containerd ran for probes/,
    [
      [
        400,
        stack(
          "IO wait",
          "internal/poll.runtime_pollWait",
          "github.com/containerd/fifo.(*fifo).Read",
          "io.copyBuffer",
          "github.com/containerd/containerd/pkg/cri/io.(*ExecIO).Attach.func2",
        ),
      ],
    ],
  ],
  [
    /a container whose lock/,
    [
      [
        400,
        stack(
          "semacquire",
          "sync.runtime_SemacquireMutex",
          "sync.(*Mutex).Lock",
          "github.com/docker/docker/daemon.(*Daemon).ContainerInspectCurrent",
          "github.com/docker/docker/daemon.(*Daemon).ContainerInspect",
        ),
      ],
    ],
  ],
  [
    /miekg\/dns/,
    [
      [
        1400,
        stack(
          "IO wait",
          ...READ,
          "io.ReadAtLeast",
          "github.com/miekg/dns.(*Server).readTCP",
          "github.com/miekg/dns.(*Server).serveTCPConn",
        ),
      ],
    ],
  ],
  [
    /HTTP responses whose bodies/,
    [
      [420, READ_LOOP],
      [415, WRITE_LOOP],
    ],
  ],
  [
    /gRPC calls/,
    [
      [
        1400,
        stack(
          "select",
          "google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader",
          "google.golang.org/grpc.invoke",
        ),
      ],
    ],
  ],
  [
    /informers of client-go/,
    [
      [
        500,
        stack("chan receive", `${CACHE}.(*processorListener).run.func1`, `${CACHE}.(*processorListener).run`),
      ],
      [500, stack("select", `${CACHE}.(*processorListener).pop`)],
      [480, stack("chan receive", `${CACHE}.(*sharedProcessor).run`)],
    ],
  ],
  [
    /work queues of client-go/,
    [
      [400, stack("chan receive", `${QUEUE}.(*Type).updateUnfinishedWorkLoop`)],
      [400, stack("select", `${QUEUE}.(*delayingType).waitingLoop`)],
    ],
  ],
  [/an unbuffered channel that nobody receives/, [[400, STUCK_SENDER]]],
  [
    /protocol of the program's own/,
    [[1400, stack("IO wait", ...READ, "bufio.(*Reader).fill", "main.(*session).serve")]],
  ],
];

describe("known leaks", () => {
  it.each(CASES)("%s is named by its stacks, with its remedy and reference", async (name, groups) => {
    const signature = LEAK_SIGNATURES.find((known) => name.test(known.name));
    const report = await analyze(...groups);
    expect(findingOf(report, PILE).summary).toContain(`It is known from ${signature?.name}`);
    const { remedy, references, evidence } = findingOf(report, LEAK);
    expect(remedy).toEqual(expect.arrayContaining([...(signature?.remedy ?? ["none"])]));
    expect(references).toEqual(expect.arrayContaining([...(signature?.references ?? ["none"])]));
    expect(evidence.map(({ text }) => text).join()).toContain(`it is known from ${signature?.name}`);
  });

  it("are all tried above", () => {
    expect(CASES).toHaveLength(LEAK_SIGNATURES.length);
  });

  it("are counted together, where one alone is less than half of the process", async () => {
    const others = [790, { ...MAIN, frames: ["main.other"] }] as const;
    expect(verdictsOf(await analyze([420, READ_LOOP], [415, WRITE_LOOP], others), PILE)).toContain(
      "confirmed",
    );
    expect(verdictsOf(await analyze([420, READ_LOOP], [90, WRITE_LOOP]), PILE)).toEqual(["confirmed"]);
    expect(verdictsOf(await analyze([420, READ_LOOP], [90, WRITE_LOOP], others), PILE)).toEqual([
      "confirmed",
    ]);
    const summary = findingOf(await analyze([420, READ_LOOP], [90, WRITE_LOOP]), PILE).summary;
    expect(summary).not.toContain("known");
  });

  it("are told by the version too, and a version that has the fix isn't to be upgraded", async () => {
    const probes = stack("IO wait", "github.com/containerd/containerd/pkg/cri/io.(*ExecIO).Attach.func2");
    const of = async (version?: string) =>
      findingOf(
        await analyzeFiles({
          "b/node-a/containerd/goroutine.txt": dump([1, MAIN], [1400, probes]),
          ...(version !== undefined && {
            "b/node-a/containerd_--version": `containerd github.com/containerd/containerd ${version} 2806fc10\n`,
          }),
        }),
        LEAK,
      );
    const texts = async (version?: string) => {
      const { evidence, remedy, verdict } = await of(version);
      const told = evidence.find(({ text }) => text.startsWith("containerd "));
      return [verdict, told !== undefined, remedy.some((text) => text.startsWith("Upgrade containerd"))];
    };
    const [verdict] = await texts();
    expect(await texts()).toEqual([verdict, false, true]);
    expect(await texts("v1.6.20")).toEqual([verdict, true, true]);
    expect(await texts("1.6.20~ds1")).toEqual([verdict, false, true]);
    expect(await texts("v1.7.35")).toEqual([verdict, true, false]);
  });

  it("raise no verdict: idle connections and their like stay possible", async () => {
    const idle = stack("IO wait", ...READ, "main.(*session).serve");
    expect(verdictsOf(await analyze([1400, idle]), LEAK)).toEqual(["possible"]);
  });

  it("name no result channel while whoever started the goroutines is there", async () => {
    const collector = stack("chan receive", "main.fetch", "main.main");
    const report = await analyze([400, STUCK_SENDER], [1, collector]);
    expect(findingOf(report, PILE).summary).not.toContain("known");
  });

  it("name no bodies where the connections are idle", async () => {
    const idle = stack(
      "IO wait",
      ...READ,
      "net/http.(*persistConn).Read",
      "bufio.(*Reader).Peek",
      "net/http.(*persistConn).readLoop",
    );
    const report = await analyze([1200, idle], [1200, WRITE_LOOP]);
    const summaries = report.findings.map(({ summary }) => summary).join();
    expect(summaries).not.toContain("bodies");
  });
});
