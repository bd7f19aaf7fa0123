import { memo } from "../bytes/index.ts";
import type { HungTask, KernelLog, LogNote } from "../procstack/index.ts";
import { sinceBoot, waitSite } from "../procstack/index.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { secondsAfter } from "./log-age.ts";

/** A task that the kernel reported as hung, and that went on since. */
export interface PastHang {
  /** Its last report. */
  readonly report: HungTask;
  readonly path: string;
  /** Why it is over: seconds that the log goes on without another report, or the line that says that what it waited for came back. */
  readonly because: { readonly seconds: number } | { readonly note: LogNote };
}

interface Told {
  readonly logs: readonly KernelLog[];
  readonly past: readonly PastHang[];
}

/** Reports after which the kernel says no more of hung tasks, unless kernel.hung_task_warnings was set to another number. */
const WARNINGS = 10;
/** A listing of tasks is of its moment: after so many seconds it is old. */
const LISTED = 300;
/** What the kernel says again and again while it lasts: after so long a silence it is over. */
const REPEATED = 900;
const REPEATS = new Set<LogNote["about"]>(["libceph", "ceph", "netdev", "audit", "cifs"]);
/** The subsystems of waits that end when a party is there again. */
const MENDED: Readonly<Partial<Record<string, LogNote["about"]>>> = { nfs: "nfs" };

const told: (host: HostEvidence) => Told = memo((host) => {
  const past: PastHang[] = [];
  const logs = host.kernelLogs.flatMap(({ model }) => {
    if (isOfLivesBefore(model, host)) return [];
    const log = sinceBoot(model);
    const over = overReports(log, host);
    past.push(...over.values());
    const isOld = (one: { time?: number; clock?: string }): boolean => (secondsAfter(one, log) ?? 0) > LISTED;
    return {
      ...log,
      hung: log.hung.filter(({ tid }) => !over.has(tid)),
      locks: log.locks.filter(({ waiter }) => !over.has(waiter.tid)),
      shown: log.shown.filter((dump) => !isOld(dump)),
      stalls: log.stalls.filter((stall) => (secondsAfter(stall, log) ?? 0) <= REPEATED),
      notes: log.notes.filter(
        (note) => !REPEATS.has(note.about) || (secondsAfter(note, log) ?? 0) <= REPEATED,
      ),
    };
  });
  return { logs, past };
});

/**
 * A host's kernel logs with what they tell of the present: not what stands before the last boot, and not what was over before the
 * log ends.
 */
export const presentLogs = (host: HostEvidence): readonly KernelLog[] => told(host).logs;

/** The tasks that were reported as hung since the last boot and went on. */
export const pastHangs = (host: HostEvidence): readonly PastHang[] => told(host).past;

/** Logrotate's number; the one without has the newest lines. */
const ROTATED = /^(.*?)(?:\.(\d{1,3}))?(?:\.(?:gz|xz|zst|bz2))?$/;

/** Whether a newer file of the same log has a boot in it. */
export function isOfLivesBefore({ path }: KernelLog, host: HostEvidence): boolean {
  const [, stem = "", number] = ROTATED.exec(path) ?? [];
  if (number === undefined) return false;
  return host.kernelLogs.some(({ model }) => {
    const [, other, newer = "0"] = ROTATED.exec(model.path) ?? [];
    return other === stem && Number(newer) < Number(number) && model.bootLine !== undefined;
  });
}

/** Of each task whose last report is of a hang that is over, that report. */
function overReports(log: KernelLog, host: HostEvidence): Map<number, PastHang> {
  const last = new Map(log.hung.map((report) => [report.tid, report]));
  const timeout = Math.min(...log.hung.map(({ seconds }) => seconds));
  const left = host.sysctl("kernel.hung_task_warnings");
  // A kernel that has used up its warnings is silent, whatever hangs.
  const isSilent = left.known ? left.value === "0" : log.hung.length >= WARNINGS;
  const over = new Map<number, PastHang>();
  for (const [tid, report] of last) {
    const { path } = log;
    const note = mendedBy(report, log);
    const seconds = secondsAfter(report, log);
    if (note) over.set(tid, { report, path, because: { note } });
    // It is reported anew each time that the timeout passes.
    else if (seconds !== undefined && seconds > 2 * timeout + 60 && !isSilent)
      over.set(tid, { report, path, because: { seconds } });
  }
  return over;
}

/** The line after a report by which the last of the servers that were gone is there again. */
function mendedBy({ stack, line }: HungTask, { notes }: KernelLog): LogNote | undefined {
  const site = stack && waitSite(stack);
  const about = site && MENDED[site.subsystem];
  if (about === undefined) return undefined;
  const open = new Set<string>();
  let mended: LogNote | undefined;
  for (const note of notes) {
    if (note.about !== about) continue;
    if (note.what !== "ok") open.add(note.peer ?? "");
    else {
      open.delete(note.peer ?? "");
      if (note.line > line) mended = note;
    }
  }
  return open.size === 0 ? mended : undefined;
}
