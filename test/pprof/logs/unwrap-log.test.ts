import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGoroutineText, parseGoroutineText, readProfile } from "../../../src/pprof/index.ts";
import { bytesOf, codesOf, gunzipped, text } from "../fixtures.ts";
import { WRAPPERS } from "./wrap.ts";

const parse = (content: string) => parseGoroutineText(bytesOf(content));
const NAMES = Object.keys(WRAPPERS);
const wrapped = (name: string, content: string): string => WRAPPERS[name]?.(content) ?? "";

/** Bytes from one cut to the next. */
const STEP = 5;

/** Ordinary lines of a program, as they stand around a dump. */
const BEFORE =
  'I0501 10:00:00.000001 1 main.go:7] starting\n{"level":"info","msg":"serving"}\n\npanic: boom\n\n';
const AFTER = "\nexit status 2\nserving again\n";

const DUMPS: Readonly<Record<string, string>> = {
  "debug=1": text("goroutine.debug1.txt"),
  "debug=2": text("goroutine.debug2.txt"),
  panic: text("panic.txt"),
  SIGQUIT: new TextDecoder().decode(gunzipped("go119.sigquit.txt.gz")),
};

describe.each(NAMES)("%s", (name) => {
  it.each(Object.keys(DUMPS))("is taken off the lines of %s", (form) => {
    const dump = DUMPS[form] ?? "";
    const expected = parse(dump);
    const set = parse(wrapped(name, dump));
    expect(set.groups).toEqual(expected.groups);
    expect(set.total).toBe(expected.total);
    expect(codesOf(set.diagnostics)).toEqual(codesOf(expected.diagnostics));
  });

  it("is taken off in the middle of a log, and of several dumps", () => {
    const dump = DUMPS["debug=2"] ?? "";
    const content = wrapped(name, `${BEFORE}${dump}${AFTER}`);
    expect(isGoroutineText(bytesOf(content))).toBe(true);
    const set = parse(content);
    expect(set.groups).toEqual(parse(dump).groups);
    expect(set.diagnostics.filter(({ effect }) => effect !== "note")).toEqual([]);
    const twice = parse(wrapped(name, `${BEFORE}${dump}${AFTER}${dump}${AFTER}`));
    expect(twice.groups).toEqual(parse(dump).groups);
    expect(codesOf(twice.diagnostics)).toContain("several-dumps");
  });

  it("makes no dump where there is none", () => {
    expect(
      isGoroutineText(
        bytesOf(wrapped(name, `${BEFORE}a note about goroutine 7 [running]: it leaks\n${AFTER}`)),
      ),
    ).toBe(false);
  });

  it("never throws and never invents a function, wherever the text is cut", () => {
    const dump = `${BEFORE}${DUMPS["panic"]}`;
    const content = bytesOf(wrapped(name, dump));
    const known = new Set(parse(dump).groups.flatMap(({ frames }) => frames.map(({ func }) => func)));
    const invented = new Set<string>();
    // The texts differ in what is put around their lines: together they are cut at each place of a line.
    for (let cut = NAMES.indexOf(name) % STEP; cut < content.length; cut += STEP) {
      for (const { frames } of parseGoroutineText(content.subarray(0, cut)).groups)
        for (const { func } of frames) if (!known.has(func)) invented.add(func);
    }
    expect([...invented]).toEqual([]);
  });

  it("never throws, whatever changes", () => {
    const content = bytesOf(wrapped(name, `${BEFORE}${DUMPS["panic"]}`));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(content.length - 1), fc.nat(255)), { minLength: 1 }),
        (changes) => {
          const changed = content.slice();
          for (const [at, value] of changes) changed[at] = value;
          expect(parseGoroutineText(changed).groups).toBeInstanceOf(Array);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("a log", () => {
  it("may hold the text of another profile", () => {
    const heap = text("forms/heap.txt");
    for (const name of ["CRI in parts", "json-file", "syslog"]) {
      const profile = readProfile(bytesOf(wrapped(name, heap)));
      expect(profile?.sampleCount).toBe(readProfile(bytesOf(heap))?.sampleCount);
      expect(profile?.memStats).toEqual(readProfile(bytesOf(heap))?.memStats);
    }
  });

  it("keeps characters of all kinds, escaped or not", () => {
    const func = 'main.größe·名😀"\\';
    const dump = `goroutine 7 [running]:\n${func}(0x1)\n\t/a.go:7 +0x1\n\n`;
    for (const name of NAMES) expect(parse(wrapped(name, dump)).groups[0]?.frames[0]?.func).toBe(func);
    const escaped = `{"log":"goroutine 7 [running]:\\n","stream":"stderr"}\n{"log":"main.\\ud83d\\ude00\\u00e9\\/(0x1)\\n","stream":"stderr"}\n{"log":"\\t/a.go:7 +0x1\\n","stream":"stderr"}\n`;
    expect(parse(escaped).groups[0]?.frames[0]?.func).toBe("main.😀é/");
  });

  it("of any line length is read in time that grows with it", () => {
    const long = "goroutine ".repeat(2_000_000);
    for (const name of NAMES)
      expect(isGoroutineText(bytesOf(wrapped(name, long.slice(0, 200_000))))).toBe(false);
    expect(parse(`${long}\n`).total).toBe(0);
    expect(parse(`2024-05-01T10:00:00.1Z stderr F ${long}\n`).total).toBe(0);
    expect(parse(`time="1" level=info msg="${"\\n".repeat(5_000_000)}`).total).toBe(0);
  });
});
