import type { GoroutineGroup } from "../../pprof/index.ts";
import { waitOf } from "./goroutine-text.ts";
import { lockRequest } from "./locks.ts";

/** Waits that only another goroutine of the process can end; nobody outside can. */
export const WAITS_INSIDE = /^(?:chan|select|semacquire|sync\.)/;
/** Of these, the ones in which idle workers don't stand. */
export const NEVER_IDLE = /^(?:chan send|chan (?:send|receive) \(nil chan\)|select \(no cases\))/;

/**
 * Whether only a leak keeps goroutines in a wait for long, or makes them more: they wait for another goroutine, and not for
 * a lock, which they get when whoever keeps it is done.
 */
export function waitsInside(group: GoroutineGroup): boolean {
  return WAITS_INSIDE.test(waitOf(group) ?? "") && lockRequest(group) === undefined;
}
