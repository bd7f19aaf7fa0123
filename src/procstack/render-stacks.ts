import { firstOf } from "../bytes/index.ts";
import type { Certainty } from "./link.ts";
import type { NamedTasks, StackGroup, ThreadGroup } from "./stack-groups.ts";
import type { ChainView, CpuReportView, StacksView } from "./stacks-view.ts";
import type { Cite } from "./task.ts";

/** Ids that are written out behind one name, names of one group, and tasks of one chain. */
const MOST_IDS = 6;
const MOST_NAMES = 8;
const WIDTH = 100;

/** A text that is broken where the lines end. */
interface Paragraph {
  readonly text: string;
  readonly indent: string;
  /** What stands before its second line and those that follow. */
  readonly hanging: string;
}

/** Lines that stand as they are, and texts that are yet to be broken into lines. */
type Line = string | Paragraph;

/**
 * A {@link StacksView} as text, line by line.
 *
 * @param width columns; words that are wider stand alone in a line, frames as they are
 */
export function* renderStacks(view: StacksView, width = WIDTH): Generator<string, void> {
  for (const line of linesOf(view)) {
    if (typeof line === "string") yield line;
    else yield* wrapped(line, width);
  }
}

function* linesOf(view: StacksView): Generator<Line> {
  yield* heading(view);
  for (const group of view.groups) {
    yield "";
    yield* groupLines(group);
  }
  for (const group of view.threads) {
    yield "";
    yield* threadLines(group);
  }
  yield* section("Chains", view.chains, chainLines);
  yield* section("Rings", view.cycles, ringLines);
  yield* section("Deadlocks that a JVM found", view.deadlocks, ({ threads, cite }) => [
    paragraph(`${[...threads, threads[0] ?? ""].join(" → ")}  ${citeText(cite)}`, "  "),
  ]);
  yield* section("CPUs, as the kernel log shows them", view.reports, reportLines);
}

function* heading({ of, count, stuck, groups, threads, leftOut }: StacksView): Generator<Line> {
  const shown = count === of ? counted(of, "task") : `${count} of ${counted(of, "task")}`;
  const states = new Map<string, number>();
  for (const group of groups)
    for (const [state, number] of Object.entries(group.states))
      states.set(state, (states.get(state) ?? 0) + number);
  const list = [...states]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, number]) => `${number} ${state}`);
  const threadCount = threads.reduce((sum, group) => sum + group.count, 0);
  if (of > 0 || threadCount === 0)
    yield `${shown}${list.length > 0 ? `: ${list.join(", ")}` : ""}${stuck > 0 ? `; ${stuck} stuck` : ""}`;
  if (threadCount > 0) yield `${counted(threadCount, "thread")} with a stack of the program's own`;
  if (leftOut !== undefined) yield `The waits of ${counted(leftOut, "stuck task")} were not followed`;
}

function* groupLines({
  count,
  stuck,
  states,
  tasks,
  frames,
  wchan,
  site,
  cite,
}: StackGroup): Generator<Line> {
  const letters = Object.keys(states).sort().join("");
  const stucks = stuck === 0 ? "" : stuck === count ? ", stuck" : `, ${stuck} stuck`;
  yield paragraph(
    `${count} × ${letters}${stucks}  ${namesText(tasks)}  ${cite ? citeText(cite) : ""}`,
    "",
    "    ",
  );
  if (site) {
    const cut = site.cut ? ", a name cut short" : "";
    const symptom = site.symptom === undefined ? "" : ` (${site.symptom})`;
    yield paragraph(
      `${verbOf(site.effect)} ${site.waitsFor} [${site.subsystem}, ${site.function}${cut}]${symptom}`,
      "  ",
    );
  } else if (letters === "R") yield "  runs, or is about to";
  else if (frames.length > 0) yield "  waits where nothing is known of";
  for (const frame of frames) yield inOneLine(`    ${frame}`);
  if (frames.length === 0)
    yield wchan === undefined ? "    (no stack)" : inOneLine(`    (no stack; wchan ${wchan})`);
}

const verbOf = (effect: NonNullable<StackGroup["site"]>["effect"]): string =>
  effect === "idle" ? "idle: waits for" : "waits for";

function* threadLines({ count, states, tasks, frames, waitsFor, cite }: ThreadGroup): Generator<Line> {
  const list = Object.keys(states)
    .filter((state) => state !== "?")
    .sort()
    .join(", ");
  yield paragraph(
    `${count} × ${list === "" ? "thread" : list}  ${namesText(tasks)}  ${citeText(cite)}`,
    "",
    "    ",
  );
  for (const { lock, count: waiting } of waitsFor.slice(0, MOST_NAMES))
    yield paragraph(`waits for ${lock}${waiting > 1 ? ` (${waiting} threads)` : ""}`, "  ");
  for (const frame of frames) yield inOneLine(`    ${frame}`);
  if (frames.length === 0) yield "    (no stack)";
}

const SURE: Record<Certainty, string> = {
  named: "",
  "sole-candidate": " (the only candidate)",
  candidate: " (a candidate)",
};

function* chainLines({ root, rootWaits, missing, cycle, path, waiting }: ChainView): Generator<Line> {
  const verb = waiting.length === 1 ? "waits" : "wait";
  const end = cycle ? `a ring: ${[...cycle, cycle[0] ?? ""].join(" → ")}` : root;
  yield paragraph(`${counted(waiting.length, "task")} ${verb} for ${end}`, "  ");
  for (const { from, why, certainty } of path)
    yield paragraph(`${from}: ${why}${SURE[certainty]}`, "    ", "      ");
  if (!cycle) yield paragraph(missing === undefined ? rootWaits : `${root}: ${missing}`, "    ", "      ");
  const others = waiting.filter((name) => !path.some(({ from }) => from === name));
  if (others.length > 0) yield paragraph(`also: ${firstOf(others, MOST_NAMES)}`, "    ", "      ");
}

function ringLines(ring: readonly string[]): Iterable<Line> {
  return [paragraph([...ring, ring[0] ?? ""].join(" → "), "  ")];
}

const WORDS: Record<CpuReportView["what"], string> = {
  "soft-lockup": "soft lockup",
  "hard-lockup": "hard lockup",
  "rcu-stall": "RCU stall",
  backtrace: "backtrace",
};

function reportLines({ what, cpus, count, seconds, tasks, at, cite }: CpuReportView): Iterable<Line> {
  const where = cpus.length === 0 ? "" : ` of CPU ${firstOf(cpus.map(String), MOST_NAMES)}`;
  const long = seconds === undefined ? "" : ` for up to ${seconds} s`;
  const who = tasks.length === 0 ? "" : `, in ${firstOf(tasks, MOST_NAMES)}`;
  const functions = at.length === 0 ? "" : ` at ${firstOf(at, MOST_NAMES)}`;
  const text = `${WORDS[what]}${where}${long}${who}${functions}${count > 1 ? `, ${count} times` : ""}  ${citeText(cite)}`;
  return [paragraph(text, "  ")];
}

function* section<T>(title: string, list: readonly T[], lines: (one: T) => Iterable<Line>): Generator<Line> {
  if (list.length === 0) return;
  yield "";
  yield title;
  for (const one of list) yield* lines(one);
}

function namesText(tasks: readonly NamedTasks[]): string {
  const texts = tasks.map(({ name, tids, count }) => {
    const ids = tids.length === 0 ? "" : `(${firstOf(tids.map(String), MOST_IDS)})`;
    const many = count > 1 ? `${count} ` : "";
    if (name !== undefined) return `${many}${name}${ids === "" ? "" : ` ${ids}`}`;
    return ids === "" ? `${many}nameless` : `${many}pid ${ids.slice(1, -1)}`;
  });
  return firstOf(texts, MOST_NAMES);
}

const counted = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

const citeText = ({ path, line }: Cite): string => (line === undefined ? path : `${path}:${line}`);

/** A program may call itself what it wants, line feeds included. */
const inOneLine = (text: string): string => text.replace(/[\n\r\t]/g, " ");

const paragraph = (text: string, indent: string, hanging = `${indent}  `): Paragraph => ({
  text,
  indent,
  hanging,
});

/** Words in lines that are no longer than a terminal. Control characters count as blanks. */
function* wrapped({ text, indent, hanging }: Paragraph, width: number): Generator<string> {
  let line = indent;
  let empty = true;
  for (const word of inOneLine(text).trimEnd().split(" ")) {
    if (!empty && line.length + 1 + word.length > width) {
      yield line.trimEnd();
      line = hanging;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  yield line.trimEnd();
}
