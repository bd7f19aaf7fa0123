import { memo } from "../bytes/index.ts";
import type { Artifact } from "../bundle/index.ts";
import type { ComponentLog, LogEvent } from "../logs/index.ts";
import type { Task } from "../procstack/index.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** A container that was still there when the time after its SIGKILL was up, as its runtime says. */
export interface KillTimeout {
  /** Its id, of which some lines have the first 12 digits only. */
  readonly container: string;
  /** Lines that say so. */
  readonly count: number;
  readonly event: LogEvent;
  readonly artifact: Artifact;
  readonly log: ComponentLog;
}

/**
 * The containers of a host that did not die of SIGKILL, the surest first. A container that took its time after another signal is
 * none: many programs do.
 */
export const killTimeoutsOf: (host: HostEvidence) => readonly KillTimeout[] = memo((host) => {
  const found: KillTimeout[] = [];
  for (const { model, artifact } of host.models("component-log")) {
    for (const event of model.events) {
      const { container, after } = event.last.fields;
      if (event.signature !== "container-kill-timeout" || after !== "SIGKILL" || container === undefined)
        continue;
      const known = found.findIndex((one) => isSameContainer(one.container, container));
      const other = found[known];
      const longest = other && other.container.length > container.length ? other.container : container;
      const most =
        other && other.count > event.count ? other : { count: event.count, event, artifact, log: model };
      // Kubelet and the runtime may both say so, and several logs may hold the same lines: the one that says it most counts.
      const one = {
        container: longest,
        count: most.count,
        event: most.event,
        artifact: most.artifact,
        log: most.log,
      };
      if (other) found[known] = one;
      else found.push(one);
    }
  }
  return found.sort((a, b) => b.count - a.count);
});

/** Whether two ids are of one container: one may be cut short. */
export function isSameContainer(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** What the runtime says of a task's container. */
export function killTimeoutOf(host: HostEvidence, { containerId }: Task): KillTimeout | undefined {
  if (containerId === undefined) return undefined;
  return killTimeoutsOf(host).find(({ container }) => isSameContainer(container, containerId));
}

/** A citation of the last line that says so. */
export function citeKillTimeout({ event, artifact, count }: KillTimeout): Cite {
  const more = count > 1 ? ` (the last of ${count} lines)` : "";
  return {
    artifact: artifact.path,
    text: `${event.last.text.trim()}${more}`,
    where: { line: event.last.line },
  };
}
