import { describe, expect, it } from "vitest";
import { HEAD_LENGTH, sourceOf } from "../../src/bytes/index.ts";
import {
  goroutineFormat,
  goroutinesOf,
  parseGoroutineText,
  profileFormat,
  readProfile,
} from "../../src/pprof/index.ts";
import { bytesOf, fixture, gunzipped, join, text } from "./fixtures.ts";

const FORMATS = [profileFormat, goroutineFormat];
const kindsOf = (bytes: Uint8Array) =>
  FORMATS.filter((format) => format.recognise(bytes.subarray(0, HEAD_LENGTH), "any.name")).map(
    ({ kind }) => kind,
  );

function* chunks(): Generator<Uint8Array> {
  const bytes = fixture("heap.pb.gz");
  for (let at = 0; at < bytes.length; at += 100) yield bytes.slice(at, at + 100);
}

describe("recognition", () => {
  it.each([
    ["goroutine.pb.gz", "pprof"],
    ["heap.pb.gz", "pprof"],
    ["go119.sigquit.txt.gz", "goroutines"],
    ["crash.txt.gz", "goroutines"],
  ])("%s is %s", (name, kind) => {
    expect(kindsOf(gunzipped(name))).toEqual([kind]);
  });

  it.each(["goroutine.debug1.txt", "goroutine.debug2.txt", "panic.txt", "ancestors.txt", "deadlock.txt"])(
    "%s",
    (name) => {
      expect(kindsOf(bytesOf(text(name)))).toEqual(["goroutines"]);
      expect(kindsOf(new Uint8Array(Buffer.from(`\ufeff${text(name)}`, "utf16le")))).toEqual(["goroutines"]);
    },
  );

  it.each([
    "heap.txt",
    "mutex.txt",
    "block.txt",
    "threadcreate.txt",
    "gperftools-heap.txt",
    "gperftools-cpu.prof",
    "tcmalloc-growth.txt",
    "jemalloc.txt",
  ])("%s is a profile, also behind HTTP headers", async (name) => {
    const bytes = fixture(`forms/${name}`);
    expect(kindsOf(bytes)).toEqual(["pprof"]);
    const profile = await profileFormat.decode(sourceOf(bytes), "a");
    expect(profile.diagnostics).toEqual([]);
    expect(profile.sampleCount).toBeGreaterThan(0);
    if (name.endsWith(".prof")) return;
    expect(kindsOf(join(bytesOf("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"), bytes))).toEqual([
      "pprof",
    ]);
  });

  it("is of both kinds where both are in one text", () => {
    const [goroutines, heap] = [fixture("forms/goroutine.txt"), fixture("forms/heap.txt")];
    for (const both of [join(goroutines, heap), join(heap, goroutines)]) {
      expect(kindsOf(both)).toEqual(["pprof", "goroutines"]);
      expect(readProfile(both)?.sampleCount).toBe(readProfile(heap)?.sampleCount);
      expect(readProfile(both)?.diagnostics).toEqual([]);
      expect(parseGoroutineText(both)).toEqual(parseGoroutineText(goroutines));
    }
    expect(kindsOf(fixture("forms/goroutine.txt"))).toEqual(["goroutines"]);
  });

  it.each([
    "",
    "a note about goroutine 7 [running]: it leaks\n",
    "goroutine profile: none\n",
    "heap profile: 1: 1 [1: 1] of yesterday\n",
    "a threadcreate profile: total 13\n13 @\n",
    "goroutine 7 [running] was here\n",
    "\0goroutine 7 [running]:\n\0\0\n",
  ])("%j is neither", (content) => {
    expect(kindsOf(bytesOf(content))).toEqual([]);
  });

  it("finds goroutines behind other text", () => {
    const before = `${"panic: something\n\ttwo lines\n".repeat(500)}\n[signal SIGSEGV]\n\n`;
    expect(kindsOf(bytesOf(`${before}${text("panic.txt")}`))).toEqual(["goroutines"]);
    expect(kindsOf(bytesOf(`${"x".repeat(HEAD_LENGTH)}\n${text("panic.txt")}`))).toEqual([]);
  });
});

describe("decoding", () => {
  it("reads profiles, gzipped or not, from any source", async () => {
    for (const bytes of [fixture("goroutine.pb.gz"), gunzipped("goroutine.pb.gz")]) {
      const profile = await profileFormat.decode(sourceOf(bytes), "a");
      expect(goroutinesOf(profile)?.total).toBe(56);
    }
    const profile = await profileFormat.decode({ size: undefined, stream: chunks }, "a");
    expect(profile.diagnostics).toEqual([]);
    expect(profile.sampleCount).toBeGreaterThan(50);
  });

  it("reads goroutines, gzipped or not", async () => {
    for (const bytes of [fixture("go119.sigquit.txt.gz"), gunzipped("go119.sigquit.txt.gz")]) {
      const set = await goroutineFormat.decode(sourceOf(bytes), "a");
      expect(set).toMatchObject({ total: 1020, diagnostics: [] });
    }
    const cut = fixture("go119.sigquit.txt.gz").subarray(0, 30_000);
    const set = await goroutineFormat.decode(sourceOf(cut), "a");
    expect(set.diagnostics[0]).toMatchObject({ effect: "partial", code: "gzip-cut" });
    expect(set.total).toBeGreaterThan(100);
  });
});
