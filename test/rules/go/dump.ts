/** A goroutine of a made-up dump. */
export interface DumpedGoroutine {
  readonly state: string;
  /** A range is of waits that began one after another. */
  readonly minutes?: number | readonly [from: number, to: number];
  readonly leaked?: boolean;
  readonly locked?: boolean;
  readonly frames: readonly string[];
  readonly createdBy?: string;
  /** The address of the mutex that it waits for. */
  readonly lock?: string;
}

/** Text as Go's `debug=2` prints it (runtime/traceback.go). */
export function dump(...groups: readonly (readonly [count: number, goroutine: DumpedGoroutine])[]): string {
  let id = 0;
  const one = ({ state, minutes, leaked, locked, frames, createdBy, lock }: DumpedGoroutine): string => {
    id++;
    const [from, to] = typeof minutes === "number" ? [minutes, minutes] : (minutes ?? [0, 0]);
    const wait = minutes === undefined ? "" : `, ${from + (id % (to - from + 1))} minutes`;
    const thread = locked === true ? ", locked to thread" : "";
    const lines = frames.map(
      (frame) =>
        `${frame}(${frame.startsWith("sync.") ? "..." : `0xc000${id.toString(16)}`})\n\t/src/orders/${frame.split(".")[0]}.go:12 +0x1d\n`,
    );
    const locking = lock === undefined ? "" : MUTEX.replace("ADDRESS", lock);
    const creator =
      createdBy === undefined
        ? ""
        : `created by ${createdBy} in goroutine 1\n\t/src/orders/main.go:40 +0x5c\n`;
    return `goroutine ${id} [${state}${leaked === true ? " (leaked)" : ""}${wait}${thread}]:\n${locking}${lines.join("")}${creator}`;
  };
  return groups
    .flatMap(([count, goroutine]) => Array.from({ length: count }, () => one(goroutine)))
    .join("\n");
}

/** What stands above the function that asks for a lock. Go has lost the arguments of the first call. */
const MUTEX =
  "sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)\n\t/go/src/runtime/sema.go:77 +0x25\n" +
  "sync.(*Mutex).lockSlow(ADDRESS)\n\t/go/src/sync/mutex.go:171 +0x165\n" +
  "sync.(*Mutex).Lock(...)\n\t/go/src/sync/mutex.go:90\n";

/** Main's own goroutine, waiting for as long as the process runs: it dates a dump. */
export const MAIN: DumpedGoroutine = { state: "select", minutes: 30, frames: ["main.main"] };

/** A worker whose result nobody takes. */
export const STUCK_SENDER: DumpedGoroutine = {
  state: "chan send",
  minutes: 12,
  frames: ["main.fetch.func1"],
  createdBy: "main.fetch",
};

/** A connection that waits for its peer's next request. */
export const IDLE_CONNECTION: DumpedGoroutine = {
  state: "IO wait",
  frames: [
    "internal/poll.runtime_pollWait",
    "internal/poll.(*FD).Read",
    "net.(*conn).Read",
    "net/http.(*conn).serve",
  ],
  createdBy: "net/http.(*Server).Serve",
};

/** A worker of a pool that waits for work, as long as the others do. */
export const IDLE_WORKER: DumpedGoroutine = {
  state: "chan receive",
  minutes: 25,
  frames: ["main.worker"],
  createdBy: "main.startPool",
};

/** One of those that were started one after another, and wait for what they asked for. */
export const STARVED_WORKER: DumpedGoroutine = { ...IDLE_WORKER, minutes: [2, 25] };
