import { describe, expect, it } from "vitest";
import {
  type GoroutineGroup,
  goroutinesOf,
  parseGoroutineText,
  parseProfile,
  profileSnapshot,
  readProfile,
  series,
  userFrames,
  waitReason,
} from "../../src/pprof/index.ts";
import { bytesOf, codesOf, fixture, text } from "./fixtures.ts";
import { encode } from "./oracle.ts";

const proto = goroutinesOf(parseProfile(fixture("goroutine.pb.gz")));
const counts = parseGoroutineText(bytesOf(text("goroutine.debug1.txt")));
const dump = parseGoroutineText(bytesOf(text("goroutine.debug2.txt")));

/** What a person reads of a group. The profiler's own goroutine is left out: it stands elsewhere each time. */
const read = (groups: readonly GoroutineGroup[]) =>
  groups
    .map((group) => ({ count: group.count, at: userFrames(group)[0], reason: waitReason(group) }))
    .filter(({ at }) => at?.func !== "main.write");
const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

/** The same without what debug=1 can't tell. */
const known = (groups: readonly GoroutineGroup[]) =>
  read(groups).map(({ count, at, reason }) => ({
    count,
    at,
    reason: /^(?:chan|select)/.test(reason ?? "") ? undefined : reason,
  }));
const label = (key: number, str: number) => ({ key, str });

describe("goroutinesOf", () => {
  it("reads a goroutine profile", () => {
    expect(proto).toMatchObject({ form: "proto", total: 56, diagnostics: [] });
    expect(proto?.groups.slice(0, 2)).toEqual([
      {
        count: 20,
        frames: [
          { func: "runtime.gopark", file: "runtime/proc.go", line: 363, inlined: false },
          { func: "runtime.chansend", file: "runtime/chan.go", line: 259, inlined: false },
          { func: "runtime.chansend1", file: "runtime/chan.go", line: 145, inlined: false },
          { func: "main.(*server).leakSend", file: "example.com/fixture/main.go", line: 31, inlined: false },
        ],
        leaked: 0,
        lockedToThread: 0,
        ids: [],
      },
      expect.objectContaining({
        count: 7,
        frames: expect.arrayContaining([
          { func: "main.worker", file: "example.com/fixture/main.go", line: 46, inlined: true },
          {
            func: "main.(*server).start.func1",
            file: "example.com/fixture/main.go",
            line: 85,
            inlined: false,
          },
        ]) as unknown,
      }),
    ]);
  });

  it("reads no other profile", () => {
    for (const name of ["cpu", "heap", "block", "mutex", "threadcreate"])
      expect(goroutinesOf(parseProfile(fixture(`${name}.pb.gz`)))).toBeUndefined();
    expect(goroutinesOf(parseProfile(new Uint8Array()))).toBeUndefined();
  });

  it("reads the same of a profile that pprof wrote anew", () => {
    expect(goroutinesOf(parseProfile(fixture("goroutine.rewritten.pb.gz")))?.groups).toEqual(proto?.groups);
  });

  it("agrees with debug=2 of the same process on every group", () => {
    expect(sorted(read(proto?.groups ?? []))).toEqual(sorted(read(dump.groups)));
    expect(dump.total).toBe(56);
    expect(dump.groups[0]).toMatchObject({
      state: "chan send",
      createdBy: { func: "main.spawn" },
      wait: { known: 20, min: 1, max: 2 },
    });
  });

  it("agrees with debug=1 of the same process, but for what channels wait for", () => {
    expect(sorted(known(proto?.groups ?? []))).toEqual(sorted(known(counts.groups)));
  });

  it("merges samples that differ in addresses or labels alone, and keeps the labels that all share", () => {
    const set = goroutinesOf(
      parseProfile(
        encode({
          sampleType: [{ type: 1, unit: 2 }],
          sample: [
            { locationId: [1], value: [3], label: [label(5, 6), label(4, 7)] },
            { locationId: [2], value: [4], label: [label(5, 7), label(4, 7)] },
            { locationId: [3], value: [1], label: [{ key: 5, num: 9, numUnit: 6 }] },
            { locationId: [9], value: [2] },
            { locationId: [1], value: [0] },
          ],
          location: [
            { id: 1, address: 16, line: [{ functionId: 1, line: 4 }] },
            { id: 2, address: 32, line: [{ functionId: 1, line: 4 }] },
            { id: 3, address: 48 },
          ],
          function: [{ id: 1, name: 3 }],
          stringTable: ["", "goroutine", "count", "main.f", "a", "k", "x", "y"],
        }),
      ),
    );
    expect(set?.total).toBe(10);
    expect(set?.groups.map(({ count, frames, labels }) => ({ count, frames, labels }))).toEqual([
      { count: 7, frames: [{ func: "main.f", line: 4, inlined: false }], labels: { a: "y" } },
      { count: 2, frames: [{ func: "0x0", inlined: false }], labels: undefined },
      { count: 1, frames: [{ func: "0x30", inlined: false }], labels: { k: "9x" } },
    ]);
    expect(codesOf(set?.diagnostics ?? [])).toEqual(["bad-location-id"]);
  });

  it("are the same of debug=1, read as a profile", () => {
    const profile = readProfile(bytesOf(text("goroutine.debug1.txt")));
    expect(profile && goroutinesOf(profile)).toEqual({ ...counts, form: "proto" });
  });

  it("takes stacks whose text would be longer than a text can be", () => {
    const profile = parseProfile(
      encode({
        sampleType: [{ type: 1, unit: 2 }],
        sample: [1, 2].map((leaf) => ({
          locationId: [leaf, ...Array.from({ length: 1000 }, () => 1)],
          value: [1],
        })),
        location: [1, 2].map((id) => ({ id, line: [{ functionId: id }] })),
        function: [1, 2].map((id) => ({ id, name: id + 2 })),
        stringTable: ["", "goroutine", "count", "x".repeat(2 ** 20), "main.run"],
      }),
    );
    const set = goroutinesOf(profile);
    expect(set?.groups.map(({ frames }) => frames.length)).toEqual([1001, 1001]);
    const snapshot = profileSnapshot(profile);
    expect(snapshot && series([snapshot, snapshot])?.rows).toHaveLength(2);
  });
});
