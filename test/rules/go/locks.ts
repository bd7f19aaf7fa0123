import type { DumpedGoroutine } from "./dump.ts";
import { profile } from "./made-profiles.ts";

/** Goroutines of a type that wait for its lock, as Go 1.19 and its like print them. */
export const asks = (address: string, ...frames: readonly string[]): DumpedGoroutine => ({
  state: "semacquire",
  lock: address,
  frames,
});

/** A mutex or block profile: waits and seconds by stack. */
export function delayProfile(
  time: { readonly at?: number; readonly seconds?: number },
  stacks: readonly (readonly [waits: number, seconds: number, ...frames: readonly string[]])[],
): Uint8Array {
  return profile(
    {
      types: [
        ["contentions", "count"],
        ["delay", "nanoseconds"],
      ],
      period: ["contentions", "count", 1],
      ...time,
    },
    stacks.map(([waits, seconds, ...frames]) => ({ frames, values: [waits, Math.round(seconds * 1e9)] })),
  );
}
