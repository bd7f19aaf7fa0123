/** A goroutine of a made-up dump. */
export interface DumpedGoroutine {
  readonly state: string;
  readonly minutes?: number;
  readonly leaked?: boolean;
  readonly locked?: boolean;
  readonly frames: readonly string[];
  readonly createdBy?: string;
}

/** Text as Go's `debug=2` prints it (runtime/traceback.go). */
export function dump(...groups: readonly (readonly [count: number, goroutine: DumpedGoroutine])[]): string {
  let id = 0;
  const one = ({ state, minutes, leaked, locked, frames, createdBy }: DumpedGoroutine): string => {
    id++;
    const wait = minutes === undefined ? "" : `, ${minutes} minutes`;
    const lock = locked === true ? ", locked to thread" : "";
    const lines = frames.map(
      (frame) => `${frame}(0xc000${id.toString(16)})\n\t/src/orders/${frame.split(".")[0]}.go:12 +0x1d\n`,
    );
    const creator =
      createdBy === undefined
        ? ""
        : `created by ${createdBy} in goroutine 1\n\t/src/orders/main.go:40 +0x5c\n`;
    return `goroutine ${id} [${state}${leaked === true ? " (leaked)" : ""}${wait}${lock}]:\n${lines.join("")}${creator}`;
  };
  return groups
    .flatMap(([count, goroutine]) => Array.from({ length: count }, () => one(goroutine)))
    .join("\n");
}

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

/** A worker of a pool that waits for work. */
export const IDLE_WORKER: DumpedGoroutine = {
  state: "chan receive",
  minutes: 25,
  frames: ["main.worker"],
  createdBy: "main.startPool",
};
