import { describe, expect, it } from "vitest";
import { ageOf, eventOf, parseKubeObjects, repetitionOf } from "../../src/kube/index.ts";

const event = (members: object) =>
  parseKubeObjects(
    new TextEncoder().encode(
      JSON.stringify({
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: "e", namespace: "shop" },
        ...members,
      }),
    ),
  ).objects.map(eventOf)[0];
const at = (time: string) => Date.parse(time) / 1000;

describe("an event", () => {
  it("of v1 has a count and two times", () => {
    const told = event({
      involvedObject: { kind: "Pod", namespace: "shop", name: "web", uid: "u" },
      type: "Warning",
      reason: "BackOff",
      message: "Back-off restarting failed container",
      count: 12,
      firstTimestamp: "2026-11-01T10:00:00Z",
      lastTimestamp: "2026-11-01T11:00:00Z",
      source: { component: "kubelet", host: "node-a" },
    });
    expect(told).toMatchObject({
      reason: "BackOff",
      count: 12,
      lasted: 3600,
      last: at("2026-11-01T11:00:00Z"),
      about: { kind: "Pod", name: "web", uid: "u" },
      component: "kubelet",
      host: "node-a",
    });
  });

  it("of events.k8s.io has a note, and a series where it came again", () => {
    const told = event({
      apiVersion: "events.k8s.io/v1",
      regarding: { kind: "Pod", namespace: "shop", name: "web" },
      reason: "FailedScheduling",
      note: "0/3 nodes are available",
      eventTime: "2026-11-01T10:00:00.123456Z",
      series: { count: 5, lastObservedTime: "2026-11-01T10:30:00.000000Z" },
      reportingController: "default-scheduler",
    });
    expect(told).toMatchObject({
      message: "0/3 nodes are available",
      count: 5,
      component: "default-scheduler",
      last: at("2026-11-01T10:30:00Z"),
      about: { name: "web" },
    });
    expect(
      event({ firstTimestamp: null, eventTime: "2026-11-01T10:00:00Z", reason: "Scheduled" }),
    ).toMatchObject({
      first: at("2026-11-01T10:00:00Z"),
      last: at("2026-11-01T10:00:00Z"),
      count: undefined,
    });
  });

  it("without reason and message is none", () => {
    expect(event({ reason: "***HIDDEN***" })).toBe(undefined);
  });

  it.each([
    ["45s", 45],
    ["2m3s", 123],
    ["5d3h", 442_800],
    ["2y30d", 65_664_000],
    ["<unknown>", undefined],
    ["<invalid>", undefined],
    ["5", undefined],
    ["-3s", undefined],
  ])("has an age: %s", (written, seconds) => {
    expect(ageOf(written)).toBe(seconds);
  });

  it("tells how often it came", () => {
    expect(repetitionOf("39s (x735 over 15h)")).toEqual({ lastAgo: 39, count: 735, firstAgo: 54_000 });
    expect(repetitionOf("39s")).toEqual({ lastAgo: 39, count: undefined, firstAgo: undefined });
    expect(repetitionOf("<unknown>")).toBe(undefined);
  });
});
