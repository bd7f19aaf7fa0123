import { describe, expect, it } from "vitest";
import { chanceOf } from "../../../src/rules/tcp/uneven-backends.ts";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { bundleOf, keptTo, podOf, serviceOf } from "./backend-cases.ts";

const RULE = "tcp/uneven-backends";
const [OLD, OTHER, NEW] = ["10.244.1.4", "10.244.2.5", "10.244.3.6"] as const;
const PODS = [podOf(OLD, -3600), podOf(OTHER, -3600), podOf(NEW, -60)];
const verdicts = async (files: Parameters<typeof analyzeFiles>[0]) =>
  verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("names the backends that get next to nothing", async () => {
    const finding = findingOf(await analyzeFiles(bundleOf(keptTo([OLD, OTHER]), ...PODS, serviceOf())), RULE);
    expect(finding.subject).toEqual({ kind: "service", name: "shop/web", port: 8080 });
    expect(finding.summary).toBe(
      "2 backends of shop/web, port 8080, got 200 requests on 20 connections; pod shop/web-7d94-10-244-3-6 (10.244.3.6) got none.",
    );
  });

  it("is seen where one address is translated to several backends, without any list", async () => {
    const all = [...keptTo([OLD, OTHER], 30), { client: 30, to: NEW, requests: 5 }];
    const finding = findingOf(
      await analyzeFiles(bundleOf(all.map((each) => ({ ...each, via: "10.96.0.9" })))),
      RULE,
    );
    expect(finding.summary).toBe(
      "2 backends of 10.96.0.9:8080, port 8080, got 300 requests on 30 connections; 10.244.3.6 got 5 on 1.",
    );
    expect(await verdicts(bundleOf(all))).toEqual([]);
  });

  it.each([
    ["all get their share", keptTo([OLD, OTHER, NEW]), PODS],
    ["there are too few connections to tell from chance", keptTo([OLD, OTHER], 8, 30), PODS],
    ["there are too few requests", keptTo([OLD, OTHER], 20, 4), PODS],
    [
      "the idle one is not ready",
      keptTo([OLD, OTHER]),
      [...PODS.slice(0, 2), podOf(NEW, -60, { unready: true })],
    ],
    [
      "the idle one became ready at the capture's end",
      keptTo([OLD, OTHER]),
      [...PODS.slice(0, 2), podOf(NEW, 22)],
    ],
    ["the list is of another day", keptTo([OLD, OTHER]), [...PODS.slice(0, 2), podOf(NEW, -200_000)]],
    [
      "the pods are not alike",
      keptTo([OLD, OTHER]),
      [OLD, OTHER, NEW].map((address) => podOf(address, -60, { kind: "StatefulSet" })),
    ],
    ["the capture is of one backend's own network", keptTo([OLD]), PODS],
    [
      "the capture may be of the busy ones' node",
      keptTo([OLD, OTHER]),
      [
        podOf(OLD, -3600, { node: "node-a" }),
        podOf(OTHER, -3600, { node: "node-a" }),
        podOf(NEW, -60, { node: "node-b" }),
      ],
    ],
    ["there is one backend", keptTo([OLD]), PODS.slice(0, 1)],
  ])("is silent where %s", async (_, all, pods) => {
    expect(await verdicts(bundleOf(all, ...pods, serviceOf()))).toEqual([]);
  });

  it("is silent for a headless Service, without Services, and in a short capture", async () => {
    const all = keptTo([OLD, OTHER]);
    expect(await verdicts(bundleOf(all, ...PODS, serviceOf({ clusterIP: "None" })))).toEqual([]);
    expect(await verdicts(bundleOf(all, ...PODS))).toEqual([]);
    const short = all.map((each) => ({ ...each, until: 8 }));
    expect(await verdicts(bundleOf(short, ...PODS, serviceOf()))).toEqual([]);
  });

  it("tells a pod that was listed twice once", async () => {
    const files = bundleOf(keptTo([OLD, OTHER]), ...PODS, ...PODS, serviceOf(), serviceOf());
    expect(await verdicts(files)).toEqual(["confirmed"]);
  });

  it("is seen on a single node, and with one busy backend where the capture shows the translation", async () => {
    const one = [OLD, OTHER, NEW].map((address) => podOf(address, -60, { node: "node-a" }));
    expect(await verdicts(bundleOf(keptTo([OLD, OTHER]), ...one, serviceOf()))).toEqual(["confirmed"]);
    const translated = keptTo([OLD]).map((each) => ({ ...each, via: "10.96.0.9" }));
    expect(await verdicts(bundleOf(translated, PODS[0] ?? {}, PODS[2] ?? {}, serviceOf()))).toEqual([
      "confirmed",
    ]);
  });

  it("knows what chance does", () => {
    // By hand: three ways to leave out one of three, (2/3)^15 each.
    expect(chanceOf(0, 15, 1, 3)).toBeCloseTo(3 * (2 / 3) ** 15, 10);
    expect(chanceOf(1, 10, 1, 2)).toBeCloseTo((2 * (1 + 10)) / 2 ** 10, 10);
    expect(chanceOf(0, 0, 1, 2)).toBe(1);
    expect(chanceOf(3, 3, 2, 2)).toBe(1);
    expect(chanceOf(0, 1e6, 1, 2)).toBe(0);
  });
});
