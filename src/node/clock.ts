import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { printedTime, zoneAhead } from "./clock-time.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/**
 * What a text says of a machine's clock, and so of when it was collected: the output of `date`, `uptime` and `timedatectl`,
 * `/proc/uptime`, `boot_id`, `/proc/stat`, troubleshoot.sh's `time.json`.
 */
export interface Clock extends Model {
  /** What the clock showed, in the order of the lines. */
  readonly times: readonly ClockTime[];
  /** The first of {@link times} whose zone is known, else the first: it was printed before what took long. */
  readonly time: ClockTime | undefined;
  /** Seconds that the machine's zone is ahead of UTC, when it was asked. */
  readonly offset: Fact<number> | undefined;
  /** Whether something keeps the clock right, by the kernel's own word. */
  readonly synchronized: Fact<boolean> | undefined;
  /** Seconds since the machine was started. */
  readonly uptime: Fact<number> | undefined;
  /** `/proc/sys/kernel/random/boot_id`: another one after each start. */
  readonly bootId: Fact<string> | undefined;
  /** Seconds since 1970 when the machine was started: `btime` of `/proc/stat`. */
  readonly bootTime: Fact<number> | undefined;
}

/** A time as a clock shows it. */
export interface ClockTime extends Fact<number> {
  /** Whether the value is in seconds since 1970; else it is so as if the machine's zone were UTC, and tells only how far two of a host lie apart. */
  readonly isUtc: boolean;
}

/** systemd's timedatectl.c, print_status_info(); before 236 the names are others. */
const ROW =
  /^ *(Local time|Universal time|Time ?zone|System clock synchronized|NTP synchronized): +(\S.{0,100}?) *$/i;
const ROW_ZONE = /\([\w+-]{1,10}, ([+-]\d{4})\)$/;
const JSON_TIME = /^\s*\{\s*"timezone":\s*"[^"]{0,60}"/;
const EPOCH = /^1[4-9]\d{8}(?:\.\d{1,9})?$/;
const PROC_UPTIME = /^(\d{1,10}\.\d\d) \d{1,13}\.\d\d$/;
const UPTIME =
  /^ ?\d\d:\d\d:\d\d up +(?:(\d{1,6}) days?, +)?(?:(\d{1,2}):(\d\d)|(\d{1,2}) min|(\d{1,2}) hrs?),.* load average:/;
const BOOT_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const BOOT_TIME = /^btime (\d{9,10})$/;
const BOOT_ID_PATH = /(?:^|\/)[^/]*boot_?id[^/]*$/i;
const UPTIME_PATH = /(?:^|\/)[^/]*uptime[^/]*$/i;
const TIME_PATH = /(?:^|[/_.-])(?:date|time|timestamp|clock|now)(?:[_.-][^/]*)?$/i;
/** A text that tells the time says little else. */
const MOST_LINES = 12;
const LONGEST_LINE = 4096;

/** Parses it, whichever program wrote it. Bare numbers are times where the path says so. */
export function parseClock(text: string, path = ""): Clock {
  const isJson = JSON_TIME.test(text);
  const [ofBoot, ofUptime, ofTime] = [BOOT_ID_PATH.test(path), UPTIME_PATH.test(path), TIME_PATH.test(path)];
  const times: ClockTime[] = [];
  let offset: Clock["offset"];
  let synchronized: Clock["synchronized"];
  let uptime: Clock["uptime"];
  let bootId: Clock["bootId"];
  let bootTime: Clock["bootTime"];
  for (const { text: line, number } of linesOf(text)) {
    if (line.length > LONGEST_LINE) continue;
    const said = line.trim();
    const fact = <T>(value: T): Fact<T> => ({ value, text: said, line: number });
    const [, name, value = ""] = ROW.exec(line) ?? [];
    if (name !== undefined) {
      const shown = printedTime(value);
      const zone = zoneAhead(ROW_ZONE.exec(value)?.[1]);
      if (shown) times.push({ ...fact(shown.seconds), isUtc: shown.ahead !== undefined });
      else if (/zone/i.test(name) && zone !== undefined) offset ??= fact(zone);
      else if (/synchronized/i.test(name) && /^(?:yes|no)$/i.test(value))
        synchronized ??= fact(/^yes$/i.test(value));
      continue;
    }
    const kept = isJson ? /"ntp_synchronized":\s*(true|false)/.exec(line)?.[1] : undefined;
    if (kept !== undefined) synchronized ??= fact(kept === "true");
    const shown = printedTime(said) ?? (ofTime ? epochOf(said) : undefined);
    if (shown) times.push({ ...fact(shown.seconds), isUtc: shown.ahead !== undefined });
    // Who asks for UTC says nothing of the zone.
    if (shown?.ahead !== undefined && shown.ahead !== 0) offset ??= fact(shown.ahead);
    const up = uptimeOf(said) ?? (ofUptime ? procUptimeOf(said) : undefined);
    if (up !== undefined) uptime ??= fact(up);
    if (ofBoot && BOOT_ID.test(said)) bootId ??= fact(said);
    const [, booted] = BOOT_TIME.exec(said) ?? [];
    if (booted !== undefined) bootTime ??= fact(Number(booted));
  }
  const time = times.find(({ isUtc }) => isUtc) ?? times[0];
  const isEmpty = ![time, offset, synchronized, uptime, bootId, bootTime].some(Boolean);
  const message = "no line tells the time, or how long the machine runs";
  return {
    times,
    time,
    offset,
    synchronized,
    uptime,
    bootId,
    bootTime,
    diagnostics: isEmpty ? [{ effect: "unread", code: "no-time", message }] : [],
  };
}

const epochOf = (line: string): ReturnType<typeof printedTime> =>
  EPOCH.test(line) ? { seconds: Number(line), ahead: 0 } : undefined;

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

/** By its lines: timedatectl's or troubleshoot.sh's keys, a few that all tell the time, or one of `/proc/stat`. */
export const clockFormat: Format<"clock", Clock> = textFormat({
  kind: "clock",
  recognise(head, path) {
    if (JSON_TIME.test(head)) return /"ntp_(?:synchronized|active)":/.test(head);
    if (/^cpu {2}\d/.test(head)) return /^btime \d{9,10}$/m.test(head);
    const lines = [...linesOf(head)].map(({ text }) => text.trim()).filter((text) => text !== "");
    if (lines.length === 0 || lines.length > MOST_LINES) return false;
    if (lines.some((line) => /^Universal time: /i.test(line) && ROW.test(line))) return true;
    if (BOOT_ID_PATH.test(path) && lines.every((line) => BOOT_ID.test(line))) return true;
    return lines.every(
      (line) =>
        printedTime(line) !== undefined ||
        uptimeOf(line) !== undefined ||
        (TIME_PATH.test(path) && EPOCH.test(line)) ||
        (UPTIME_PATH.test(path) && PROC_UPTIME.test(line)),
    );
  },
  parse: parseClock,
});
