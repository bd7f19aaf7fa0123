import type { Model } from "../bytes/index.ts";

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

/** Says so where nothing could be read. */
export function emptied(threads: number): Model["diagnostics"] {
  return threads > 0
    ? []
    : [{ effect: "unread", code: "user-stacks-empty", message: "no thread of a program was found" }];
}
