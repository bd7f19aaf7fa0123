import type { Line, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { JavaReader } from "./java-stacks.ts";
import { parseUserFrame, threadHeader } from "./native-stacks.ts";

/** One call of a program's own stack. */
export interface UserFrame {
  /** With its class for Java; `??` where a debugger had no name. */
  readonly function: string;
  /** The library, or for Java the module, that holds it. */
  readonly module?: string;
  /** `File.java:12`, `foo.c:34`. */
  readonly source?: string;
  readonly line: number;
}

/** A lock of Java as a thread dump names it: its address tells it from others, within one dump. */
export interface JavaLock {
  /** `0x000000076ab02d70`. */
  readonly address?: string;
  readonly type?: string;
  readonly line: number;
}

/** A thread of a program, with the stack that a debugger or the program itself printed. */
export interface UserThread {
  /**
   * The thread's id: LWP of gdb, TID of eu-stack, `nid` of Java. Java asks its own pid namespace: in a container it is the
   * last of `NSpid:`.
   */
  readonly tid?: number;
  readonly pid?: number;
  readonly name?: string;
  /** Java's: `BLOCKED`, `WAITING`, `RUNNABLE` …, with what it says in parentheses. */
  readonly state?: string;
  readonly stateDetail?: string;
  readonly daemon?: true;
  /** Innermost first. */
  readonly frames: readonly UserFrame[];
  /** The lock or condition that it waits for. */
  readonly waitsFor?: JavaLock;
  readonly holds: readonly JavaLock[];
  /** One-based line of its header. */
  readonly line: number;
}

/** One thread of a deadlock, and what it waits for. */
export interface DeadlockedThread {
  readonly name: string;
  /** `java.lang.Object`, `java.util.concurrent.locks.ReentrantLock$NonfairSync`. */
  readonly lockType?: string;
  readonly lockAddress?: string;
  readonly heldBy?: string;
  readonly line: number;
}

/** `Found one Java-level deadlock:`, the JVM's own finding. */
export interface JavaDeadlock {
  readonly threads: readonly DeadlockedThread[];
  readonly line: number;
}

/** The stacks of a program's threads: a Java thread dump, or what gdb, pstack or eu-stack print. */
export interface UserStacks extends Model {
  readonly source: "java" | "native";
  /** As Java prints it: `OpenJDK 64-Bit Server VM (17.0.9+9 mixed mode)`. */
  readonly runtime?: string;
  readonly threads: readonly UserThread[];
  /** Each ring of threads once, however often dumps of one file repeat it. */
  readonly deadlocks: readonly JavaDeadlock[];
}

/** Most lines of a text that are read: threads by the ten thousand have some hundred thousand. */
const MOST_LINES = 4_000_000;
/** Whether a text has a Java thread dump or stacks of a debugger somewhere. */
const JAVA =
  /^Full thread dump |^"[^"\n]{1,200}" .{0,160}\bnid=(?:0x[\da-f]+|\d+) |^Found (?:one|\d+) Java-level deadlock/m;
const NATIVE = /^(?:Thread \d+ \((?:Thread 0x[\da-f]+ \()?(?:LWP|process) \d+\)|TID \d+:\r?\n#0 )/m;

/** Tells what a text looks like; `undefined` for one without such stacks. */
export function userStacksIn(text: string): UserStacks["source"] | undefined {
  if (JAVA.test(text)) return "java";
  return NATIVE.test(text) && /^#0 /m.test(text) ? "native" : undefined;
}

/**
 * Reads the stacks of a program's threads: `jstack`, `kill -3` of a JVM, `gdb -ex "thread apply all bt"`, `pstack`, `eu-stack`.
 * Lines of other kinds between them are passed over.
 */
export function parseUserStacks(text: string): UserStacks {
  const source = userStacksIn(text) ?? "native";
  return source === "java" ? javaStacks(linesOf(text)) : nativeStacks(linesOf(text));
}

function javaStacks(lines: Iterable<Line>): UserStacks {
  const reader = new JavaReader();
  let read = 0;
  for (const { text, number } of lines) if (read++ < MOST_LINES) reader.take(text, number);
  return { source: "java", ...reader.finish() };
}

function nativeStacks(lines: Iterable<Line>): UserStacks {
  const threads: (UserThread & { frames: UserFrame[] })[] = [];
  let pid: number | undefined;
  let read = 0;
  for (const { text, number } of lines) {
    if (read++ >= MOST_LINES) break;
    const header = threadHeader(text);
    if (header?.is === "process") pid = header.pid;
    else if (header) {
      const { tid, name } = header;
      threads.push({
        tid,
        ...(pid === undefined ? {} : { pid }),
        ...(name === undefined ? {} : { name }),
        frames: [],
        holds: [],
        line: number,
      });
    } else {
      const frame = parseUserFrame(text, number);
      if (frame) threads.at(-1)?.frames.push(frame);
    }
  }
  return { source: "native", threads, deadlocks: [], diagnostics: emptied(threads.length) };
}

/** Says so where nothing could be read. */
export function emptied(threads: number): Model["diagnostics"] {
  return threads > 0
    ? []
    : [{ effect: "unread", code: "user-stacks-empty", message: "no thread of a program was found" }];
}
