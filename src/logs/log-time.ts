/** When a line was written, as it says itself. */
export interface LogTime {
  /** As written. */
  readonly text: string;
  /**
   * Seconds since 1970: of the UTC clock where no zone is written, and of 1972 where no year is, so that only times of one log
   * can be compared. Absent where the form or the language isn't known.
   */
  readonly seconds?: number;
  /** What is written: the moment; all but its zone; neither zone nor year; or nothing that could be read. */
  readonly is: "moment" | "no-zone" | "no-year" | "unread";
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:\s?(Z|UTC|[+-]\d\d:?\d\d))?/;
const SLASHED = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?/;
const SYSLOG = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?/;
const KLOG = /^(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** A leap year, so that each day of a year has its place. */
const SOME_YEAR = 1972;
/** An epoch in seconds, in this century. */
const EPOCH = /^\d{10}(?:\.\d+)?(?:e\+?\d+)?$/i;
const YEAR = 366 * 86_400;

/** Reads a time at the beginning of a text, in the forms of RFC 3339, journald, syslog, klog, capnslog and Go's `log`. */
export function readTime(text: string): LogTime | undefined {
  const iso = ISO.exec(text) ?? SLASHED.exec(text);
  if (iso) {
    const [all, year, month, day, hour, minute, second, fraction, zone] = iso;
    const seconds = secondsOf(Number(year), Number(month), [day, hour, minute, second, fraction]);
    if (seconds === undefined) return undefined;
    const offset = zone === undefined ? undefined : offsetOf(zone);
    return {
      text: all.trim(),
      seconds: seconds - (offset ?? 0),
      is: offset === undefined ? "no-zone" : "moment",
    };
  }
  const syslog = SYSLOG.exec(text);
  if (syslog) {
    const [all, month = "", day, hour, minute, second, fraction] = syslog;
    const at = MONTHS.indexOf(month);
    if (at === -1) return { text: all, is: "unread" };
    const seconds = secondsOf(SOME_YEAR, at + 1, [day, hour, minute, second, fraction]);
    return seconds === undefined ? undefined : { text: all, seconds, is: "no-year" };
  }
  const klog = KLOG.exec(text);
  if (klog) {
    const [all, month, day, hour, minute, second, fraction] = klog;
    const seconds = secondsOf(SOME_YEAR, Number(month), [day, hour, minute, second, fraction]);
    return seconds === undefined ? undefined : { text: all, seconds, is: "no-year" };
  }
  const epoch = EPOCH.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(epoch) ? { text, seconds: epoch, is: "moment" } : undefined;
}

/** What a time is in seconds; `undefined` where no clock shows it. */
function secondsOf(year: number, month: number, rest: readonly (string | undefined)[]): number | undefined {
  const [day = 0, hour = 0, minute = 0, second = 0] = rest.slice(0, 4).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return undefined;
  const [fraction] = rest.slice(4);
  const part = fraction === undefined ? 0 : Number(`0.${fraction}`);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + part;
}

/** Of `Z`, `+02:00` or `-0700`, in seconds. */
function offsetOf(zone: string): number {
  if (zone === "Z" || zone === "UTC") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/**
 * Seconds from one time to another of one log.
 *
 * @returns `undefined` where one of them isn't known, or they are written in different ways; a year without a number may turn
 *   once between them
 */
export function secondsBetween(from: LogTime | undefined, to: LogTime | undefined): number | undefined {
  if (from?.seconds === undefined || to?.seconds === undefined || from.is !== to.is) return undefined;
  const seconds = to.seconds - from.seconds;
  return from.is === "no-year" && seconds < -YEAR / 2 ? seconds + YEAR : seconds;
}
