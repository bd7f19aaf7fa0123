import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUptime, uptimeFormat } from "../../src/node/index.ts";

// What a live system printed: `uptime`, `/proc/uptime`, boot_id, `/proc/stat`.
const UPTIME = " 16:24:51 up 4 days,  2:15,  1 user,  load average: 0.42, 0.31, 0.20\n";
const STAT =
  "cpu  1 2 3 4 5 6 7 0 0 0\ncpu0 1 2 3 4 5 6 7 0 0 0\nintr 5 0\nctxt 12\nbtime 1795000000\nprocesses 9\n";
const BOOT_ID = "259619c0-ca40-4dc4-8542-339acd90c420\n";

const recognise = (text: string, path: string): boolean =>
  uptimeFormat.recognise(new TextEncoder().encode(text), path);

describe("since when a machine runs", () => {
  it("is read from bare numbers and ids only where the name says what they are", () => {
    expect(recognise("353735.47 234388.90\n", "proc/uptime")).toBe(true);
    expect(parseUptime("353735.47 234388.90\n", "proc/uptime").uptime?.value).toBe(353_735.47);
    expect(recognise("353735.47 234388.90\n", "b/x")).toBe(false);
    expect(recognise(BOOT_ID, "b/boot_id")).toBe(true);
    expect(parseUptime(BOOT_ID, "b/boot_id").bootId?.value).toBe(BOOT_ID.trim());
    expect(recognise(BOOT_ID, "b/machine")).toBe(false);
  });

  it("is read from uptime and /proc/stat", () => {
    expect(parseUptime(UPTIME).uptime?.value).toBe(((4 * 24 + 2) * 60 + 15) * 60);
    expect(parseUptime(" 03:04:05 up 7 min,  0 users,  load average: 0, 0, 0\n").uptime?.value).toBe(420);
    expect(recognise(UPTIME, "b/x")).toBe(true);
    expect(recognise(STAT, "proc/stat")).toBe(true);
    expect(parseUptime(STAT).bootTime?.value).toBe(1_795_000_000);
  });

  it.each(["a word\n", "", "bash: uptime: command not found\n", `${UPTIME}hello\n`])(
    "is not read from %j",
    (text) => {
      expect(recognise(text, "b/uptime.txt")).toBe(false);
      expect(parseUptime("", "b/uptime").diagnostics).toHaveLength(1);
    },
  );

  it("survives every prefix and change", () => {
    fc.assert(
      fc.property(fc.constantFrom(UPTIME, STAT, BOOT_ID), fc.nat(200), fc.string(), (text, at, other) => {
        const { diagnostics } = parseUptime(text.slice(0, at) + other + text.slice(at + 3), "proc/uptime");
        expect(Array.isArray(diagnostics)).toBe(true);
      }),
    );
  });
});
