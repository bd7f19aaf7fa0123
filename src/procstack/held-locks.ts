import { foldSymbol } from "./symbol.ts";

/** A lock that lockdep says a task has taken, or waits for: it does not tell these apart. */
export interface HeldLock {
  /** The lock's class: `rtnl_mutex`, `&type->s_umount_key#23`. */
  readonly name: string;
  /** Which lock of the class, as the kernel prints pointers: hashed, and alike for one lock within one boot. */
  readonly address?: string;
  /** The function that took it. */
  readonly at?: string;
  readonly line: number;
}

/** The locks of one task, in the order in which it took them: a task that waits for a lock has that one last. */
export interface HeldLocks {
  readonly comm: string;
  readonly tid: number;
  readonly locks: readonly HeldLock[];
  readonly line: number;
}

/** `3 locks held by kworker/0:1/12:`, `1 lock held by syz-executor/1234:` (kernel/locking/lockdep.c, since 2.6.18). */
const HOLDER = /^\d{1,3} locks? held by (.{1,64})\/(\d{1,7}):/;
/** ` #0: ffff888012 (rtnl_mutex){+.+.}-{3:3}, at: rtnl_lock+0x1/0x2`; older kernels put the address last, as `[<…>]`. */
const LOCK =
  /^#(\d{1,3}):\s+(?:([\da-f]{8,16}|\(ptrval\))\s+)?\((.{1,120}?)\)\{[^}]{0,16}\}(?:-\{\d+:\d+\})?,?\s+at:\s+(?:\[<[\da-f]+>\]\s*)?([A-Za-z_.][\w.]*)?/;

/** Reads a line of lockdep's list as the beginning of a task's locks. */
export function parseHolder(body: string): { comm: string; tid: number } | undefined {
  const [, comm, tid] = HOLDER.exec(body) ?? [];
  return comm === undefined ? undefined : { comm, tid: Number(tid) };
}

/** Reads a line of lockdep's list as one lock; a decoded trace repeats the index for each inlined function. */
export function parseHeldLock(body: string, line: number): { index: number; lock: HeldLock } | undefined {
  const [, index, address, name, at] = LOCK.exec(body) ?? [];
  if (name === undefined) return undefined;
  const lock = {
    name,
    ...(address === undefined || address.startsWith("(") ? {} : { address }),
    ...(at === undefined ? {} : { at: foldSymbol(at) }),
    line,
  };
  return { index: Number(index), lock };
}

/** A list is over after so many lines that are none of it. */
const PATIENCE = 8;

/** Gathers lockdep's list. */
export class HeldLocksReader {
  readonly list: HeldLocks[] = [];
  #open: { comm: string; tid: number; line: number; locks: HeldLock[] } | undefined;
  #index = -1;
  #others = 0;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** @returns whether the line is part of such a list */
  take(body: string, line: number): boolean {
    const holder = parseHolder(body);
    if (holder) {
      this.#open = { ...holder, line, locks: [] };
      this.#index = -1;
      this.#others = 0;
      this.list.push(this.#open);
      return true;
    }
    const found = this.#open && body.startsWith("#") ? parseHeldLock(body, line) : undefined;
    if (!this.#open || !found) {
      // Other CPUs may print in between.
      if (++this.#others > PATIENCE) this.#open = undefined;
      return false;
    }
    this.#others = 0;
    // The last line of one index names the function that is no inlined one.
    if (found.index === this.#index) this.#open.locks.pop();
    this.#open.locks.push(found.lock);
    this.#index = found.index;
    return true;
  }
}
