import type { UserFrame } from "./user-thread.ts";

/** `Thread 2 (Thread 0x7fafc69f7700 (LWP 3618) "worker"):`; pstack of a program with one thread says `process`. */
const GDB = /^Thread \d+ \((?:Thread 0x[\da-f]+ \()?(?:LWP|process) (\d{1,7})\)?(?: "([^"]{0,64})")?\)?/;
const EU_TID = /^TID (\d{1,7}):/;
const EU_PID = /^PID (\d{1,7}) - /;
const ATTACHED = /^\[?(?:Attaching to|Reading symbols from|process) .*?process (\d{1,7})/;

type Header =
  | { readonly is: "process"; readonly pid: number }
  | { readonly is: "thread"; readonly tid: number; readonly name?: string };

/** Reads the line before a thread's stack. */
export function threadHeader(text: string): Header | undefined {
  if (text.length > 300) return undefined;
  const gdb = GDB.exec(text);
  if (gdb) {
    const [, tid, name] = gdb;
    return { is: "thread", tid: Number(tid), ...(name === undefined ? {} : { name }) };
  }
  const tid = EU_TID.exec(text)?.[1];
  if (tid !== undefined) return { is: "thread", tid: Number(tid) };
  const pid = EU_PID.exec(text)?.[1] ?? ATTACHED.exec(text)?.[1];
  return pid === undefined ? undefined : { is: "process", pid: Number(pid) };
}

/** `#3  0x000055d0 in f (x=1) at a.c:12`, `#0  f () from /lib/libc.so.6`, `#1  <signal handler called>`. */
const FRAME = /^#\d{1,5}\s+(?:0x[\da-f]+\s+)?(?:- \d+\s+)?(?:in\s+)?(\S.*)$/;
const SOURCE = /\sat\s(\S+:\d+)$/;
const MODULE = /\s(?:from|-)\s(\/\S+)$/;
/** Arguments begin with the blank that gdb puts before them, where they are no part of the name (`operator() ()`). */
const ARGUMENTS = / \((?!anonymous namespace\))/;
const LONGEST = 4096;

/** Reads one line of a debugger's stack. */
export function parseUserFrame(text: string, line: number): UserFrame | undefined {
  if (!text.startsWith("#") || text.length > LONGEST) return undefined;
  const rest = FRAME.exec(text.trimEnd())?.[1];
  if (rest === undefined) return undefined;
  const source = SOURCE.exec(rest)?.[1];
  const module = MODULE.exec(rest)?.[1];
  const named = rest.replace(SOURCE, "").replace(MODULE, "");
  const at = named.search(ARGUMENTS);
  return {
    function: (at === -1 ? named : named.slice(0, at)).trim(),
    ...(module === undefined ? {} : { module }),
    ...(source === undefined ? {} : { source }),
    line,
  };
}
