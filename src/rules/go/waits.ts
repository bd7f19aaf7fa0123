/** Waits that only another goroutine of the process can end; nobody outside can. */
export const WAITS_INSIDE = /^(?:chan|select|semacquire|sync\.)/;
/** Waiters for a lock go on when they get it: they are more when it is held for longer. */
export const WAITS_FOR_LOCK = /^(?:semacquire|sync\.(?:RW)?Mutex\.)/;
/** Of these, the ones in which idle workers don't stand. */
export const NEVER_IDLE = /^(?:chan send|chan (?:send|receive) \(nil chan\)|select \(no cases\))/;
