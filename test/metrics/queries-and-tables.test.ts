import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../../src/bytes/index.ts";
import { metricsFormats } from "../../src/metrics/index.ts";

const encoder = new TextEncoder();

/** What the formats make of a text, which one of them at most is asked to read. */
async function decoded(text: string | Uint8Array, path = "m") {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const [format, another] = metricsFormats.filter((each) => each.recognise(bytes, path));
  expect(another).toBeUndefined();
  return format && { kind: format.kind, model: await format.decode(sourceOf(bytes), path) };
}

const MATRIX = JSON.stringify({
  status: "success",
  data: {
    resultType: "matrix",
    result: [
      {
        metric: { __name__: "workqueue_depth", name: "endpoint", job: "kube-controller-manager" },
        values: [
          [1705635600, "0"],
          [1705635660.5, "12954"],
          [1705635720, "NaN"],
        ],
      },
      { metric: {}, values: [[1705635600, "+Inf"]] },
    ],
  },
});

describe("answers of Prometheus' HTTP API", () => {
  it("are read as series, a matrix and a vector", async () => {
    const { kind, model } = (await decoded(MATRIX)) ?? {};
    expect(kind).toBe("metrics");
    expect(model?.form).toBe("api");
    const [depth] = model?.named("workqueue_depth") ?? [];
    expect(depth?.labels.get("name")).toBe("endpoint");
    expect([...(depth?.times ?? [])]).toEqual([1705635600, 1705635660.5, 1705635720]);
    expect([...(depth?.values ?? [])]).toEqual([0, 12954, Number.NaN]);
    expect(model?.named("")[0]?.values[0]).toBe(Number.POSITIVE_INFINITY);
    const vector = await decoded(
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"kubelet_running_pods"},"value":[1705635600.1,"3"]}]}}',
    );
    expect(vector?.kind).toBe("node-metrics");
    expect(vector?.model.named("kubelet_running_pods")[0]?.values[0]).toBe(3);
  });

  it("are read as far as they go where they were cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(MATRIX.length - 1), async (length) => {
        const { model } = (await decoded(MATRIX.slice(0, length))) ?? {};
        const isCut = model !== undefined && length <= MATRIX.lastIndexOf("]}}");
        expect(model?.diagnostics.some(({ code }) => code === "json-cut") ?? false).toBe(isCut);
        expect(model?.samples ?? 0).toBeLessThanOrEqual(4);
      }),
    );
  });

  it("are none where they hold no series", async () => {
    expect(await decoded('{"status":"success","data":{"groups":[]}}')).toBeUndefined();
    expect(
      await decoded('{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}'),
    ).toBeUndefined();
  });
});

describe("tables of series", () => {
  it("have a column for each series, as Grafana joins them", async () => {
    const text =
      '"Time","{name=""endpoint""}","workqueue_depth{name=""job""}","PUT 200"\r\n' +
      "2024-01-19 03:40:00,0,1,\r\n2024-01-19 03:41:00,12954,,0.5\r\n2024-01-19 03:42:00,12.5 K,2,1 req/s\r\n";
    const { kind, model } = (await decoded(text, "workqueue_depth-data.csv")) ?? {};
    expect(kind).toBe("metrics");
    expect(model?.form).toBe("csv");
    const [endpoint, put] = model?.named("") ?? [];
    expect(endpoint?.labels.get("name")).toBe("endpoint");
    expect([...(endpoint?.values ?? [])]).toEqual([0, 12954, 12500]);
    expect(endpoint?.times[0]).toBe(Date.UTC(2024, 0, 19, 3, 40) / 1000);
    expect(put?.labels.get("legend")).toBe("PUT 200");
    expect([...(put?.values ?? [])]).toEqual([0.5, 1]);
    expect([...(model?.named("workqueue_depth")[0]?.lines ?? [])]).toEqual([2, 4]);
  });

  it("have a row for each sample", async () => {
    const grafana =
      'sep=;\nSeries;Time;Value\nworkqueue_depth{name="endpoint"};2024-01-19T03:40:00+01:00;7\n';
    const old = await decoded(grafana);
    expect(old?.model.named("workqueue_depth")[0]?.times[0]).toBe(Date.UTC(2024, 0, 19, 2, 40) / 1000);
    const labels =
      "Time,__name__,instance,name,Value #A\n1705635600000,workqueue_depth,10.0.0.1:10257,endpoint,9\n";
    const { model } = (await decoded(labels, "controller-manager.csv")) ?? {};
    expect(model?.named("workqueue_depth")[0]?.labels).toEqual(
      new Map([
        ["instance", "10.0.0.1:10257"],
        ["name", "endpoint"],
      ]),
    );
    expect(model?.named("workqueue_depth")[0]?.times[0]).toBe(1705635600);
  });

  it("are no other tables", async () => {
    expect(await decoded("Time,Message\nyesterday,hello\n")).toBeUndefined();
    expect(await decoded("name,value\na,1\n")).toBeUndefined();
    expect(await decoded("TIME     COMMAND\n12:00:00 bash\n")).toBeUndefined();
  });

  it("survive every change and say which rows were lost", async () => {
    const text = "Time,a,b\n2024-01-19 03:40:00,1,2\nrow without time,1,2\n2024-01-19 03:41:00,1,2\n";
    expect((await decoded(text))?.model.diagnostics).toMatchObject([{ code: "bad-rows", line: 3 }]);
    const bytes = encoder.encode(text);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        const changed = bytes.slice();
        changed[at] = byte;
        await decoded(changed);
      }),
    );
  });
});
