import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What a machine says of its clock: `timedatectl`, `date`, or troubleshoot.sh's `time.json`. */
export interface ClockState extends Model {
  /** Seconds that its zone is ahead of UTC, when it was asked. */
  readonly offset: Fact<number> | undefined;
  /** Whether something keeps the clock right, by the kernel's own word. */
  readonly synchronized: Fact<boolean> | undefined;
  /** What the clock showed. */
  readonly times: readonly ClockTime[];
}

/** A time as `date` prints it. */
export interface ClockTime extends Fact<number> {
  /** Whether {@link Fact.value} is in seconds since 1970; else it is so as if the machine's zone were UTC. */
  readonly isUtc: boolean;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** systemd's timedatectl.c, print_status_info(); before 236 the names are others. */
const ROW =
  /^ *(Local time|Universal time|Time ?zone|System clock synchronized|NTP synchronized): +(\S.{0,100}?) *$/i;
const STATED = /^\w{3} (\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?: |$)/;
const ZONE = /\([\w+-]{1,10}, ([+-])(\d\d)(\d\d)\)$/;
/** `date` in the C locale. A zone's abbreviation is no zone: CST is three of them. */
const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\w{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (?:([AP]M) )?([A-Z]{2,5}|[+-]\d{2,4}) (\d{4})$/;
/** `date -R`. */
const MAIL = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;
/** `date -Iseconds`, `date -u +%FT%TZ`. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|([+-])(\d\d):?(\d\d))$/;
/** Go's time.Time, of which must-gather writes two into `timestamp`, and others that write a blank for the T. */
const SPACED =
  /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})? ?([+-])(\d\d):?(\d\d)(?: [A-Z]{1,5}| [+-]\d{2,4})?(?: m=[+-][\d.]{1,30})?$/;
const JSON_TIME = /^\s*\{\s*"timezone":\s*"[^"]{0,60}"/;
const DATE_PATH = /(?:^|\/)(?:date|timestamp)(?:[_.-][^/]*)?$/;

/** Parses it, whichever program wrote it. */
export function parseClockState(text: string): ClockState {
  const times: ClockTime[] = [];
  let offset: ClockState["offset"];
  let synchronized: ClockState["synchronized"];
  for (const { text: line, number } of linesOf(text)) {
    const at = { text: line.trim(), line: number };
    const [, name, value = ""] = ROW.exec(line) ?? [];
    if (name !== undefined) {
      const stated = STATED.exec(value);
      const zone = ZONE.exec(value);
      if (stated) {
        const seconds = utc(stated.slice(1).map(Number));
        if (seconds !== undefined) times.push({ value: seconds, isUtc: /^universal/i.test(name), ...at });
      } else if (/zone/i.test(name) && zone) offset ??= { value: ahead(zone.slice(1)), ...at };
      else if (/synchronized/i.test(name) && /^(?:yes|no)$/i.test(value))
        synchronized ??= { value: /^yes$/i.test(value), ...at };
      continue;
    }
    const told = JSON_TIME.test(text) ? /"ntp_synchronized":\s*(true|false)/.exec(line)?.[1] : undefined;
    if (told !== undefined) synchronized ??= { value: told === "true", ...at };
    const shown = dateIn(at.text);
    if (!shown) continue;
    times.push({ value: shown.seconds, isUtc: shown.ahead !== undefined, ...at });
    // Who asks for UTC says nothing of the zone.
    if (shown.ahead !== undefined && shown.ahead !== 0) offset ??= { value: shown.ahead, ...at };
  }
  if (times.length > 0 || offset || synchronized) return { offset, synchronized, times, diagnostics: [] };
  const message = "no line is of a clock";
  return { offset, synchronized, times, diagnostics: [{ effect: "unread", code: "no-clock", message }] };
}

/** A time, and by how much its zone is ahead of UTC, where it is written. */
function dateIn(text: string): { seconds: number; ahead: number | undefined } | undefined {
  const date = DATE.exec(text);
  if (date) {
    const [, month = "", day, hour, minute, second, half, zone = "", year] = date;
    const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === "PM" ? 12 : 0);
    const seconds = utc([year, MONTHS.indexOf(month) + 1, day, hours, minute, second].map(Number));
    if (seconds === undefined) return undefined;
    const [, sign, h, m = "00"] = /^([+-])(\d\d)(\d\d)?$/.exec(zone) ?? [];
    if (sign !== undefined && h !== undefined) return less(seconds, ahead([sign, h, m]));
    return /^(?:UTC|GMT)$/.test(zone) ? { seconds, ahead: 0 } : { seconds, ahead: undefined };
  }
  const mail = MAIL.exec(text);
  if (mail) {
    const [, day, month = "", year, hour, minute, second, ...zone] = mail;
    const seconds = utc([year, MONTHS.indexOf(month) + 1, day, hour, minute, second].map(Number));
    return seconds === undefined ? undefined : less(seconds, ahead(zone));
  }
  const iso = ISO.exec(text) ?? SPACED.exec(text);
  const seconds = iso ? utc(iso.slice(1, 7).map(Number)) : undefined;
  return !iso || seconds === undefined
    ? undefined
    : less(seconds, iso[7] === undefined ? 0 : ahead(iso.slice(7)));
}

const less = (seconds: number, by: number): { seconds: number; ahead: number } => ({
  seconds: seconds - by,
  ahead: by,
});

const ahead = ([sign, hours, minutes]: readonly (string | undefined)[]): number =>
  (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);

function utc([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]):
  number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

/** By timedatectl's lines or troubleshoot.sh's keys; a time alone by the name `date` as well, for many programs print one. */
export const clockFormat: Format<"clock", ClockState> = textFormat({
  kind: "clock",
  recognise(head, path) {
    const lines = head.slice(0, 4096).split("\n");
    if (JSON_TIME.test(head)) return /"ntp_(?:synchronized|active)":/.test(head);
    if (lines.some((line) => /^ *Universal time: /i.test(line) && ROW.test(line))) return true;
    return (
      DATE_PATH.test(path) && lines.length <= 4 && lines.some((line) => dateIn(line.trim()) !== undefined)
    );
  },
  parse: parseClockState,
});
