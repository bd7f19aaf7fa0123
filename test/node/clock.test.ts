import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockFormat, parseClock } from "../../src/node/index.ts";

// What a live system printed: `date`, `date -R`, `date -Is`, `date -u +%FT%TZ`, `uptime`, `/proc/uptime`, boot_id, `/proc/stat`; timedatectl and must-gather's `timestamp` retyped.
const PLAIN = "Sun Nov 22 16:24:51 UTC 2026\n";
const AT = Date.UTC(2026, 10, 22, 16, 24, 51) / 1000;
const UPTIME = " 16:24:51 up 4 days,  2:15,  1 user,  load average: 0.42, 0.31, 0.20\n";
const STAT =
  "cpu  1 2 3 4 5 6 7 0 0 0\ncpu0 1 2 3 4 5 6 7 0 0 0\nintr 5 0\nctxt 12\nbtime 1795000000\nprocesses 9\n";
const BOOT_ID = "259619c0-ca40-4dc4-8542-339acd90c420\n";

const recognise = (text: string, path: string): boolean =>
  clockFormat.recognise(new TextEncoder().encode(text), path);

describe("the time of a collection", () => {
  it.each([
    [PLAIN, AT, true],
    ["Sun Nov  1 16:24:51 CET 2026\n", Date.UTC(2026, 10, 1, 16, 24, 51) / 1000, false],
    ["Sun 22 Nov 2026 04:24:51 PM UTC\n", AT, true],
    ["Sun, 22 Nov 2026 18:24:51 +0200\n", AT, true],
    ["2026-11-22T16:24:51Z\n", AT, true],
    ["2026-11-22T10:54:51-05:30\n", AT, true],
    [
      "2026-11-22 17:24:51.803226134 +0100 CET m=+0.171480112\n2026-11-22 17:29:51.1 +0100 CET m=+300.1\n",
      AT,
      true,
    ],
    [
      "               Local time: Sun 2026-11-22 17:24:51 CET\n           Universal time: Sun 2026-11-22 16:24:51 UTC\n",
      AT,
      true,
    ],
  ])("is read from %j", (text, seconds, isZoned) => {
    expect(recognise(text, "b/x.txt")).toBe(true);
    expect(parseClock(text)).toMatchObject({ time: { value: seconds, isUtc: isZoned }, diagnostics: [] });
  });

  it("is read from bare numbers only where the name says what they are", () => {
    expect(recognise("1795364691\n", "b/date.txt")).toBe(true);
    expect(parseClock("1795364691\n", "b/date.txt").time?.value).toBe(1_795_364_691);
    expect(recognise("1795364691\n", "b/count.txt")).toBe(false);
    expect(recognise("353735.47 234388.90\n", "proc/uptime")).toBe(true);
    expect(parseClock("353735.47 234388.90\n", "proc/uptime").uptime?.value).toBe(353_735.47);
    expect(recognise("353735.47 234388.90\n", "b/x")).toBe(false);
    expect(recognise(BOOT_ID, "b/boot_id")).toBe(true);
    expect(parseClock(BOOT_ID, "b/boot_id").bootId?.value).toBe(BOOT_ID.trim());
    expect(recognise(BOOT_ID, "b/machine")).toBe(false);
  });

  it("and of the machine's start are read from uptime and /proc/stat", () => {
    expect(parseClock(UPTIME).uptime?.value).toBe(((4 * 24 + 2) * 60 + 15) * 60);
    expect(parseClock(" 03:04:05 up 7 min,  0 users,  load average: 0, 0, 0\n").uptime?.value).toBe(420);
    expect(recognise(UPTIME, "b/x")).toBe(true);
    expect(recognise(STAT, "proc/stat")).toBe(true);
    expect(parseClock(STAT).bootTime?.value).toBe(1_795_000_000);
  });

  it.each([
    "2026-11-22T16:24:51Z started\n2026-11-22T16:24:52Z done\n",
    "a word\n",
    "",
    "2026-11-22T16:24:51Z\nhello\n",
    "bash: date: command not found\n",
  ])("is not read from %j", (text) => {
    expect(recognise(text, "b/date.txt")).toBe(false);
  });

  it("survives every prefix and change", () => {
    fc.assert(
      fc.property(fc.constantFrom(PLAIN, UPTIME, STAT), fc.nat(200), fc.string(), (text, at, other) => {
        const { diagnostics } = parseClock(text.slice(0, at) + other + text.slice(at + 3), "proc/uptime");
        expect(Array.isArray(diagnostics)).toBe(true);
      }),
    );
  });
});
