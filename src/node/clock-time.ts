/** A moment as a program prints it. */
export interface PrintedTime {
  /** Since 1970; where the zone is not known, as if it were UTC. */
  readonly seconds: number;
  /** Seconds that its zone is ahead of UTC; `undefined` where it is not told. Letters tell none but UTC: CST is three zones. */
  readonly ahead: number | undefined;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ZONE = String.raw`[A-Z]{1,5}|[+-]\d{2,4}`;
/** `Sun Nov 22 16:24:51 UTC 2026`, as `date` prints it in the locale C, or with half days. */
const PLAIN = new RegExp(
  String.raw`^[A-Z][a-z]{2} (?<name>[A-Z][a-z]{2}) +(?<day>\d{1,2}) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?: (?<half>[AP]M))?(?: (?<zone>${ZONE}))? (?<year>\d{4})$`,
);
/** `Sun 22 Nov 2026 04:24:51 PM UTC`, as en_US prints it since glibc 2.28, and `Sun, 22 Nov 2026 16:24:51 +0000` of `date -R`. */
const DAY_FIRST = new RegExp(
  String.raw`^[A-Z][a-z]{2},? (?<day>\d{1,2}) (?<name>[A-Z][a-z]{2}) (?<year>\d{4}) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?: (?<half>[AP]M))?(?: (?<zone>${ZONE}))?$`,
);
/** `date -Is`, `date -u +%FT%TZ`; Go's time.Time, of which must-gather writes two into `timestamp`. */
const ISO =
  /^(?<year>20\d\d)-(?<month>\d\d)-(?<day>\d\d)[T ](?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:[.,]\d{1,9})?(?: ?(?<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?(?: [A-Z]{1,5}| [+-]\d{2,4})?(?: m=[+-][\d.]+)?$/;
/** `Sun 2026-11-22 17:24:51 CET`, as timedatectl prints it. */
const STATED =
  /^[A-Z][a-z]{2} (?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?: (?<zone>\S{1,10}))?$/;

/** The moment that a whole line, or a value in it, is; `undefined` where it is none. */
export function printedTime(text: string): PrintedTime | undefined {
  const found = PLAIN.exec(text) ?? DAY_FIRST.exec(text) ?? ISO.exec(text) ?? STATED.exec(text);
  if (!found?.groups) return undefined;
  const { year, month, name, day, hour, minute, second, half, zone } = found.groups;
  const monthNumber = name === undefined ? Number(month) : MONTHS.indexOf(name) + 1;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  const [date, seconds] = [Number(day), Number(second)];
  const isDate = monthNumber >= 1 && monthNumber <= 12 && date >= 1 && date <= 31;
  if (!isDate || hours > 23 || Number(minute) > 59 || seconds > 60) return undefined;
  const shown = Date.UTC(Number(year), monthNumber - 1, date, hours, Number(minute), seconds) / 1000;
  const ahead = zoneAhead(zone);
  return { seconds: shown - (ahead ?? 0), ahead };
}

/** Seconds that a zone is ahead of UTC; `undefined` for letters, which stand for several. */
export function zoneAhead(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (/^(?:Z|UTC|GMT)$/.test(zone)) return 0;
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
