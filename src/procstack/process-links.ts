import { waitInWords, isBlocked } from "./blocked.ts";
import { among, type Link } from "./link.ts";
import { citesOf, nameOf, type Task } from "./task.ts";
import { MOST_CANDIDATES, type World } from "./world.ts";

/** From a task that waits for another one as such: its parent, debugger, server, or another of its threads. */
export function processLinks(from: Task, world: World): Link[] {
  if (from.state?.letter === "Z") return zombieLinks(from, world);
  if (from.tracerPid !== undefined && /^[tT]$/.test(from.state?.letter ?? ""))
    return tracerLinks(from, world);
  switch (from.site?.id) {
    case "coredump":
      return dumperLinks(from, world);
    case "child":
      return stuckChildLinks(from, world);
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
function zombieLinks(from: Task, world: World): Link[] {
  const threads = world.withPid(from.pid).filter((task) => task !== from && task.state?.letter !== "Z");
  if (threads.length > 0) {
    return threads.map((to) => ({
      from,
      to,
      why: `its first thread has exited, and its thread ${nameOf(to)} has not`,
      certainty: "named",
      cites: [...citesOf(from, "state"), ...citesOf(to, "state", "stack")],
    }));
  }
  if (from.ppid === undefined || from.ppid === 0 || from.ppid === from.tid) return [];
  const to = world.withTid(from.ppid);
  const who = to ? nameOf(to) : `pid ${from.ppid}`;
  const why = `it is a zombie that its parent ${who} has not reaped`;
  return [{ from, to, why, certainty: "named", cites: citesOf(from, "state", "ppid") }];
}

function tracerLinks(from: Task, world: World): Link[] {
  const tracer = world.withTid(from.tracerPid);
  const to = tracer === from ? undefined : tracer;
  const why = `it is stopped under its debugger, pid ${from.tracerPid}`;
  return [{ from, to, why, certainty: "named", cites: citesOf(from, "state", "tracerPid") }];
}

function dumperLinks(from: Task, world: World): Link[] {
  const dumpers = world
    .withPid(from.pid)
    .filter((task) => task !== from && runs(task, /^(?:do|vfs)_coredump$/));
  return dumpers.map((to) => ({
    from,
    to,
    why: `${nameOf(to)}, a thread of its process, writes the core`,
    certainty: "named",
    cites: citesOf(to, "stack"),
  }));
}

/** A parent waits for any of its children: one that is stuck is why it waits on, as long as there is no other. */
function stuckChildLinks(from: Task, world: World): Link[] {
  const children = world.childrenOf(from.pid).filter((task) => task !== from && task.tid === task.pid);
  return children.filter(isBlocked).map((to) => ({
    from,
    to,
    why: `it waits for a child to end, and ${nameOf(to)} is ${children.length === 1 ? "its only one" : "a child of it that is stuck"}`,
    certainty: children.length === 1 ? among(children, world) : "candidate",
    cites: [...citesOf(from, "stack", "wchan"), ...citesOf(to, "ppid")],
  }));
}

function childLinks(from: Task, world: World): Link[] {
  const children = world.childrenOf(from.pid).filter((task) => task !== from);
  return children.map((to) => ({
    from,
    to,
    why: `it waits for its vfork child, and ${nameOf(to)} is ${children.length === 1 ? "its only" : "a"} child`,
    certainty: among(children, world),
    cites: [...citesOf(from, "stack"), ...citesOf(to, "ppid")],
  }));
}

/**
 * Which program serves a FUSE mount, no file of `/proc/PID` says. A process that waits for itself can be told: one
 * of its threads reads requests. Else the one process that does is a good guess.
 */
function serverLinks(from: Task, world: World): Link[] {
  const own = world.withPid(from.pid).filter((task) => task !== from && isServer(task));
  if (own.length > 0) {
    return own.map((to) => ({
      from,
      to,
      why: `its own process serves a FUSE mount: ${nameOf(to)} reads the requests`,
      certainty: "named",
      cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
    }));
  }
  const halted = world.others(isHaltedServer, from);
  // One that reads requests would have read this one: one that can't is the better guess.
  if (halted.length > 0) {
    return halted.map((to) => ({
      from,
      to,
      why: `it waits for a FUSE server, and ${nameOf(to)}, which by its name may be one, ${to.state?.letter === "T" ? "is stopped" : "does not run"}`,
      certainty: "candidate",
      cites: [...citesOf(from, "stack"), ...citesOf(to, "state", "comm")],
    }));
  }
  const firsts = world.once(isServer, serverProcesses).slice(0, MOST_CANDIDATES);
  return firsts.map((to) => ({
    from,
    to,
    why: `it waits for a FUSE server, and ${firsts.length === 1 ? "the only" : "one"} process that serves a mount is ${nameOf(to)}`,
    certainty: among(firsts, world),
    cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
  }));
}

/** Programs that serve FUSE mounts, as far as names go. */
const SERVER_NAME =
  /fuse|sshfs|s3fs|lxcfs|glusterfs|goofys|rclone|mount-s3|ntfs-3g|bindfs|encfs|juicefs|seaweed|\bweed\b|alluxio|curvefs|cvmfs2|moosefs|mfsmount|stargz/i;

/** It answers nobody: stopped, in the hands of a debugger, or stuck itself. */
const isHalted = (task: Task): boolean => /^[Tt]$/.test(task.state?.letter ?? "") || isBlocked(task);

const isServer = (task: Task): boolean => task.site?.id === "fuse-server";
/** The first thread of each process that reads requests. */
function serverProcesses(tasks: readonly Task[]): Task[] {
  const processes = new Map<number | undefined, Task>();
  for (const task of tasks) if (isServer(task) && !processes.has(task.pid)) processes.set(task.pid, task);
  return [...processes.values()];
}

const isHaltedServer = (task: Task): boolean =>
  task.tid === task.pid && isHalted(task) && SERVER_NAME.test(`${task.comm} ${task.cmdline?.[0]}`);
const isFreezer = (task: Task): boolean =>
  isBlocked(task) && runs(task, /^(?:freeze|thaw)_super(?:_locked)?$/);

/** Who has frozen a file system and gone leaves no trace; who is still at it does. */
function freezerLinks(from: Task, world: World): Link[] {
  const freezers = world.others(isFreezer, from);
  return freezers.map((to) => ({
    from,
    to,
    why: `${nameOf(to)} is freezing or thawing ${freezers.length === 1 ? "the file system" : "a file system"}; ${waitInWords(to)}`,
    certainty: among(freezers, world),
    cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
  }));
}

/** Whether a function is anywhere on a task's stack. */
function runs(task: Task, symbol: RegExp): boolean {
  return task.stack?.frames.some((frame) => frame.reliable && symbol.test(frame.symbol)) ?? false;
}
