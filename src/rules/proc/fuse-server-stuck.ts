import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask, processFilesOf } from "../../evidence/index.ts";
import type { Certainty, Task } from "../../procstack/index.ts";
import { isBlocked, nameOf } from "../../procstack/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import type { Stuck, Waiter } from "./stuck.ts";
import { count } from "../words.ts";
import { waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["fuse"];

/** A FUSE mount is a program; where it stops, so does whoever uses the mount. */
export const fuseServerStuck = defineStuckCause({
  id: "proc/fuse-server-stuck",
  title: "the program that serves a FUSE mount does not answer",
  description:
    "A task waits for the reply of the user-space program that serves a FUSE mount (lxcfs, s3fs, JuiceFS, sshfs, …), and the program is " +
    "stopped, stuck, or dead while its connection is open. Once a request was read, not even SIGKILL ends the wait.",
  sites: SITES,
  statement: "a task waits for a FUSE server's reply",
  tests: [
    {
      statement: "the program that serves the mount can't answer",
      axis: "identity",
      holds: "strong",
      ask: {
        text: "the states of all tasks: who has /dev/fuse open, and what that one is doing",
        command:
          "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -B20 /dev/fuse; tail -n +1 /proc/[0-9]*/status > status.txt",
      },
      answer({ seen, host }) {
        for (const waiter of waitersAt(seen, new Set(SITES))) {
          for (const { server, certainty } of serversOf(seen, waiter, host)) {
            const cites = citeServer(server, waiter.task, host);
            if (cites.length > 0) return holds(cites, worthOf({ certainty }));
          }
        }
        return cantTell("uncovered");
      },
    },
    {
      statement: "its connection has requests that wait",
      axis: "counter",
      holds: "weak",
      ask: {
        text: "how many requests each FUSE connection has open",
        command: "tail -n +1 /sys/fs/fuse/connections/*/waiting",
      },
      answer({ host }) {
        const cites = waitingRequests(host);
        return cites.length === 0 ? cantTell("absent") : holds(cites);
      },
    },
  ],
  remedy: [
    "Have the server run again (kill -CONT, detach its debugger), or end its connection: echo 1 > /sys/fs/fuse/connections/N/abort, where N " +
      "is the minor number of the mount's device in mountinfo. Then umount -l.",
    "Don't let the server and its users be of one container: when that ends, the server may be killed before they are.",
  ],
  references: [
    "https://docs.kernel.org/filesystems/fuse/fuse.html",
    "https://github.com/lxc/lxcfs/issues/185",
  ],
  tell({ seen, host, waiters }) {
    const [first] = waiters;
    const [found] = waiters.flatMap((waiter) => serversOf(seen, waiter, host));
    return found ? stateOf(found.server, first?.task) : "Which program serves the mount, nothing tells.";
  },
});

interface Server {
  readonly server: Task;
  readonly certainty: Certainty;
}

/** The programs that may serve a waiter's mount: those of the chain, else those that have the device open. */
function serversOf(seen: Stuck | undefined, { task }: Waiter, host: HostEvidence): Server[] {
  const links = (seen?.roots ?? []).flatMap(({ path }) => path.filter(({ from }) => from === task));
  const linked = links.flatMap(({ to, certainty }) => (to ? [{ server: to, certainty }] : []));
  if (linked.length > 0) return linked;
  const open = host.tasks.filter((one) => one.tid === one.pid && deviceOf(one, host) !== undefined);
  return open.map((server) => ({ server, certainty: open.length === 1 ? "sole-candidate" : "candidate" }));
}

/** Where a listing shows that a process has /dev/fuse open. */
function deviceOf({ pid }: Task, host: HostEvidence): Cite | undefined {
  const files = pid === undefined ? undefined : processFilesOf(host).get(pid);
  return files?.descriptors?.find(({ value }) => value.kind === "fuse-device")?.cite;
}

function stateOf(server: Task, waiter: Task | undefined): string {
  const name = nameOf(server);
  if (waiter?.pid !== undefined && waiter.pid === server.pid)
    return `Its own process serves the mount: ${name} reads the requests.`;
  const letter = server.state?.letter ?? "";
  if (letter === "T") return `${name}, which serves a mount, is stopped.`;
  if (letter === "t") return `${name}, which serves a mount, is stopped by its debugger.`;
  if (letter === "Z") return `${name}, which serves a mount, is a zombie.`;
  return isBlocked(server) ? `${name}, which serves a mount, is stuck itself.` : `${name} serves a mount.`;
}

/** Why a server can't answer; nothing for one that runs or waits for requests: another mount may be its. */
function citeServer(server: Task, waiter: Task, host: HostEvidence): Cite[] {
  const own = server.pid !== undefined && server.pid === waiter.pid && server.killPending === true;
  const cannot = /^[tTZ]$/.test(server.state?.letter ?? "") || isBlocked(server) || own;
  const where = server.cites.state ?? server.cites.stack;
  if (!cannot || !where) return [];
  const device = deviceOf(server, host);
  return [citeOfTask(where, stateOf(server, waiter), server), ...(device ? [device] : [])];
}

function waitingRequests(host: HostEvidence): Cite[] {
  return host.models("kernel-files").flatMap(({ model, artifact }) =>
    model.files.flatMap(({ name, path, values, lines }) => {
      const value = Number(values.get("") ?? 0);
      if (name !== "waiting" || value === 0) return [];
      const text = `${path}: ${count(value, "request")} ${value === 1 ? "waits" : "wait"}`;
      return [{ artifact: artifact.path, text, where: { line: lines.get("") } }];
    }),
  );
}
