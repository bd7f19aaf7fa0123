import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Moment } from "../../src/evidence/index.ts";
import { apart, clockOf, isAt, isClockUnkept, momentOf, zoneOf } from "../../src/evidence/index.ts";
import { readTime } from "../../src/logs/index.ts";
import { hostOf } from "./hosts.ts";

const HOUR = 3600;
const at = (iso: string): Moment => ({ seconds: Date.parse(iso) / 1000, clock: "utc" });
const local = (seconds: number): Moment => ({ seconds, clock: "local" });
const cite = { artifact: "a", text: "b" };
const zone = (offset: number, seen?: Moment) => ({ offset, because: "taken so", cite, at: seen?.seconds });

const TIMEDATECTL = `  Local time: Fri 2024-01-05 18:00:00 CST
  Universal time: Fri 2024-01-05 10:00:00 UTC
  Time zone: Asia/Shanghai (CST, +0800)
  System clock synchronized: SYNCED
`;

describe("times of two artifacts", () => {
  const noon = at("2024-01-05T12:00:00Z");

  it("are compared as they are where both are UTC's", () => {
    expect(apart(noon, at("2024-01-05T12:01:00Z"))).toEqual({ least: 60, most: 60 });
    expect(isAt(noon, at("2024-01-05T12:01:00Z"), 60)).toBe("yes");
    expect(isAt(noon, at("2024-01-05T12:10:00Z"), 60)).toBe("no");
  });

  it("can't be compared with a time since boot", () => {
    expect(apart(noon, { seconds: 4000, clock: "uptime" })).toBeUndefined();
    expect(isAt({ seconds: 4000, clock: "uptime" }, noon, 60)).toBe("cant-tell");
  });

  it("of an unknown zone are never the same, and other ones by what no zone explains", () => {
    expect(apart(local(noon.seconds), noon)).toMatchObject({
      least: 0,
      doubt: "the log's clock has no zone",
    });
    expect(isAt(local(noon.seconds), noon, 60)).toBe("cant-tell");
    // Seven minutes are no zone's, nor are two days.
    expect(isAt(local(noon.seconds + 420), noon, 60)).toBe("no");
    expect(isAt(local(noon.seconds + 48 * HOUR), noon, 60)).toBe("no");
  });

  it("are compared by the zone that is known, with the doubt of summer time for another season", () => {
    const eight = zone(8 * HOUR, noon);
    expect(isAt(local(noon.seconds + 8 * HOUR), noon, 60, eight)).toBe("yes");
    expect(isAt(noon, local(noon.seconds + 8 * HOUR), 60, eight)).toBe("yes");
    expect(isAt(local(noon.seconds), noon, 60, eight)).toBe("no");
    expect(apart(local(noon.seconds), noon, eight)?.doubt).toBe("the log's clock has no zone; taken so");
    const summer = at("2024-07-05T12:00:00Z");
    expect(isAt(local(summer.seconds + 8 * HOUR), summer, 60, eight)).toBe("cant-tell");
    expect(isAt(local(summer.seconds + 10 * HOUR), summer, 60, eight)).toBe("no");
  });

  it("without a year are compared by their places in it, across its end too", () => {
    const syslog = momentOf(clockOf("Jan  1 00:10:00"));
    const eight = zone(8 * HOUR, at("2024-01-01T00:00:00Z"));
    if (!syslog) throw new Error("unread");
    expect(isAt(syslog, at("2023-12-31T16:10:00Z"), 60, eight)).toBe("yes");
    expect(apart(syslog, at("2023-12-31T16:10:00Z"), eight)?.doubt).toContain("has no year");
    const march = momentOf(readTime("Mar 10 12:00:00 n kernel: x"));
    if (!march) throw new Error("unread");
    expect(isAt(march, at("2023-03-10T12:00:00Z"), 60, zone(0, at("2023-03-10T12:00:00Z")))).toBe("yes");
    expect(isAt(march, at("2024-03-10T12:00:00Z"), 60, zone(0, at("2024-03-10T12:00:00Z")))).toBe("yes");
  });

  it("are the same in no zone that isn't known, and with one known in no other", () => {
    const quarters = fc.integer({ min: -48, max: 56 });
    const distance = fc.integer({ min: -7 * 86_400, max: 7 * 86_400 });
    fc.assert(
      fc.property(quarters, quarters, distance, (known, moved, seconds) => {
        const a = at("2024-01-05T12:00:00Z");
        const b = local(a.seconds + seconds + moved * 900);
        // Whatever zone the log was moved to, nobody takes it for the moment by chance.
        expect(isAt(a, b, 60)).not.toBe("yes");
        const isSame = isAt(a, b, 60, zone(known * 900, a));
        expect(isSame).toBe(Math.abs(seconds + (moved - known) * 900) <= 65 ? "yes" : "no");
        // What is no in an unknown zone is no in each.
        expect(isAt(a, b, 60) !== "no" || isSame === "no").toBe(true);
      }),
    );
  });
});

describe("a host's zone", () => {
  const of = async (files: Record<string, string>) => {
    const found = zoneOf(await hostOf({ "n/hostname": "n\n", ...files }));
    return found && [found.offset / HOUR, found.because];
  };

  it("is what the machine says, and whether its clock is kept right", async () => {
    const text = TIMEDATECTL.replace("SYNCED", "no");
    expect(await of({ "n/timedatectl.txt": text })).toEqual([
      8,
      "taken as UTC+08:00 because the machine states its zone",
    ]);
    expect(isClockUnkept(await hostOf({ "n/timedatectl.txt": text }))?.text).toBe(
      "System clock synchronized: no",
    );
    expect(
      isClockUnkept(await hostOf({ "n/timedatectl.txt": TIMEDATECTL.replace("SYNCED", "yes") })),
    ).toBeUndefined();
    expect(isClockUnkept(await hostOf({ "n/hostname": "n\n" }))).toBeUndefined();
  });

  it("is shown by date beside date -u", async () => {
    const utc = { "n/date_--utc": "Fri Jan  5 10:00:01 UTC 2024\n" };
    expect(await of({ "n/date": "Fri Jan  5 18:00:00 CST 2024\n", ...utc })).toEqual([
      8,
      "taken as UTC+08:00 because date and date -u show it",
    ]);
    expect(await of({ "n/date": "Fri Jan  5 18:07:00 CST 2024\n", ...utc })).toBeUndefined();
    expect(await of({ "n/date": "Fri Jan  5 18:00:00 CST 2024\n" })).toBeUndefined();
  });

  it("is that of a line with two times", async () => {
    const line = (prefix: string, inner: string): string =>
      `${prefix} n containerd[812]: time="${inner}" level=error msg="StopContainer for \\"${"ab".repeat(32)}\\" failed" error="rpc error: code = DeadlineExceeded desc = an error occurs during waiting for container \\"${"ab".repeat(32)}\\" to be killed: wait container \\"${"ab".repeat(32)}\\": context deadline exceeded"\n`;
    expect(await of({ "n/messages": line("Jan  5 18:00:00", "2024-01-05T10:00:00.123Z").repeat(3) })).toEqual(
      [8, "taken as UTC+08:00 because a line of a log has UTC's time as well"],
    );
    // A line that was written late is no zone's.
    expect(await of({ "n/messages": line("Jan  5 18:05:00", "2024-01-05T10:00:00.123Z") })).toBeUndefined();
    const both =
      line("Jan  5 18:00:00", "2024-01-05T10:00:00Z") + line("Jan  5 19:00:00", "2024-01-05T10:00:00Z");
    expect(await of({ "n/messages": both })).toBeUndefined();
  });
});
