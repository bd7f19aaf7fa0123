import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SIGNATURES } from "../../src/logs/index.ts";
import { looksLikeLog } from "../../src/logs/recognise.ts";
import { referenceEvents } from "./reference.ts";
import { scan } from "./scan.ts";

const FIXTURES = readdirSync("test/fixtures/logs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".log"))
  .map((name) => readFileSync(`test/fixtures/logs/${name}`));
const LINES = [
  ...new Set(
    FIXTURES.flatMap((bytes) => {
      const lines = bytes.toString("latin1").split("\n");
      return [lines[0], lines[2], lines.at(-2)].filter((line) => line !== undefined);
    }),
  ),
];
const LITERALS = SIGNATURES.flatMap(({ literals }) => literals);

/** Lines of real logs and what may stand between them: whole, cut, without an end, with bytes that are no text. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...LINES) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...LINES), fc.nat(300)).map(([line, cut]) => line.slice(cut)),
  },
  fc.constantFrom(...LITERALS),
  fc.constantFrom("\r", "\0\0\0", "\u00ef\u00bb\u00bf", "\u00ff\u00fe", "\\\\\\", "{", '"', "\u00c3", ""),
  fc
    .tuple(fc.constantFrom("x", "\\", "[", " "), fc.integer({ min: 1, max: 9000 }))
    .map(([byte, times]) => byte.repeat(times)),
);
const log = fc
  .array(fc.tuple(piece, fc.constantFrom("\n", "\r\n", "\n\n", "")), { maxLength: 24 })
  .map((pieces) => new Uint8Array(Buffer.from(pieces.flat().join(""), "latin1")));
const PATHS = ["kubelet.log", "dockerd.log", "etcd.log", "kube-apiserver.log", "pods/shop_web_1/web/0.log"];

describe("the scanner", () => {
  it("finds what the plain reference finds, wherever its window ends and the source cuts its chunks", () => {
    const shape = fc.record({
      bytes: log,
      path: fc.constantFrom(...PATHS),
      chunk: fc.integer({ min: 1, max: 5000 }),
      window: fc.integer({ min: 1, max: 1500 }).map((words) => 4 * words),
    });
    fc.assert(
      fc.property(shape, ({ bytes, path, chunk, window }) => {
        const { events, lines } = referenceEvents(bytes, path);
        const found = scan(bytes, path, chunk, window);
        expect(found.events).toEqual(events);
        expect(found).toMatchObject({ lines, bytes: bytes.length });
      }),
      { numRuns: 400 },
    );
  });

  it("gives one model whatever the chunks", () => {
    for (const bytes of FIXTURES) {
      const whole = scan(bytes);
      for (const chunk of [1, 7, 4096, 65_536]) expect(scan(bytes, "a.txt", chunk)).toEqual(whole);
    }
  });

  it("reads every prefix and random bytes without throwing, and every line end alike", () => {
    for (const bytes of FIXTURES)
      for (let cut = 0; cut < Math.min(bytes.length, 600); cut += 7) {
        scan(bytes.subarray(0, cut));
        looksLikeLog(bytes.subarray(0, cut), "a.log");
      }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => scan(bytes).bytes === bytes.length));
    for (const bytes of FIXTURES) {
      const crlf = Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
      expect(scan(crlf, "kubelet.log").events).toEqual(scan(bytes, "kubelet.log").events);
      const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
      expect(scan(marked, "kubelet.log").events.map(({ count, fields }) => [count, fields])).toEqual(
        scan(bytes, "kubelet.log").events.map(({ count, fields }) => [count, fields]),
      );
    }
  });

  it("keeps so many groups and says what it left out", () => {
    const line = (i: number) =>
      `time="2024-04-12T10:00:00Z" level=info msg="Container ${i.toString(16).padStart(64, "0")} failed to exit within 10 seconds of kill - trying direct SIGKILL"\n`;
    const found = scan(Array.from({ length: 1000 }, (_, i) => line(i)).join(""), "dockerd.log");
    expect(found.events).toHaveLength(256);
    expect(found.dropped).toEqual({ "container-kill-timeout": 744 });
    expect(found.diagnostics).toMatchObject([{ effect: "partial", code: "many-log-events" }]);
  });

  it("takes a line of many megabytes apart piece by piece", () => {
    const start = 'time="2024-04-12T10:00:00Z" level=info msg="';
    const text = `${start}${"x".repeat(3_000_000)} PLEG is not healthy: pleg was last seen active 3m5s ago; threshold is 3m0s ${"y".repeat(3_000_000)}\nnext\n`;
    const found = scan(text, "kubelet.log", 4096);
    expect(found).toMatchObject({ lines: 2, events: [{ signature: "pleg-unhealthy", first: { line: 1 } }] });
    expect(found.events[0]?.first.text.length).toBeLessThan(600);
  });

  it("is not slowed down by hostile lines", () => {
    const started = Date.now();
    for (const hostile of ["\\", "xtables lock ", "] Aaaaa", 'open /x: "', "rphaned pod ", "3m"])
      for (const literal of LITERALS)
        scan(`${literal}${hostile.repeat(Math.ceil(8000 / hostile.length))}\n`.repeat(2), "a.txt");
    expect(Date.now() - started).toBeLessThan(5000);
  });
});
