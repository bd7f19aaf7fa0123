import { complainsOf } from "./remote-notes.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["audit"];

/** Every audited system call waits for room where the daemon takes no records. */
export const auditBacklog = defineStuckCause({
  id: "proc/audit-backlog",
  title: "the audit backlog is full: audited system calls wait for the audit daemon",
  description:
    "Tasks wait in audit_log_start for room in the queue of audit records, up to a minute each time (backlog_wait_time), because auditd or " +
    "whoever reads the records is stuck or too slow. With rules on common calls the whole node stands.",
  sites: SITES,
  statement: "a task waits for room in the audit backlog",
  tests: [
    complainsOf({
      statement: "the kernel says that the audit backlog's limit was exceeded",
      about: ["audit"],
      sites: SITES,
    }),
  ],
  remedy: [
    "Let calls go on without records: auditctl --backlog_wait_time 0. Raise the limit: auditctl -b 8192. Restart auditd, or drop rules.",
    "Look at why the daemon does not read: its disk is full or slow, or it is stuck itself.",
  ],
  references: [
    "https://github.com/linux-audit/audit-kernel/issues/144",
    "https://man7.org/linux/man-pages/man8/auditctl.8.html",
  ],
});
