import { type Defined, defined } from "./defined.ts";
import type { JavaDeadlock, JavaLock, UserFrame, UserStacks, UserThread } from "./user-thread.ts";
import { emptied } from "./user-thread.ts";

/** `"name" #12 [3618] daemon prio=5 os_prio=0 tid=0x… nid=0xe22 waiting on condition [0x…]`; VM threads lack most of it. */
const THREAD = /^"(.{0,400})" (?:#\d+ )?(?:\[\d+\] )?(daemon )?(?:[a-z_]+=\S+ ){0,10}nid=(0x[\da-f]+|\d+)\b/;
const STATE = /^\s+java\.lang\.Thread\.State: ([A-Z_]+)(?: \(([^)]{1,80})\))?/;
const FRAME = /^\s+at ([^\s(]{1,1000})\(([^)]{0,400})\)/;
const LOCK =
  /^\s+- (waiting to lock|waiting to re-lock in wait\(\)|waiting on|parking to wait for|locked|eliminated|)\s*<(0x[\da-f]+)> \(an? ([^)]{1,400})\)/;
const RUNTIME = /^Full thread dump (.{1,200}?):?\s*$/;
const FOUND = /^Found (?:one|\d+) Java-level deadlock/;
const NAMED = /^"(.{0,400})":\s*$/;
const WAITS =
  /^\s+waiting (?:to lock monitor 0x[\da-f]+ \(object (0x[\da-f]+), an? ([^)]{1,400})\)|for ownable synchronizer (0x[\da-f]+), \(an? ([^)]{1,400})\))/;
const HELD_BY = /^\s+(?:in JNI, )?which is held by "(.{0,400})"/;
const LISTED = /^Java stack information for the threads listed above/;
const LONGEST = 2048;

type Open<T> = { -readonly [Member in keyof T]: T[Member] };
type OpenThread = Open<UserThread> & { frames: UserFrame[]; holds: JavaLock[] };
interface OpenDeadlock {
  threads: Open<JavaDeadlock["threads"][number]>[];
  line: number;
}

/** Reads Java thread dumps line by line. */
export class JavaReader {
  readonly #threads: OpenThread[] = [];
  readonly #deadlocks: OpenDeadlock[] = [];
  #runtime: string | undefined;
  #thread: OpenThread | undefined;
  #deadlock: OpenDeadlock | undefined;

  take(text: string, line: number): void {
    if (text.length > LONGEST || text === "") return;
    if (this.#deadlock && this.#takeInDeadlock(this.#deadlock, text, line)) return;
    if (FOUND.test(text)) {
      this.#deadlock = { threads: [], line };
      this.#deadlocks.push(this.#deadlock);
      this.#thread = undefined;
      return;
    }
    this.#runtime ??= RUNTIME.exec(text)?.[1];
    const header = text.startsWith('"') ? THREAD.exec(text) : null;
    if (header) {
      const [, name = "", daemon, nid] = header;
      this.#thread = { tid: Number(nid), name, frames: [], holds: [], line };
      if (daemon !== undefined) this.#thread.daemon = true;
      this.#threads.push(this.#thread);
    } else if (NAMED.test(text)) {
      // The stacks below a deadlock repeat those above.
      this.#thread = undefined;
    } else if (this.#thread) this.#takeInThread(this.#thread, text, line);
  }

  #takeInThread(thread: OpenThread, text: string, line: number): void {
    const frame = FRAME.exec(text);
    if (frame) {
      const [, called = "", source] = frame;
      // `(java.base@17.0.9/Object.java:338)`
      const slash = source?.lastIndexOf("/") ?? -1;
      const module = slash === -1 ? undefined : source?.slice(0, slash);
      thread.frames.push(defined({ function: called, module, source: source?.slice(slash + 1), line }));
      return;
    }
    const state = STATE.exec(text);
    if (state) {
      const [, word, detail] = state;
      if (word !== undefined) thread.state = word;
      if (detail !== undefined) thread.stateDetail = detail;
      return;
    }
    const [, how, address, type] = LOCK.exec(text) ?? [];
    if (how === undefined) return;
    const lock: Defined<{ address: string | undefined; type: string | undefined; line: number }> = defined({
      address,
      type,
      line,
    });
    if (how === "locked" || how === "") thread.holds.push(lock);
    else if (how !== "eliminated") thread.waitsFor ??= lock;
  }

  #takeInDeadlock(deadlock: OpenDeadlock, text: string, line: number): boolean {
    if (LISTED.test(text) || text.startsWith("Full thread dump")) {
      this.#deadlock = undefined;
      return false;
    }
    const name = NAMED.exec(text)?.[1];
    if (name !== undefined) {
      deadlock.threads.push({ name, line });
      return true;
    }
    const last = deadlock.threads.at(-1);
    if (!last) return text.startsWith("=");
    const [, monitor, monitorType, synchronizer, synchronizerType] = WAITS.exec(text) ?? [];
    const address = monitor ?? synchronizer;
    const type = monitorType ?? synchronizerType;
    if (address !== undefined) last.lockAddress = address;
    if (type !== undefined) last.lockType = type;
    const owner = HELD_BY.exec(text)?.[1];
    if (owner !== undefined) last.heldBy = owner;
    return true;
  }

  finish(): Omit<UserStacks, "source"> {
    const deadlocks = this.#deadlocks.filter(({ threads }) => threads.length > 0);
    return defined({
      runtime: this.#runtime,
      threads: this.#threads,
      deadlocks: unrepeated(deadlocks),
      diagnostics: emptied(this.#threads.length + deadlocks.length),
    });
  }
}

/** A deadlock stays, and each dump tells of it again. */
function unrepeated(deadlocks: readonly OpenDeadlock[]): OpenDeadlock[] {
  const byThreads = new Map<string, OpenDeadlock>();
  for (const one of deadlocks) {
    const key = one.threads
      .map(({ name, lockAddress }) => `${name}\n${lockAddress}`)
      .sort()
      .join("\n");
    if (!byThreads.has(key)) byThreads.set(key, one);
  }
  return [...byThreads.values()];
}
