import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseGoroutineText } from "../../src/pprof/index.ts";
import { bytesOf, codesOf, text } from "./fixtures.ts";

const parse = (content: string) => parseGoroutineText(bytesOf(content));
const REAL = text("goroutine.debug1.txt");

const SMALL = `goroutine profile: total 12
9 @ 0x438dd6 0x4054cc
# labels: {"queue":"low \\"quoted\\"", "tenant":"a"}
#\t0x4ecca6\tmain.next+0x26\t\t\texample.com/fixture/main.go:44
#\t0x4ecc9c\tmain.worker+0x1c\t\texample.com/fixture/main.go:46
#\t0x465be0\tmain.(*server).run+0x20\tC:/Program Files/main.go:85

2 @ 0x438dd6 0x4054cc
# labels: {"queue":"high", "tenant":"a"}
#\t0x4ecca6\tmain.next+0x26\t\t\texample.com/fixture/main.go:44
#\t0x4ecc9c\tmain.worker+0x1c\t\texample.com/fixture/main.go:46
#\t0x465be0\tmain.(*server).run+0x20\tC:/Program Files/main.go:85

1 @ 0x438dd6
#\t0x438dd6

`;

const frame = (pc: string, name: string) => `#\t${pc}\t${name}\t/a.go:1\n`;

describe("goroutine?debug=1", () => {
  it("counts stacks, and merges those that differ in labels or addresses alone", () => {
    const set = parse(SMALL);
    expect(set).toMatchObject({ form: "debug=1", total: 12, diagnostics: [] });
    expect(set.groups).toEqual([
      {
        count: 11,
        frames: [
          { func: "main.next", file: "example.com/fixture/main.go", line: 44, inlined: true },
          { func: "main.worker", file: "example.com/fixture/main.go", line: 46, inlined: false },
          { func: "main.(*server).run", file: "C:/Program Files/main.go", line: 85, inlined: false },
        ],
        labels: { tenant: "a" },
        leaked: 0,
        lockedToThread: 0,
        ids: [],
      },
      { count: 1, frames: [{ func: "0x438dd6", inlined: false }], leaked: 0, lockedToThread: 0, ids: [] },
    ]);
  });

  it("does not take recursion for inlining", () => {
    const body = [
      frame("0x1105", "main.leaf+0x5"),
      frame("0x1110", "main.walk+0x10"),
      frame("0x1108", "main.leaf+0x8"),
      frame("0x1110", "main.walk+0x10"),
      frame("0x1110", "main.walk+0x10"),
      frame("0x2003", "main.main+0x3"),
    ].join("");
    const { groups } = parse(`goroutine profile: total 1\n1 @ 0x1106\n${body}\n`);
    expect(groups[0]?.frames.map(({ inlined }) => inlined)).toEqual([true, false, true, false, false, false]);
  });

  it("reads what the program printed", () => {
    const set = parse(REAL);
    expect(set).toMatchObject({ form: "debug=1", total: 56, diagnostics: [] });
    const counts = [...REAL.matchAll(/^(\d+) @/gm)].map(([, count]) => Number(count));
    expect(counts.reduce((a, b) => a + b)).toBe(56);
    // Two stacks differ by a label alone.
    expect(set.groups).toHaveLength(counts.length - 1);
    expect(set.groups[0]).toMatchObject({
      count: 20,
      frames: [{ func: "main.(*server).leakSend", line: 31 }],
    });
    const deep = set.groups.find(({ frames }) => frames.some(({ func }) => func === "main.recurse"));
    expect(deep?.frames.every(({ inlined }) => !inlined)).toBe(true);
  });

  it("reads it behind HTTP headers, with CRLF, and in PowerShell's UTF-16", () => {
    const expected = parse(REAL).groups;
    expect(parse(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n${REAL}`).groups).toEqual(expected);
    expect(parse(REAL.replaceAll("\n", "\r\n")).groups).toEqual(expected);
    const utf16 = new Uint8Array(Buffer.from(`\ufeff${REAL}`, "utf16le"));
    expect(parseGoroutineText(utf16).groups).toEqual(expected);
    expect(parse(`\ufeff${REAL}`).groups).toEqual(expected);
  });

  it("does not count another profile that follows", () => {
    const threads = "threadcreate profile: total 13\n13 @\n#\t0x1\n\n";
    expect(parse(REAL + threads)).toMatchObject({ total: 56, diagnostics: [] });
  });

  it("reads the larger of two", () => {
    const set = parse(SMALL + REAL + SMALL);
    expect(set.groups).toEqual(parse(REAL).groups);
    expect(set).toMatchObject({ total: 56, diagnostics: [{ effect: "note", code: "several-dumps" }] });
  });

  it("keeps the total that it says, and what can be read, when it is cut", () => {
    const middle = REAL.indexOf("main.(*server).leakLock");
    const set = parse(REAL.slice(0, middle + 10));
    expect(set.total).toBe(56);
    expect(codesOf(set.diagnostics)).toEqual(["goroutine-cut", "count-mismatch"]);
    expect(set.groups.map(({ count }) => count)).toEqual([20, 7, 5, 4]);
    expect(set.groups[3]?.frames.map(({ func }) => func).at(-1)).toBe("sync.(*Mutex).Lock");
  });

  it("never throws and never invents a frame, wherever it is cut", () => {
    const known = new Set(parse(REAL).groups.flatMap(({ frames }) => frames.map(({ func }) => func)));
    for (let cut = 30; cut < REAL.length; cut++) {
      const set = parse(REAL.slice(0, cut));
      expect(set.total).toBe(cut < 30 ? 0 : 56);
      expect(set.groups.flatMap(({ frames }) => frames).filter(({ func }) => !known.has(func))).toEqual([]);
    }
  });

  it("never throws, whatever changes", () => {
    const bytes = bytesOf(REAL);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        expect(parseGoroutineText(changed).groups).toBeInstanceOf(Array);
      }),
      { numRuns: 200 },
    );
  });
});
