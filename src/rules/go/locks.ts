import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { userFrames } from "../../pprof/index.ts";
import { waitOf } from "./goroutine-text.ts";

/** How a lock is asked for. */
export interface LockRequest {
  /** The function that asks: `main.(*stock).reserve`. */
  readonly site: string;
  /** The type whose method that is, and whose lock it therefore is, as far as anything tells: `main.(*stock)`. Absent where they wait for many. */
  readonly owner: string | undefined;
  /** The lock's address, where the dump has it and most of the goroutines wait for the same. */
  readonly address: string | undefined;
  readonly mode: "read" | "write";
}

const LOCKS = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\.(?:lockSlow|(R?)Lock)$/;

/** What lock the goroutines of a group wait for; `undefined` where they wait for something else, or for nothing. */
export function lockRequest(group: GoroutineGroup): LockRequest | undefined {
  const user = userFrames(group);
  const [asks] = user;
  if (!asks || /^runn(?:ing|able)$/.test(waitOf(group) ?? "")) return undefined;
  const plumbing = group.frames.slice(0, group.frames.length - user.length);
  const methods = plumbing.flatMap(({ func }) => LOCKS.exec(func) ?? []);
  if (methods.length === 0) return undefined;
  const isOne = !group.lock || group.lock.waiters * 2 > group.count;
  return {
    site: asks.func,
    owner: isOne ? ownerOf(asks.func) : undefined,
    address: isOne ? group.lock?.address : undefined,
    mode: methods.includes("R") ? "read" : "write",
  };
}

/** The type that a method, or a function inside one, is of. */
export function ownerOf(func: string): string | undefined {
  return /^(.*?\.\(\*?[^()]+\))\./.exec(func)?.[1];
}

/** Who may hold a lock: goroutines that are in a method of its type and don't wait for it there. */
export function holdersOf(request: LockRequest, { groups }: GoroutineSet): GoroutineGroup[] {
  const { owner } = request;
  if (owner === undefined) return [];
  return groups.filter((group) => {
    const own = lockRequest(group);
    // Of one that waits for this very lock, only a caller further out can have taken it before.
    const asked = own && isSame(own, request) ? own.site : undefined;
    return userFrames(group).some(({ func }) => func !== asked && ownerOf(func) === owner);
  });
}

/** A writer that waits for the lock that readers wait for: no reader gets it before. */
export function writerBefore(request: LockRequest, { groups }: GoroutineSet): LockRequest | undefined {
  if (request.mode === "write") return undefined;
  return groups
    .map(lockRequest)
    .find((other) => other !== undefined && other.mode === "write" && isSame(other, request));
}

/** Whether two requests are for one lock: by its address where both have it, else by its type. */
export function isSame(a: LockRequest, b: LockRequest): boolean {
  if (a.address !== undefined && b.address !== undefined) return a.address === b.address;
  return a.owner !== undefined && a.owner === b.owner;
}
