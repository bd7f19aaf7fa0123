import { memo } from "../bytes/index.ts";
import type { LogNote } from "../procstack/index.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { presentLogs } from "./present-logs.ts";

/** What the kernel's log says last of a party, and where. */
export interface OpenNote {
  readonly note: LogNote;
  readonly path: string;
  /** How often it said so since it last said otherwise. */
  readonly count: number;
  /** Where it said so first. */
  readonly first: LogNote;
}

const MENDED = new Set<LogNote["what"]>(["ok", "session-established"]);

/** Of each party that the kernel's log complains about, the last word, where that is no "OK". */
export const openNotes: (host: HostEvidence) => readonly OpenNote[] = memo((host) => {
  const last = new Map<string, OpenNote>();
  for (const log of presentLogs(host)) {
    for (const note of log.notes) {
      // An OSD that has nothing to do closes its connection, and the client makes another when it needs one.
      if (note.what === "socket-closed" && note.text.includes("(con state OPEN)")) continue;
      const about = note.about === "libceph" || note.about === "ceph" ? "ceph" : note.about;
      const key = `${about} ${note.address ?? note.peer ?? ""}`;
      if (MENDED.has(note.what)) {
        // Ceph names a monitor by its address here, and by its number there.
        for (const [other, { note: open }] of last)
          if (other === key || (open.about === note.about && open.peer === note.peer)) last.delete(other);
        continue;
      }
      const known = last.get(key);
      last.set(key, {
        note,
        path: log.path,
        count: (known?.count ?? 0) + 1,
        first: known?.first ?? note,
      });
    }
  }
  return [...last.values()];
});

/** A citation of what the kernel's log says. */
export function citeNote({ note, path, count }: OpenNote): Cite {
  const text = count > 1 ? `${note.text} (and ${count - 1} more like it)` : note.text;
  return { artifact: path, text, where: { line: note.line } };
}
