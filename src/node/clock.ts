import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What a text says of when it was collected: the output of `date`, `uptime` and `timedatectl`, `/proc/uptime`, `boot_id`, `/proc/stat`. */
export interface Clock extends Model {
  /** Seconds since 1970 when it was collected. */
  readonly time: Fact<number> | undefined;
  /** Whether the zone of `time` is known; else it is read as if it were UTC, and tells only how far two of a host lie apart. */
  readonly isZoned: boolean;
  /** Seconds since the machine was started. */
  readonly uptime: Fact<number> | undefined;
  /** `/proc/sys/kernel/random/boot_id`: another one after each start. */
  readonly bootId: Fact<string> | undefined;
  /** Seconds since 1970 when the machine was started: `btime` of `/proc/stat`. */
  readonly bootTime: Fact<number> | undefined;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** `Sun Nov 22 16:24:51 UTC 2026`, as `date` prints it in the locale C. */
const PLAIN =
  /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?: ([A-Z]{1,5}|[+-]\d{2,4}))? (\d{4})$/;
/** `Sun 22 Nov 2026 04:24:51 PM UTC`, as en_US prints it since glibc 2.28, and `Sun, 22 Nov 2026 16:24:51 +0000` of `date -R`. */
const DAY_FIRST =
  /^[A-Z][a-z]{2},? (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d)(?: ([AP]M))?(?: ([A-Z]{1,5}|[+-]\d{2,4}))?$/;
/** `date -Is`, `date -u +%FT%TZ`; Go's time.Time, of which must-gather writes two into `timestamp`. */
const ISO =
  /^(20\d\d)-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?(?: [A-Z]{1,5}| [+-]\d{2,4})?(?: m=[+-][\d.]+)?$/;
const UNIVERSAL = /^\s*Universal time: [A-Z][a-z]{2} (20\d\d)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) UTC$/;
const EPOCH = /^1[4-9]\d{8}(?:\.\d{1,9})?$/;
const PROC_UPTIME = /^(\d{1,10}\.\d\d) \d{1,13}\.\d\d$/;
const UPTIME =
  /^ ?\d\d:\d\d:\d\d up +(?:(\d{1,6}) days?, +)?(?:(\d{1,2}):(\d\d)|(\d{1,2}) min|(\d{1,2}) hrs?),.* load average:/;
const BOOT_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const BOOT_TIME = /^btime (\d{9,10})$/;
/** A text that tells the time says little else. */
const MOST_LINES = 12;

/** Parses it; of several times the first counts, for it was printed before what took long. */
export function parseClock(text: string, path = ""): Clock {
  let time: (Fact<number> & { readonly isZoned: boolean }) | undefined;
  let uptime: Fact<number> | undefined;
  let bootId: Fact<string> | undefined;
  let bootTime: Fact<number> | undefined;
  const [ofBoot, ofUptime, ofTime] = [BOOT_ID_PATH.test(path), UPTIME_PATH.test(path), TIME_PATH.test(path)];
  for (const { text: line, number } of linesOf(text)) {
    if (line.length > LONGEST_LINE) continue;
    const said = line.trim();
    const fact = <T>(value: T): Fact<T> => ({ value, text: said, line: number });
    const told = timeOf(said) ?? (ofTime ? epochOf(said) : undefined);
    if (told && !Number.isNaN(told.seconds)) time ??= { ...fact(told.seconds), isZoned: told.isZoned };
    const up = uptimeOf(said) ?? (ofUptime ? procUptimeOf(said) : undefined);
    if (up !== undefined) uptime ??= fact(up);
    if (ofBoot && BOOT_ID.test(said)) bootId ??= fact(said);
    const [, booted] = BOOT_TIME.exec(said) ?? [];
    if (booted !== undefined) bootTime ??= fact(Number(booted));
  }
  const isEmpty = !time && uptime === undefined && bootId === undefined && bootTime === undefined;
  return {
    time: time && { value: time.value, text: time.text, line: time.line },
    isZoned: time?.isZoned === true,
    uptime,
    bootId,
    bootTime,
    diagnostics: isEmpty
      ? [
          {
            effect: "unread",
            code: "no-time",
            message: "no line tells the time, or how long the machine runs",
          },
        ]
      : [],
  };
}

const LONGEST_LINE = 4096;
const BOOT_ID_PATH = /(?:^|\/)[^/]*boot_?id[^/]*$/i;
const UPTIME_PATH = /(?:^|\/)[^/]*uptime[^/]*$/i;
const TIME_PATH = /(?:^|[/_.-])(?:date|time|timestamp|clock|now)(?:[_.-][^/]*)?$/i;

interface Told {
  readonly seconds: number;
  readonly isZoned: boolean;
}

function timeOf(line: string): Told | undefined {
  const [, name, day, hour, minute, second, zone, year] = PLAIN.exec(line) ?? [];
  if (name !== undefined) return told(year, name, day, [hour, minute, second], zone);
  const [, day2, name2, year2, hour2, minute2, second2, half, zone2] = DAY_FIRST.exec(line) ?? [];
  if (name2 !== undefined) {
    const of12 = half === undefined ? Number(hour2) : (Number(hour2) % 12) + (half === "PM" ? 12 : 0);
    return told(year2, name2, day2, [String(of12), minute2, second2], zone2);
  }
  const universal = UNIVERSAL.exec(line);
  const [, year3, month3, day3, hour3, minute3, second3, zone3] = universal ?? ISO.exec(line) ?? [];
  if (year3 === undefined) return undefined;
  return told(
    year3,
    MONTHS[Number(month3) - 1] ?? "",
    day3,
    [hour3, minute3, second3],
    universal ? "UTC" : zone3,
  );
}

function told(
  year: string | undefined,
  monthName: string,
  day: string | undefined,
  [hour, minute, second]: readonly (string | undefined)[],
  zone: string | undefined,
): Told | undefined {
  const month = MONTHS.indexOf(monthName);
  if (month < 0) return undefined;
  const local =
    Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)) / 1000;
  const offset = offsetOf(zone);
  return { seconds: local - (offset ?? 0), isZoned: offset !== undefined };
}

/** Seconds east of Greenwich; the letters of most zones stand for several. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (/^(?:Z|UTC|GMT)$/.test(zone)) return 0;
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

const epochOf = (line: string): Told | undefined =>
  EPOCH.test(line) ? { seconds: Number(line), isZoned: true } : undefined;

function uptimeOf(line: string): number | undefined {
  const match = UPTIME.exec(line);
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, onlyMinutes = 0, onlyHours = 0] = match
    .slice(1)
    .map((each) => Number(each ?? 0));
  return ((days * 24 + hours + onlyHours) * 60 + minutes + onlyMinutes) * 60;
}

function procUptimeOf(line: string): number | undefined {
  const [, seconds] = PROC_UPTIME.exec(line) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

/** By its lines: all of a few tell the time, or one of `/proc/stat` when the machine was started. */
export const clockFormat: Format<"clock", Clock> = textFormat({
  kind: "clock",
  recognise(head, path) {
    if (/^cpu {2}\d/.test(head)) return /^btime \d{9,10}$/m.test(head);
    const lines = [...linesOf(head)].map(({ text }) => text.trim()).filter((text) => text !== "");
    if (lines.length === 0 || lines.length > MOST_LINES) return false;
    if (lines.some((line) => UNIVERSAL.test(line))) return true;
    if (BOOT_ID_PATH.test(path) && lines.every((line) => BOOT_ID.test(line))) return true;
    return lines.every(
      (line) =>
        timeOf(line) !== undefined ||
        uptimeOf(line) !== undefined ||
        (TIME_PATH.test(path) && EPOCH.test(line)) ||
        (UPTIME_PATH.test(path) && PROC_UPTIME.test(line)),
    );
  },
  parse: parseClock,
});
