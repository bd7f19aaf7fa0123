import type { Frame, GoroutineGroup } from "./goroutine-set.ts";

/** Go's own machinery at the leaf of a wait: a person names the first frame above it. */
const PLUMBING: readonly RegExp[] = [
  /^(?:runtime|internal|sync|syscall)[./]/,
  /^time\.Sleep$/,
  /^os\.\(\*File\)\./,
  /^net\.\(\*[A-Za-z]*(?:FD|[Cc]onn|Listener)\)\./,
  /^golang\.org\/x\/sys\//,
];

/** How every wait of the runtime's own goroutines looks at the leaf. */
const PARKING =
  /^runtime\.(?:gopark|goparkunlock|mcall|park_m|notetsleepg?|futexsleep|futex|chanrecv[12]?|chansend1?|selectgo|semacquire1?)$/;

/**
 * The frames from the one on that a person would name: `main.leak`, not the `runtime.gopark` that it waits in.
 *
 * A goroutine of the runtime itself is named by what it does, `runtime.bgsweep`.
 */
export function userFrames({ frames }: Pick<GoroutineGroup, "frames">): readonly Frame[] {
  const user = frames.findIndex(({ func }) => !isPlumbing(func));
  if (user !== -1) return frames.slice(user);
  return frames.slice(
    Math.max(
      0,
      frames.findIndex(({ func }) => !PARKING.test(func)),
    ),
  );
}

/** Whether a function is Go's own machinery. */
export function isPlumbing(func: string): boolean {
  return PLUMBING.some((pattern) => pattern.test(func));
}
