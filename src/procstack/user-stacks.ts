import { type Line, linesOf } from "../bytes/index.ts";
import { JavaReader } from "./java-stacks.ts";
import { parseUserFrame, threadHeader } from "./native-stacks.ts";
import { emptied, type UserFrame, type UserStacks, type UserThread } from "./user-thread.ts";

/** Most lines of a text that are read: threads by the ten thousand have some hundred thousand. */
const MOST_LINES = 4_000_000;
/** Whether a text has a Java thread dump or stacks of a debugger somewhere. */
const JAVA =
  /^Full thread dump |^"[^"\n]{1,200}" .{0,160}\bnid=(?:0x[\da-f]+|\d+) |^Found (?:one|\d+) Java-level deadlock/m;
const NATIVE = /^(?:Thread \d+ \((?:Thread 0x[\da-f]+ \()?(?:LWP|process) \d+\)|TID \d+:\r?\n#0 )/m;

/** Words of which one stands in any text that {@link JAVA} is found in: they are looked for much faster. */
const JAVA_WORDS = ["Full thread dump ", "nid=", "Java-level deadlock"];

/** Tells what a text looks like; `undefined` for one without such stacks. */
export function userStacksIn(text: string): UserStacks["source"] | undefined {
  if (hasJavaStacks(text)) return "java";
  return text.includes("#0 ") && NATIVE.test(text) && /^#0 /m.test(text) ? "native" : undefined;
}

/** Whether a text has a Java thread dump somewhere. */
export function hasJavaStacks(text: string): boolean {
  return JAVA_WORDS.some((word) => text.includes(word)) && JAVA.test(text);
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
