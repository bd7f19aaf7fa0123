import type { KillTimeout } from "../../evidence/index.ts";
import { citeKillTimeout, isSameContainer, killTimeoutsOf } from "../../evidence/index.ts";
import { secondsBetween } from "../../logs/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { lasting } from "../log-symptom.ts";
import type { Stuck } from "../proc/stuck.ts";
import { stuckIn } from "../proc/stuck-in.ts";
import { count } from "../words.ts";

/** Digits of a container's id that its tools print. */
const SHORT = 12;

/** A container that SIGKILL did not end. */
export const killTimeout = defineSymptom<Stuck>({
  id: "runtime/kill-timeout",
  title: "a container does not die of SIGKILL",
  description:
    "The container runtime or the kubelet logged that a container was still there when the time after SIGKILL was up. Only the kernel can keep it then: " +
    "a task of it is stuck in the kernel, or a zombie of it is not reaped. A container that outlives SIGTERM is normal.",
  remedy: [
    "Look at the container's tasks: which of them is in state D, and where. Killing it again changes nothing.",
  ],
  references: [
    "https://github.com/moby/moby/issues/41587",
    "https://github.com/moby/moby/issues/31614",
    "https://github.com/moby/moby/issues/37886",
  ],
  *detect(host) {
    for (const seen of killTimeoutsOf(host)) {
      const { container, event } = seen;
      const data = stuckIn(host, ({ containerId }) =>
        containerId === undefined ? undefined : isSameContainer(containerId, container),
      );
      const { roots } = data;
      const since =
        event.first.time === undefined || seen.count === 1 ? "" : `, first in line ${event.first.line}`;
      const tasks =
        roots.length > 0 ? "" : " None of the tasks that were collected is known to be of it and stuck.";
      yield {
        subject: { kind: "container", name: container.slice(0, SHORT), container },
        summary:
          `Container ${container.slice(0, SHORT)} was still there when the time after its SIGKILL was up: ${seen.artifact.path} says so in ` +
          `${count(seen.count, "line")}${since}.${passedText(seen)}${tasks}`,
        evidence: [citeKillTimeout(seen)],
        data,
        weight: seen.count,
        // Tasks that are still stuck show that it goes on.
        ...(roots.length === 0 && passedOf(seen)),
        missing:
          roots.length > 0
            ? []
            : [
                {
                  text: "the container's tasks: their states, stacks, namespaces and cgroups",
                  command:
                    "(tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack /proc/[0-9]*/cgroup; ls -l /proc/[0-9]*/ns) > tasks.txt 2>&1   # as root",
                },
              ],
      };
    }
  },
});

/** A kubelet that wants a container gone asks for it every few minutes. */
const LONG_AGO = 3600;

/** That the log goes on for long without another such line; empty where it doesn't, or doesn't tell. */
function passedText({ event, log }: KillTimeout): string {
  const after = secondsBetween(event.last.time, log.to);
  return after !== undefined && after > LONG_AGO
    ? ` Nobody has tried again for the ${lasting(after)} that the log goes on.`
    : "";
}

/** The same for the title. */
function passedOf({ event, log }: KillTimeout): { readonly when?: string } {
  const after = secondsBetween(event.last.time, log.to);
  return after !== undefined && after > LONG_AGO ? { when: `${lasting(after)} before the log ends` } : {};
}
