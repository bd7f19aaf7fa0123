import type { Cite } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { Link, Task } from "../../procstack/index.ts";
import { isBlocked, nameOf } from "../../procstack/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { killTimeout } from "../runtime/kill-timeout.ts";
import { pidNamespaceZapHang } from "./pid-namespace-zap-hang.ts";
import type { Stuck } from "./stuck.ts";
import { worthOf } from "./stuck.ts";
import { zombies } from "./zombies.ts";

/** A zombie is gone when its parent has asked for its end; until then it keeps its pid and its namespace. */
export const zombieNotReaped = defineCause<Stuck>({
  id: "proc/zombie-not-reaped",
  title: "a zombie keeps its pid: its parent does not reap it",
  description:
    "A process has exited, and its parent does not wait for it, because it is stopped, stuck, or never does. Where the parent is outside " +
    "the container (docker exec, nsenter), the container's pid namespace can't end before.",
  explains: [pidNamespaceZapHang, zombies, killTimeout],
  concerns: ({ seen }) => deadLinks(seen).length > 0,
  tests: [
    {
      statement: "a task that is waited for is a zombie whose parent lives",
      axis: "state",
      holds: "strong",
      ask: { text: "the states of all tasks", command: "tail -n +1 /proc/[0-9]*/status > status.txt" },
      answer({ seen }) {
        const [link] = deadLinks(seen);
        if (!link) return cantTell("uncovered");
        return holds(citeState(link.from, `${nameOf(link.from)} is a zombie: ${link.why}`), worthOf(link));
      },
    },
    {
      statement: "its parent can't reap it",
      axis: "identity",
      holds: "strong",
      ask: {
        text: "what the parent is doing",
        command: "cat /proc/PPID/status /proc/PPID/stack   # as root",
      },
      answer({ seen }) {
        const [link] = deadLinks(seen);
        const parent = link?.to;
        if (!link || !parent) return cantTell("uncovered");
        const state = parent.state?.letter ?? "";
        if (/^[tT]$/.test(state))
          return holds(citeState(parent, `${nameOf(parent)} is stopped`), worthOf(link));
        if (isBlocked(parent))
          return holds(citeState(parent, `${nameOf(parent)} is stuck itself`), worthOf(link));
        // A parent that sleeps elsewhere than in wait(2) may yet come to it.
        return cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Have the parent go on (kill -CONT, detach its debugger), or kill it: its children then go to an init, which reaps them.",
    "Run an init in the container that reaps (docker run --init, tini), or share the pod's process namespace with its pause container.",
  ],
  references: [
    "https://man7.org/linux/man-pages/man2/wait.2.html",
    "https://github.com/moby/moby/issues/37627",
  ],
  summary({ seen }) {
    const [link] = deadLinks(seen);
    if (!link) return "A zombie is waited for.";
    const parent = link.to ? nameOf(link.to) : `pid ${link.from.ppid}`;
    const state = link.to?.state?.letter ?? "";
    const why = /^[tT]$/.test(state)
      ? ", which is stopped,"
      : link.to && isBlocked(link.to)
        ? ", which is stuck,"
        : "";
    return `${nameOf(link.from)} has exited; ${parent}${why} has not reaped it.`;
  },
});

/** Links from a zombie to the parent that should reap it. */
function deadLinks(seen: Stuck | undefined): Link[] {
  const links = (seen?.roots ?? []).flatMap(({ path }) =>
    path.filter(({ from, to }) => from.state?.letter === "Z" && to?.pid !== from.pid),
  );
  return [...new Set(links)];
}

function citeState(task: Task, text: string): Cite[] {
  const where = task.cites.state ?? task.cites.stack;
  return where ? [citeOfTask(where, text, task)] : [];
}
