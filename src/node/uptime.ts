import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What a machine says of when it was started: `uptime`, `/proc/uptime`, `/proc/stat`, `/proc/sys/kernel/random/boot_id`. */
export interface Uptime extends Model {
  /** Seconds since the machine was started; of `uptime` in whole minutes. */
  readonly uptime: Fact<number> | undefined;
  /** Another one after each start. */
  readonly bootId: Fact<string> | undefined;
  /** Seconds since 1970 when the machine was started: `btime` of `/proc/stat`. */
  readonly bootTime: Fact<number> | undefined;
}

const PROC_UPTIME = /^(\d{1,10}\.\d\d) \d{1,13}\.\d\d$/;
/** procps' uptime.c: `16:24:51 up 4 days,  2:15,  1 user,  load average: …`. */
const UPTIME =
  /^ ?\d\d:\d\d:\d\d up +(?:(\d{1,6}) days?, +)?(?:(\d{1,2}):(\d\d)|(\d{1,2}) min|(\d{1,2}) hrs?),.* load average:/;
const BOOT_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const BOOT_TIME = /^btime (\d{9,10})$/;
const BOOT_ID_PATH = /(?:^|\/)[^/]*boot_?id[^/]*$/i;
const UPTIME_PATH = /(?:^|\/)[^/]*uptime[^/]*$/i;
/** A text that says it says little else. */
const MOST_LINES = 4;
const LONGEST_LINE = 4096;

/** @param path bare numbers and ids are told by the file's name */
export function parseUptime(text: string, path = ""): Uptime {
  let uptime: Fact<number> | undefined;
  let bootId: Fact<string> | undefined;
  let bootTime: Fact<number> | undefined;
  const [ofBoot, ofUptime] = [BOOT_ID_PATH.test(path), UPTIME_PATH.test(path)];
  for (const { text: line, number } of linesOf(text)) {
    if (line.length > LONGEST_LINE) continue;
    const said = line.trim();
    const fact = <T>(value: T): Fact<T> => ({ value, text: said, line: number });
    const up = uptimeOf(said) ?? (ofUptime ? procUptimeOf(said) : undefined);
    if (up !== undefined) uptime ??= fact(up);
    if (ofBoot && BOOT_ID.test(said)) bootId ??= fact(said);
    const [, booted] = BOOT_TIME.exec(said) ?? [];
    if (booted !== undefined) bootTime ??= fact(Number(booted));
  }
  const isEmpty = uptime === undefined && bootId === undefined && bootTime === undefined;
  const message = "no line tells since when the machine runs";
  return {
    uptime,
    bootId,
    bootTime,
    diagnostics: isEmpty ? [{ effect: "unread", code: "no-uptime", message }] : [],
  };
}

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

/** By its one line, or by the row of `/proc/stat`; bare numbers and ids by the name as well. */
export const uptimeFormat: Format<"uptime", Uptime> = textFormat({
  kind: "uptime",
  recognise(head, path) {
    if (/^cpu {2}\d/.test(head)) return /^btime \d{9,10}$/m.test(head);
    const lines = [...linesOf(head)].map(({ text }) => text.trim()).filter((text) => text !== "");
    if (lines.length === 0 || lines.length > MOST_LINES) return false;
    if (BOOT_ID_PATH.test(path)) return lines.every((line) => BOOT_ID.test(line));
    return lines.every(
      (line) => uptimeOf(line) !== undefined || (UPTIME_PATH.test(path) && PROC_UPTIME.test(line)),
    );
  },
  parse: parseUptime,
});
