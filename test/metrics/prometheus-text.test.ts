import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../src/bytes/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { Metrics } from "../../src/metrics/index.ts";
import {
  formatSelector,
  metricsFormats,
  parseSelector,
  readPrometheusText,
} from "../../src/metrics/index.ts";

const encoder = new TextEncoder();
const read = (text: string | Uint8Array) =>
  readPrometheusText(sourceOf(typeof text === "string" ? encoder.encode(text) : text));

/** The same bytes in chunks of a size, in one buffer that is used again. */
function inChunks(bytes: Uint8Array, size: number): ByteSource {
  const buffer = new Uint8Array(size);
  return {
    size: bytes.length,
    *stream() {
      for (let at = 0; at < bytes.length; at += size) {
        const part = bytes.subarray(at, at + size);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
      }
    },
  };
}

const kindsOf = (text: string, path = "m.txt") =>
  metricsFormats.filter((format) => format.recognise(encoder.encode(text), path)).map(({ kind }) => kind);

/** All that a model holds, in the order of names. */
const dump = (model: Metrics) =>
  [...model.names].sort().flatMap((name) =>
    model.named(name).map((each) => ({
      series: formatSelector(each.name, each.labels),
      times: [...each.times],
      values: [...each.values],
    })),
  );

describe("Prometheus' text format", () => {
  it("reads samples, labels with escapes, numbers of every spelling and times of its own", async () => {
    const model = await read(
      [
        "# HELP http_requests_total The total.",
        "# TYPE http_requests_total counter",
        'http_requests_total{method="post",code="200"} 1027 1395066363000',
        'http_requests_total{method="post",code="400"}    3 1395066363000',
        'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9',
        "metric_without_timestamp_and_labels 12.47",
        'something_weird{problem="division by zero"} +Inf -3982045',
        "not_a_number NaN",
        "minus -Inf",
        "tiny 4.9e-324",
        "long 3.14159265358979323846",
        "   indented\t7",
        'spaced { a = "b" , } 8',
      ].join("\n"),
    );
    expect(model.diagnostics).toEqual([]);
    const [post, bad] = model.named("http_requests_total");
    expect(post?.labels).toEqual(
      new Map([
        ["method", "post"],
        ["code", "200"],
      ]),
    );
    expect([...(post?.times ?? [])]).toEqual([1395066363]);
    expect([...(bad?.values ?? [])]).toEqual([3]);
    expect(post?.lines[0]).toBe(3);
    const value = (name: string) => model.named(name)[0]?.values[0];
    expect(model.named("msdos_file_access_time_seconds")[0]?.labels.get("path")).toBe("C:\\DIR\\FILE.TXT");
    expect(model.named("msdos_file_access_time_seconds")[0]?.labels.get("error")).toBe(
      'Cannot find file:\n"FILE.TXT"',
    );
    expect(value("msdos_file_access_time_seconds")).toBe(1458255915);
    expect(value("something_weird")).toBe(Number.POSITIVE_INFINITY);
    expect(value("not_a_number")).toBeNaN();
    expect(value("minus")).toBe(Number.NEGATIVE_INFINITY);
    expect(value("tiny")).toBe(Number.MIN_VALUE);
    expect(value("long")).toBe(Math.PI);
    expect(value("indented")).toBe(7);
    expect(model.named("spaced")[0]?.labels).toEqual(new Map([["a", "b"]]));
    expect(model.families.get("http_requests_total")).toEqual({ type: "counter", help: "The total." });
    expect(model.named("metric_without_timestamp_and_labels")[0]?.times[0]).toBeNaN();
  });

  it("reads OpenMetrics: exemplars, seconds, quoted names, and the end", async () => {
    const model = await read(
      [
        "# TYPE foo histogram",
        'foo_bucket{le="0.1"} 8 # {} 0.054',
        'foo_bucket{le="1"} 11 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67',
        'foo_bucket{le="+Inf"} 17 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789',
        '{"my.dotted metric",region="eu"} 4',
        "# EOF",
        'foo_bucket{le="0.1"} 9',
      ].join("\r\n"),
    );
    expect(model.diagnostics).toEqual([]);
    expect(model.scrapes).toBe(2);
    const buckets = model.named("foo_bucket");
    expect(buckets.map((each) => [...each.values])).toEqual([[8, 9], [11], [17]]);
    expect(buckets[1]?.times[0]).toBe(1520879607.789);
    expect(model.named("my.dotted metric")[0]?.labels.get("region")).toBe("eu");
  });

  it("tells scrapes apart by what comes again, and takes their times from the lines between them", async () => {
    const scrape = 'depth{name="a"} 1\ndepth{name="b"} 2\n';
    expect((await read(scrape + scrape + scrape)).scrapes).toBe(3);
    const told = await read(`2024-01-19T03:40:00Z\n${scrape}# 1705635660\n${scrape}`);
    expect(told.diagnostics).toEqual([]);
    expect([...(told.named("depth")[1]?.times ?? [])]).toEqual([
      Date.UTC(2024, 0, 19, 3, 40) / 1000,
      1705635660,
    ]);
  });

  it("reads what real programs print", async () => {
    const node = await read(readFileSync("test/fixtures/metrics/node-exporter.txt"));
    expect(node.diagnostics).toEqual([]);
    expect(node.named("go_gc_duration_seconds").map(({ labels }) => labels.get("quantile"))).toEqual([
      "0",
      "0.25",
      "0.5",
      "0.75",
      "1",
    ]);
    // The exporter tells when it was asked.
    expect(node.named("node_load1")[0]?.times[0]).toBe(node.named("node_time_seconds")[0]?.values[0]);
    const etcd = await read(readFileSync("test/fixtures/metrics/etcd-twice.txt"));
    expect(etcd.diagnostics).toEqual([]);
    expect(etcd.scrapes).toBe(2);
    expect(etcd.families.get("etcd_disk_wal_fsync_duration_seconds")?.type).toBe("histogram");
    expect(etcd.named("etcd_disk_wal_fsync_duration_seconds_bucket").at(-1)?.labels.get("le")).toBe("+Inf");
  });

  const series = fc.record({
    name: fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/),
    labels: fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/),
      fc.string({ unit: "binary", maxLength: 6 }),
      { maxKeys: 3 },
    ),
    value: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Infinity, -Infinity)),
    time: fc.option(fc.integer({ min: 1e12, max: 2e12 }), { nil: undefined }),
  });
  const spell = (value: number) =>
    Number.isNaN(value) ? "NaN" : Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "Inf");
  const write = (
    all: readonly { name: string; labels: Record<string, string>; value: number; time: number | undefined }[],
  ) =>
    all.map(
      ({ name, labels, value, time }) =>
        `${formatSelector(name, Object.entries(labels))} ${spell(value)}${time === undefined ? "" : ` ${time}`}`,
    );

  it("gives back whatever a plain writer wrote, whatever ends its lines and wherever chunks end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(series, { maxLength: 12 }),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 1, max: 64 }),
        async (all, ending, size) => {
          const text = write(all)
            .map((line) => line + ending)
            .join("");
          const model = await readPrometheusText(inChunks(encoder.encode(text), size));
          expect(model.diagnostics).toEqual([]);
          const expected = new Map<string, number[]>();
          for (const { name, labels, value } of all) {
            const key = formatSelector(name, Object.entries(labels));
            expected.set(key, [...(expected.get(key) ?? []), value]);
          }
          expect(new Map(dump(model).map((each) => [each.series, each.values]))).toEqual(
            new Map(
              [...expected].map(([key, values]) => [
                formatSelector(parseSelector(key)?.name ?? "", parseSelector(key)?.labels ?? []),
                values,
              ]),
            ),
          );
        },
      ),
    );
  });

  it("survives every prefix and every changed byte of a real scrape", async () => {
    const whole = new Uint8Array(readFileSync("test/fixtures/metrics/etcd-twice.txt"));
    const all = await read(whole);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (length) => {
        const model = await read(whole.subarray(0, length));
        expect(model.samples).toBeLessThanOrEqual(all.samples);
      }),
      { numRuns: 50 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const changed = whole.slice();
        changed[at] = byte;
        const model = await read(changed);
        for (const name of model.names) expect(model.named(name).length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it("counts what is neither sample nor comment, and reads the rest", async () => {
    const model = await read(
      'a 1\nerror: the server doesn\'t have a resource type\nb{x="1" 2\nc 3 4 5\nd x\n\ne 2\n',
    );
    expect(model.names).toEqual(["a", "e"]);
    expect(model.diagnostics).toMatchObject([{ effect: "partial", code: "bad-samples", line: 2 }]);
    expect(model.diagnostics[0]?.message).toContain("4 lines");
  });

  it("reads UTF-16 and a byte-order mark", async () => {
    const utf16 = new Uint8Array([0xff, 0xfe, ...Buffer.from('a{b="c"} 1\n', "utf16le")]);
    expect((await read(utf16)).names).toEqual(["a"]);
    expect((await read("\uFEFFa 1\n")).names).toEqual(["a"]);
  });

  it("keeps no more series than its limit, and says so", async () => {
    const source: ByteSource = {
      size: undefined,
      *stream() {
        for (let i = 0; i < 530; i++)
          yield encoder.encode(Array.from({ length: 1000 }, (_, n) => `m{i="${i * 1000 + n}"} 1\n`).join(""));
      },
    };
    const model = await readPrometheusText(source);
    expect(model.size).toBe(2 ** 19);
    expect(model.diagnostics[0]?.code).toBe("many-samples");
  });
});

describe("what metrics testify about", () => {
  it("is the cluster where a component of the control plane tells them, and else the node", () => {
    const type = (name: string) => `# TYPE ${name} counter\n${name} 1\n`;
    expect(kindsOf(type("apiserver_current_inflight_requests"))).toEqual(["metrics"]);
    expect(kindsOf(type("etcd_server_has_leader"))).toEqual(["metrics"]);
    expect(kindsOf(type("coredns_dns_requests_total"))).toEqual(["metrics"]);
    expect(kindsOf(type("scheduler_pending_pods"))).toEqual(["metrics"]);
    expect(
      kindsOf(type("coredns_nodecache_setup_errors_total") + type("coredns_dns_requests_total")),
    ).toEqual(["node-metrics"]);
    expect(kindsOf(type("kubelet_running_pods"))).toEqual(["node-metrics"]);
    // A kubelet is built with the API server's libraries.
    expect(
      kindsOf(
        type("apiserver_audit_event_total") +
          type("apiserver_storage_envelope_transformation_cache_misses_total"),
      ),
    ).toEqual(["node-metrics"]);
    expect(kindsOf(type("awscni_assigned_ip_addresses"), "ipamd/metrics.json")).toEqual(["node-metrics"]);
    expect(kindsOf(type("go_goroutines"), "kube-scheduler/metrics.txt")).toEqual(["metrics"]);
    expect(kindsOf(readFileSync("test/fixtures/metrics/etcd-twice.txt", "utf8"))).toEqual(["metrics"]);
    expect(kindsOf(readFileSync("test/fixtures/metrics/node-exporter.txt", "utf8"))).toEqual([
      "node-metrics",
    ]);
  });

  it("is asked of metrics alone", () => {
    expect(kindsOf('workqueue_depth{name="endpoint"} 12\nworkqueue_depth{name="job"} 0\n')).toEqual([
      "metrics",
    ]);
    expect(kindsOf("load average: 1\nMemTotal: 12\n")).toEqual([]);
    expect(kindsOf("net.ipv4.ip_forward = 1\n")).toEqual([]);
    expect(kindsOf("TcpExtListenOverflows           12                 0.0\n")).toEqual([]);
    expect(kindsOf("# HELP me\n\nThis is a page.\n")).toEqual([]);
    expect(kindsOf("name 1\nother 2\n")).toEqual([]);
    expect(kindsOf('{"apiVersion":"v1","kind":"List","items":[]}')).toEqual([]);
  });

  it("takes no long for a hostile head", () => {
    const begin = performance.now();
    for (const hostile of ["{", "workqueue_", '{job="', "\n# TYPE ", 'a{b="\\', "grpc_server_handled_total{"])
      kindsOf(hostile.repeat(65536 / hostile.length));
    expect(performance.now() - begin).toBeLessThan(3000);
  });
});
