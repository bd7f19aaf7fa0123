import { describe, expect, it } from "vitest";
import { clockFormat, parseClock } from "../../src/node/index.ts";
import { mishaps, recognises } from "./recognised.ts";

/** systemd 241, and 219 of CentOS 7. */
const TIMEDATECTL = `               Local time: Fri 2020-02-28 19:14:50 JST
           Universal time: Fri 2020-02-28 10:14:50 UTC
                 RTC time: n/a
                Time zone: Asia/Tokyo (JST, +0900)
System clock synchronized: yes
              NTP service: active
          RTC in local TZ: no
`;
const OLD = `      Local time: Fri 2020-02-28 07:14:50 -03
  Universal time: Fri 2020-02-28 10:14:50 UTC
        RTC time: Fri 2020-02-28 10:14:50
       Time zone: America/Sao_Paulo (-03, -0300)
     NTP enabled: no
NTP synchronized: no
 RTC in local TZ: no
      DST active: n/a
`;
/** troubleshoot.sh's host collector \`time\`. */
const JSON_TIME = '{"timezone":"UTC","ntp_synchronized":false,"ntp_active":true}';
const at = (iso: string): number => Date.parse(iso) / 1000;

describe("a machine's clock", () => {
  it("is told by timedatectl with its zone and whether it is kept right", () => {
    const clock = parseClock(TIMEDATECTL);
    expect(clock.offset).toMatchObject({ value: 9 * 3600, line: 4 });
    expect(clock.synchronized).toMatchObject({ value: true, line: 5 });
    expect(clock.times).toMatchObject([
      { value: at("2020-02-28T19:14:50Z"), isUtc: false },
      { value: at("2020-02-28T10:14:50Z"), isUtc: true },
    ]);
    expect(parseClock(OLD).offset?.value).toBe(-3 * 3600);
    expect(parseClock(OLD).synchronized?.value).toBe(false);
    expect(parseClock(JSON_TIME).synchronized?.value).toBe(false);
  });

  it("is told by date, whose abbreviations are no zones", () => {
    const one = (text: string) => {
      const { times, offset } = parseClock(`${text}\n`);
      return [times[0]?.value, times[0]?.isUtc, offset?.value];
    };
    const moment = at("2026-11-22T16:56:11Z");
    expect(one("Sun Nov 22 16:56:11 UTC 2026")).toEqual([moment, true, undefined]);
    expect(one("Mon Nov 23 00:56:11 CST 2026")).toEqual([moment + 8 * 3600, false, undefined]);
    expect(one("Sun Nov 22 13:56:11 -03 2026")).toEqual([moment, true, -3 * 3600]);
    expect(one("Sun Nov 22 04:56:11 PM UTC 2026")).toEqual([moment, true, undefined]);
    expect(one("Sun, 22 Nov 2026 18:56:11 +0200")).toEqual([moment, true, 2 * 3600]);
    expect(one("2026-11-22T22:26:11+05:30")).toEqual([moment, true, 19_800]);
    expect(one("2026-11-22T16:56:11+00:00")).toEqual([moment, true, undefined]);
    expect(one("Sun Nov 99 16:56:11 UTC 2026")).toEqual([undefined, undefined, undefined]);
  });

  it("is recognised by what it is", () => {
    for (const text of [TIMEDATECTL, OLD, JSON_TIME]) expect(recognises(clockFormat, text)).toBe(true);
    expect(recognises(clockFormat, "Sun Nov 22 16:56:11 UTC 2026\n", "sos_commands/date/date")).toBe(true);
    expect(recognises(clockFormat, "at Sun Nov 22 16:56:11 UTC 2026\n", "notes.txt")).toBe(false);
    expect(recognises(clockFormat, "the update of today\n", "n/date.txt")).toBe(false);
    expect(recognises(clockFormat, '{"timezone":"UTC","name":"x"}')).toBe(false);
  });

  it.each([TIMEDATECTL, OLD, JSON_TIME, "Sun Nov 22 16:56:11 UTC 2026\n"])(
    "survives damage",
    async (text) => {
      expect(await mishaps(clockFormat, text)).toBe(0);
    },
  );
});
