import { describe, isBlocked } from "./blocked.ts";
import { among, type Link, type World } from "./link.ts";
import { citesOf, nameOf, type Task } from "./task.ts";

/** From a task that waits for another one as such: its parent, debugger, server, or another of its threads. */
export function processLinks(from: Task, world: World): Link[] {
  if (from.state?.letter === "Z") return zombieLinks(from, world);
  if (from.tracerPid !== undefined && /^[tT]$/.test(from.state?.letter ?? ""))
    return tracerLinks(from, world);
  switch (from.site?.id) {
    case "coredump":
      return dumperLinks(from, world);
    case "vfork":
      return childLinks(from, world);
    case "fuse":
      return serverLinks(from, world);
    case "frozen-filesystem":
      return freezerLinks(from, world);
    default:
      return [];
  }
}

/** A zombie holds its pid, and with it its namespace, until its parent reaps it, or until its last thread is gone. */
function zombieLinks(from: Task, { tasks }: World): Link[] {
  const threads = tasks.filter(
    (task) => task !== from && task.pid === from.pid && task.state?.letter !== "Z",
  );
  if (from.pid !== undefined && threads.length > 0) {
    return threads.map((to) => ({
      from,
      to,
      why: `its first thread has exited, and its thread ${nameOf(to)} has not`,
      certainty: "named",
      cites: [...citesOf(from, "state"), ...citesOf(to, "state", "stack")],
    }));
  }
  if (from.ppid === undefined || from.ppid === 0) return [];
  const to = tasks.find((task) => task.tid === from.ppid);
  const who = to ? nameOf(to) : `pid ${from.ppid}`;
  const why = `it is a zombie that its parent ${who} has not reaped`;
  return [{ from, to, why, certainty: "named", cites: citesOf(from, "state", "ppid") }];
}

function tracerLinks(from: Task, { tasks }: World): Link[] {
  const to = tasks.find((task) => task.tid === from.tracerPid);
  const why = `it is stopped under its debugger, pid ${from.tracerPid}`;
  return [{ from, to, why, certainty: "named", cites: citesOf(from, "state", "tracerPid") }];
}

function dumperLinks(from: Task, { tasks }: World): Link[] {
  const dumpers = tasks.filter(
    (task) =>
      task !== from && from.pid !== undefined && task.pid === from.pid && task.site?.id === "coredump-dumper",
  );
  return dumpers.map((to) => ({
    from,
    to,
    why: `${nameOf(to)}, a thread of its process, writes the core`,
    certainty: "named",
    cites: citesOf(to, "stack"),
  }));
}

function childLinks(from: Task, { tasks }: World): Link[] {
  const children = tasks.filter((task) => from.pid !== undefined && task.ppid === from.pid);
  return children.map((to) => ({
    from,
    to,
    why: `it waits for its vfork child, and ${nameOf(to)} is ${children.length === 1 ? "its only" : "a"} child`,
    certainty: among(children.length),
    cites: [...citesOf(from, "stack"), ...citesOf(to, "ppid")],
  }));
}

/**
 * Which program serves a FUSE mount, no file of `/proc/PID` says. A process that waits for itself can be told: one
 * of its threads reads requests. Else the one process that does is a good guess.
 */
function serverLinks(from: Task, { tasks }: World): Link[] {
  const readers = tasks.filter((task) => task !== from && task.site?.id === "fuse-server");
  const own = readers.filter((task) => from.pid !== undefined && task.pid === from.pid);
  if (own.length > 0) {
    return own.map((to) => ({
      from,
      to,
      why: `its own process serves a FUSE mount: ${nameOf(to)} reads the requests`,
      certainty: "named",
      cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
    }));
  }
  const processes = new Set(readers.map((task) => task.pid));
  const firsts = readers.filter((task, index) => readers.findIndex((one) => one.pid === task.pid) === index);
  return firsts.map((to) => ({
    from,
    to,
    why: `it waits for a FUSE server, and ${processes.size === 1 ? "the only" : "one"} process that serves a mount is ${nameOf(to)}`,
    certainty: among(processes.size),
    cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
  }));
}

/** Who has frozen a file system and gone leaves no trace; who is still at it does. */
function freezerLinks(from: Task, { tasks }: World): Link[] {
  const freezers = tasks.filter(
    (task) =>
      task !== from &&
      isBlocked(task) &&
      task.stack?.frames.some((frame) => frame.reliable && /^(?:freeze_super|thaw_super)/.test(frame.symbol)),
  );
  return freezers.map((to) => ({
    from,
    to,
    why: `${nameOf(to)} is freezing or thawing ${freezers.length === 1 ? "the file system" : "a file system"}; ${describe(to)}`,
    certainty: among(freezers.length),
    cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
  }));
}
