import type { LogTime } from "../logs/index.ts";
import { readTime, secondsBetween } from "../logs/index.ts";
import type { KernelLog } from "../procstack/index.ts";

/** When a kernel's log says that something was. */
interface Moment {
  readonly time?: number;
  readonly clock?: string;
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
/** `dmesg -T`: the year stands last. */
const CTIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})$/;

/** The time of day of a kernel's log, in the forms of syslog, the journal and `dmesg -T`. */
export function clockOf(clock: string | undefined): LogTime | undefined {
  if (clock === undefined) return undefined;
  const [, month = "", day = "", time = "", year = ""] = CTIME.exec(clock) ?? [];
  const at = month === "" ? -1 : MONTHS.indexOf(month);
  if (at < 0) return readTime(clock);
  const number = String(at / 3 + 1).padStart(2, "0");
  return readTime(`${year}-${number}-${day.padStart(2, "0")}T${time}`);
}

/**
 * For how many seconds a kernel's log goes on after something; `undefined` where it doesn't tell. The clock of a machine that was
 * booted since begins anew: what it shows is over in any case.
 */
export function secondsAfter(moment: Moment, { end }: KernelLog): number | undefined {
  if (!end) return undefined;
  const byClock = secondsBetween(clockOf(moment.clock), clockOf(end.clock));
  if (moment.time !== undefined && end.time !== undefined) {
    const seconds = end.time - moment.time;
    if (seconds < -REBOOTED) return Number.POSITIVE_INFINITY;
    // Other programs go on writing where the kernel has nothing to say.
    return Math.max(seconds, byClock ?? 0);
  }
  return byClock === undefined ? undefined : Math.max(0, byClock);
}

/** CPUs print at the same time, and may do so in another order. */
const REBOOTED = 10;
